/* SPDX-License-Identifier: GPL-2.0-or-later */
/* advise_tell: advice as JSON, from the settings and the records alone. */
#ifndef AFTERCLOSE_CMD_ADVISE_TELL_H
#define AFTERCLOSE_CMD_ADVISE_TELL_H

#include "cmd/advise_runs.h"

/* Of each line, in the order of the files; lines that are about something else are only counted.
 * docs/advise.md is its reference. place: the kernel, for a heading. New reference. */
json_t *advise_tell(const struct settings *settings, const struct plan *plan,
		    const struct runs *runs, const struct features *features, const char *place);

/* Two sets of lines held against each other, in cells that this kernel can play. */
struct sets_held {
	size_t compared, differ; /* of these with another outcome */
	size_t untold; /* one has no record, or the scenario leaves that combination out */
};
struct sets_held advise_sets_hold(const struct runs *runs, line_set a, line_set b);

/* "shortest": the lines of a set that has the same outcomes as all. */
void advise_tell_shortest(json_t *advice, const struct runs *runs, line_set lines);

#endif
