/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expand: "$dimension" in a text, and the trial of a text with every value it can take. */
#ifndef AFTERCLOSE_SCENARIO_EXPAND_H
#define AFTERCLOSE_SCENARIO_EXPAND_H

#include "scenario/scenario.h"

/* Values that one text can take, and all texts of one scenario together. */
#define EXPAND_MAX	  1024
#define EXPAND_BUDGET_MAX 20000

/* Bit d of the result is set if dimension d is named. Errors: EINVAL, without a place, for a
 * `$` before what is no dimension. */
int expand_uses(const struct scenario *scenario, const char *text, uint32_t *ret, struct err *err);

/* One choice of values of the dimensions of a set; returns 0 to go on. */
typedef int (*expand_fn)(void *ctx, const size_t *choice, struct err *err);

/*
 * Call fn with every combination of values of the dimensions in uses, all others at their first.
 * Stops at the first error and puts the values before it. budget: counted down; E2BIG at 0.
 */
int expand_each(const struct scenario *scenario, uint32_t uses, size_t *budget, expand_fn fn,
		void *ctx, struct err *err);

/* Step choice on to the next combination of the dimensions in uses; false after the last. */
bool expand_next(const struct scenario *scenario, uint32_t uses, size_t *choice);

#endif
