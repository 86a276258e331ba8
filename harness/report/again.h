/* SPDX-License-Identifier: GPL-2.0-or-later */
/* again: the command that plays a cell once more as it was played. */
#ifndef AFTERCLOSE_REPORT_AGAIN_H
#define AFTERCLOSE_REPORT_AGAIN_H

#include "base/text.h"

#include <jansson.h>
#include <stdint.h>

/* What is NULL is as the program takes it by itself. */
struct again {
	const char *cell;
	const char *const *paths; /* where scenarios were looked for */
	size_t n_paths;
	const char *target;
	int64_t seed;		/* negative: any */
	const char *netem;	/* who carries links out */
	const json_t *settings; /* of --sysctl, as a record has them */
};

/* One line, for bash, without its end. */
void again_command(const struct again *again, struct text *out);

/* Of a record: with its scenario's file. */
void again_of_record(const json_t *record, struct text *out);

#endif
