/* SPDX-License-Identifier: GPL-2.0-or-later */
/* remark: what is worth saying of one segment: what the wire did to it, and which rules are about
 * it. */
#ifndef AFTERCLOSE_REPORT_REMARK_H
#define AFTERCLOSE_REPORT_REMARK_H

#include "base/text.h"

#include <jansson.h>

/* Nothing is added for a segment that was only carried, and of which no rule spoke. */
void remark_format(const json_t *record, const json_t *segment, struct text *out);

#endif
