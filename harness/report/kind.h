/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kind: what a segment is, in words, and which of its transmissions. */
#ifndef AFTERCLOSE_REPORT_KIND_H
#define AFTERCLOSE_REPORT_KIND_H

#include "base/text.h"

#include <jansson.h>
#include <stdint.h>

/* "a SYN-ACK" */
const char *segment_kind(const json_t *segment);

/* "the final ACK", "data 3 again (transmission 2)" */
void segment_kind_add(const json_t *segments, const json_t *segment, struct text *out);

/* Which transmission of the same it is, from 1. segments: the record's, in order. */
int64_t segment_transmission(const json_t *segments, const json_t *segment);

#endif
