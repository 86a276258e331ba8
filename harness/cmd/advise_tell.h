/* SPDX-License-Identifier: GPL-2.0-or-later */
/* advise_tell: advice as JSON, from the settings and the records alone. */
#ifndef AFTERCLOSE_CMD_ADVISE_TELL_H
#define AFTERCLOSE_CMD_ADVISE_TELL_H

#include "cmd/advise_runs.h"

/* Of each line, in the order of the files; lines that are about something else are only counted.
 * docs/advise.md is its reference. place: the kernel, for a heading. New reference. */
json_t *advise_tell(const struct settings *settings, const struct plan *plan,
		    const struct runs *runs, const struct features *features, const char *place);

/* In how many cells two sets of lines have another outcome; ret_untold: in how many that is not
 * known. */
size_t advise_sets_differ(const struct runs *runs, line_set a, line_set b, size_t *ret_untold);

/* "shortest": the lines of a set that has the same outcomes as all. */
void advise_tell_shortest(json_t *advice, const struct runs *runs, line_set lines);

#endif
