/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * refer: other facts in an expected value: `fact(old.fins_lost)`, and sums of such and of numbers,
 * `fact(old.client_fins_lost)+1`.
 */
#ifndef AFTERCLOSE_SCENARIO_REFER_H
#define AFTERCLOSE_SCENARIO_REFER_H

#include "base/text.h"
#include "scenario/condition.h"

bool refers(const char *text);

/* Each fact that the text refers to is a number. Errors: EINVAL says what was allowed. */
int refer_check(const struct scenario *scenario, const char *text, struct err *err);

/* The text with a number in the place of each sum. Returns NULL, or the name of a fact that was not
 * observed, which the caller frees; out is of no use then. */
char *refer_resolve(const struct scenario *scenario, const char *text,
		    const struct observed *observed, struct text *out);

#endif
