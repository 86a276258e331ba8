/* SPDX-License-Identifier: GPL-2.0-or-later */
/* poles: the two that `why` is asked about, A and B: cells to be played, or records. */
#ifndef AFTERCLOSE_CMD_POLES_H
#define AFTERCLOSE_CMD_POLES_H

#include "cmd/recorded.h"
#include "cmd/session.h"
#include "why/difference.h"

/* The arguments of `why`. Of targets, sysctl and records there are two at most: A's and B's; one is
 * for both. */
struct why_args {
	struct session_options session;
	struct texts records, facts;
	const char *format;
	int64_t runs_max;
};

struct pole {
	struct play_spec spec;
	struct recorded found; /* where there are records */
	char *target, *place;
	json_t *settings;
};

struct poles {
	struct pole of[2];
	struct run_options run; /* for both, without a baseline */
};

/*
 * Find both cells, and learn of both targets what a person calls them and what the settings' files
 * change there. Returns 0, or the exit code with its error said. Free in any case.
 */
int poles_open(const struct why_args *args, const struct suite *suite, const char *const ids[2],
	       struct poles *ret);
void poles_close(struct poles *poles);
#define _cleanup_poles_ __attribute__((cleanup(poles_close)))

#endif
