/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smaller: the search of `minimise`, by playing on a target, and the file that comes of it. */
#ifndef AFTERCLOSE_CMD_SMALLER_H
#define AFTERCLOSE_CMD_SMALLER_H

#include "cmd/session.h"
#include "minimise/showing.h"
#include "record/record.h"

/* The arguments of `minimise`. */
struct minimise_args {
	struct session_options session;
	struct texts facts;
	const char *out; /* NULL: to stdout */
	int64_t runs_max;
};

/* The record whose outcome is to be kept. */
struct subject {
	const struct cell *cell;
	const json_t *kernel, *record;
};

/* Search, write the scenario, and say what was left out. Returns the exit code. */
int smaller_find(const struct minimise_args *args, struct session *session,
		 const struct subject *subject, const struct showing *showing);

#endif
