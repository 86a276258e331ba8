/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plain: a record as a terminal may see it: a stranger wrote it, and may not tell the terminal what
 * to do. */
#ifndef AFTERCLOSE_REPORT_PLAIN_H
#define AFTERCLOSE_REPORT_PLAIN_H

#include <jansson.h>

/* The same line of records with `?` for each control character but a line's end, in names as well.
 * New reference, to the line itself where it has none. */
json_t *record_plain(const json_t *line);

#endif
