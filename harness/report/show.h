/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show: one cell explained to a person, from its record. */
#ifndef AFTERCLOSE_REPORT_SHOW_H
#define AFTERCLOSE_REPORT_SHOW_H

#include "base/text.h"
#include "scenario/cell.h"

#include <jansson.h>

/*
 * What was set, the ladder of the segments, the facts and the rules that judged them, the counters
 * that moved, deviations from the RFCs, and how to build the lab by hand. kernel: the record's
 * kernel line. cell: of the scenario as it is on disk. Each of the two may be NULL: what it would
 * tell is left out then.
 */
void show_record(const json_t *kernel, const json_t *record, const struct cell *cell,
		 struct text *out);

#endif
