/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: one cell in prose: what was set, what happened, what decided it, what would change it.
 */
#ifndef AFTERCLOSE_REPORT_EXPLAIN_H
#define AFTERCLOSE_REPORT_EXPLAIN_H

#include "base/text.h"

#include <jansson.h>

/*
 * kernel, outline: the record's kernel and scenario lines. neighbours: what compare/neighbour.h
 * found among the records of the same scenario and kernel. Each of the three may be NULL: what it
 * would tell is left out then.
 */
void explain_record(const json_t *kernel, const json_t *outline, const json_t *record,
		    const json_t *neighbours, struct text *out);

#endif
