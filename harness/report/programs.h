/* SPDX-License-Identifier: GPL-2.0-or-later */
/* programs: what a record tells of the programs that played its ends, and of their connections. */
#ifndef AFTERCLOSE_REPORT_PROGRAMS_H
#define AFTERCLOSE_REPORT_PROGRAMS_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>

/* Did a program of the command line play an end of it? */
bool programs_played(const json_t *record);

/* Each program, each load's sums, and the connections that failed, by reason. indent before each
 * line. Nothing where steps made all connections. */
void programs_format(const json_t *record, const char *indent, struct text *out);

#endif
