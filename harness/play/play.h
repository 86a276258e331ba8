/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play: one cell from its lab to its record. */
#ifndef AFTERCLOSE_PLAY_PLAY_H
#define AFTERCLOSE_PLAY_PLAY_H

#include "base/err.h"
#include "lab/feature.h"
#include "lab/lab.h"
#include "netem/rule.h"
#include "play/with.h"
#include "scenario/cell.h"

#include <jansson.h>

/* Who wants to know how far a cell is; each may be NULL. */
struct play_watch {
	void (*built)(void *ctx);		/* its lab is up, and no step was played yet */
	void (*waiting)(void *ctx, bool waits); /* it begins to wait for long (true), or goes on */
	void *ctx;
};

struct play_options {
	uint64_t seed;
	enum netem_by netem; /* who carries the links' rules out */
	int64_t late_ns;     /* be late now and then, by up to this; 0: as the machine is */
	const struct features *features;
	bool exact; /* times repeat: they belong to the canonical part */
	const struct settings
		*baseline[HOSTS_MAX];	    /* applied over the lab's baseline; may be NULL */
	const struct with *with[HOSTS_MAX]; /* what takes that end's place; NULL: a stand-in */
	struct play_watch watch;
	/* enter: stop after this step (from 1; 0: never) with a shell in this host. */
	unsigned enter_after;
	enum host_id enter_host;
};

/*
 * Build the cell's lab, set its sysctls, play its steps, and fill the record's "canonical" and
 * "volatile" parts; "skip" where this kernel lacks what the cell varies, "error" where the harness
 * or the lab failed. Never returns a failure: what happened is in the record. The lab is gone when
 * it returns.
 */
void play_cell(struct bench *bench, const struct cell *cell, const struct play_options *options,
	       json_t *record);

#endif
