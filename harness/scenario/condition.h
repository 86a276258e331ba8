/* SPDX-License-Identifier: GPL-2.0-or-later */
/* condition: does a `when` hold for a combination of dimension values, and for a kernel? */
#ifndef AFTERCLOSE_SCENARIO_CONDITION_H
#define AFTERCLOSE_SCENARIO_CONDITION_H

#include "lab/feature.h"
#include "scenario/scenario.h"

/* Bit v is set if value v of the condition's dimension meets it. COND_DIMENSION only. */
uint64_t condition_values(const struct scenario *scenario, const struct condition *condition);

/* All conditions on dimensions hold for choice; no others are looked at. */
bool when_meets_choice(const struct scenario *scenario, const struct condition *when, size_t n,
		       const size_t *choice);

/* All conditions on the kernel hold for it; no others are looked at. */
bool when_meets_kernel(const struct condition *when, size_t n, const struct features *features);

/* What a cell yielded, as far as rules ask for it. */
struct observed {
	/* False: the cell has no such fact. */
	bool (*fact)(const void *ctx, const char *name, const struct fact_spec *spec,
		     struct value *ret);
	const void *ctx;
};

/* Does the condition on a fact hold for what was observed? 1, 0, or -ENODATA: there is no such
 * fact. */
int condition_observed(const struct condition *condition, const struct observed *observed);

/* The first omission that leaves this combination out; NULL: it is a cell. */
const struct remark *choice_omission(const struct scenario *scenario, const size_t *choice);

/* What the kernel draws at random in this cell and some fact hangs on; NULL: nothing. */
const struct remark *choice_draw(const struct scenario *scenario, const size_t *choice);

#endif
