/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gcda: counts of one file as gcc's programs and the kernel write them, and their sum. */
#ifndef AFTERCLOSE_COVERAGE_GCDA_H
#define AFTERCLOSE_COVERAGE_GCDA_H

#include "base/err.h"
#include "base/text.h"

/*
 * Add the counts of a .gcda file (what a guest sent, so nothing of it is believed) to a sum, which
 * is a .gcda as well; an empty one becomes a copy. Errors: EPROTO it is none, or one of another
 * build than the sum; the sum is undefined then.
 */
int gcda_add(struct text *sum, const char *bytes, size_t len, struct err *err);

#endif
