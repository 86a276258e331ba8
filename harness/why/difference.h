/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * difference: what two plays of a scenario differ in: values of dimensions, sysctls of the hosts'
 * baselines, the target. A mix of two has each difference as A or as B has it; it is a play too, if
 * the scenario has that cell.
 */
#ifndef AFTERCLOSE_WHY_DIFFERENCE_H
#define AFTERCLOSE_WHY_DIFFERENCE_H

#include "base/text.h"
#include "lab/settings.h"
#include "scenario/cell.h"

#include <jansson.h>

/* What is played, where, and under which settings. */
struct play_spec {
	const struct cell *cell;
	const json_t *settings; /* {HOST: {NAME: VALUE}}; NULL: the lab's baseline */
	const char *target;	/* "host", "uml:linux-6.12" */
};

enum difference_kind { DIFFERENCE_DIMENSION, DIFFERENCE_SETTING, DIFFERENCE_TARGET };

struct difference {
	enum difference_kind kind;
	size_t dimension;      /* of the scenario */
	bool hosts[HOSTS_MAX]; /* a setting's: those where it differs alike */
	const char *name;
	const char *a, *b; /* NULL: not set. Texts are the specs'. */
};

struct differences {
	struct play_spec a, b; /* theirs */
	struct difference *of;
	size_t n;
};

/* Both are of one scenario, and stay where they are. Free in any case. */
void differences_find(const struct play_spec *a, const struct play_spec *b,
		      struct differences *ret);
void differences_free(struct differences *differences);
#define _cleanup_differences_ __attribute__((cleanup(differences_free)))

/* What a difference is called; it as it is on a side, "timestamps=0"; and what it sets:
 * "net.ipv4.tcp_timestamps of both", "the play". */
void difference_label(const struct difference *difference, struct text *out);
void difference_words(const struct difference *difference, bool b, struct text *out);
void difference_sets(const struct differences *differences, size_t i, struct text *out);

/* A mix: b[i] says whether difference i is as in B. */
void mix_choice(const struct differences *differences, const bool *b,
		size_t ret_choice[SCENARIO_DIMENSIONS_MAX]);
const char *mix_target(const struct differences *differences, const bool *b);

/* {HOST: {NAME: VALUE}}, empty where nothing is set. New reference. */
json_t *mix_settings(const struct differences *differences, const bool *b);

/* A record's settings, as far as a file of settings might set them: a record comes from a stranger.
 * New reference. */
json_t *settings_of_record(const json_t *record);

/* A host's part of it as a baseline; texts are borrowed, the caller frees the array. */
struct settings settings_of_host(const json_t *settings, const char *host);

#endif
