/* SPDX-License-Identifier: GPL-2.0-or-later */
/* import: an imported scenario, played and held against its capture. */
#ifndef AFTERCLOSE_CMD_IMPORT_H
#define AFTERCLOSE_CMD_IMPORT_H

#include "capture/plot.h"
#include "cmd/session.h"

/* What a person asked for. */
struct import_args {
	struct session_options session;
	const char *connection, *ss, *format, *output, *check, *out;
	struct texts nstat;
	const char *raw;
	bool all, run;
};

/* Play the scenario, and tell under which of its settings it reproduces the plot's capture. text
 * is the scenario's, name what errors call it. Returns the exit code. */
int import_run(const struct import_args *args, struct plot *plot, const char *name,
	       const char *text);

/* The same of records that are there already. */
int import_check(const struct import_args *args, struct plot *plot, const char *name);

#endif
