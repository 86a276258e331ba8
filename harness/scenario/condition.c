// SPDX-License-Identifier: GPL-2.0-or-later
/* condition: owns the meaning of `when`. */
#include "scenario/condition.h"
#include "base/clock.h"

#include <errno.h>
#include <string.h>

static bool condition_lists(const struct condition *condition, const char *value)
{
	for (size_t i = 0; i < condition->n_values; i++) {
		if (!strcmp(condition->values[i], value))
			return true;
	}
	return false;
}

uint64_t condition_values(const struct scenario *scenario, const struct condition *condition)
{
	const struct dimension *dimension = &scenario->dimensions[condition->dimension];
	uint64_t values = 0;

	for (size_t v = 0; v < dimension->n_values; v++) {
		if (condition_lists(condition, dimension->values[v]) != condition->negate)
			values |= 1ULL << v;
	}
	return values;
}

bool when_meets_choice(const struct scenario *scenario, const struct condition *when, size_t n,
		       const size_t *choice)
{
	for (size_t i = 0; i < n; i++) {
		size_t d = when[i].dimension;

		if (when[i].kind != COND_DIMENSION)
			continue;
		if (condition_lists(&when[i], scenario->dimensions[d].values[choice[d]]) ==
		    when[i].negate)
			return false;
	}
	return true;
}

static bool kernel_has(const struct condition *condition, const char *value,
		       const struct features *features)
{
	int64_t hz;

	switch (condition->kind) {
	case COND_HAS:
		return features_has(features, value);
	case COND_COUNTER:
		return features_has_counter(features, value);
	case COND_HZ:
		return number_parse(value, &hz) && hz == features->hz;
	case COND_DIMENSION:
	case COND_FACT:
		break;
	}
	return true;
}

bool when_meets_kernel(const struct condition *when, size_t n, const struct features *features)
{
	for (size_t i = 0; i < n; i++) {
		bool any = false;

		if (when[i].kind == COND_DIMENSION || when[i].kind == COND_FACT)
			continue;
		for (size_t v = 0; v < when[i].n_values && !any; v++)
			any = kernel_has(&when[i], when[i].values[v], features);
		if (any == when[i].negate)
			return false;
	}
	return true;
}

int condition_observed(const struct condition *condition, const struct observed *observed)
{
	struct value value;

	if (!observed->fact(observed->ctx, condition->fact, condition->spec, &value))
		return -ENODATA;
	return matcher_matches(&condition->matcher, &value, 0, 0);
}

static const struct remark *first_remark(const struct scenario *scenario,
					 const struct remark *remarks, size_t n,
					 const size_t *choice)
{
	for (size_t i = 0; i < n; i++) {
		if (when_meets_choice(scenario, remarks[i].when, remarks[i].n_when, choice))
			return &remarks[i];
	}
	return NULL;
}

const struct remark *choice_omission(const struct scenario *scenario, const size_t *choice)
{
	return first_remark(scenario, scenario->omissions, scenario->n_omissions, choice);
}

const struct remark *choice_draw(const struct scenario *scenario, const size_t *choice)
{
	return first_remark(scenario, scenario->draws, scenario->n_draws, choice);
}
