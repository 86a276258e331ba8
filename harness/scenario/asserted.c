// SPDX-License-Identifier: GPL-2.0-or-later
/* asserted: owns the table of the facts that rules assert. */
#include "scenario/asserted.h"
#include "scenario/expand.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

static struct asserted *find_or_add(struct assertions *assertions, const char *written)
{
	struct asserted *asserted;

	for (size_t i = 0; i < assertions->n; i++) {
		if (!strcmp(assertions->of[i].written, written))
			return &assertions->of[i];
	}
	assertions->of = mem_resize(assertions->of, assertions->n + 1, sizeof(*assertions->of));
	asserted = &assertions->of[assertions->n++];
	*asserted = (struct asserted){.written = written};
	return asserted;
}

static void add_settling(struct asserted *asserted, size_t rule, const struct outcome *outcome)
{
	asserted->by = mem_resize(asserted->by, asserted->n_by + 1, sizeof(*asserted->by));
	asserted->by[asserted->n_by++] = (struct settling){.rule = rule, .outcome = outcome};
}

/* Full names in the order in which expand_next() steps, so that strides index them. */
static void fill_names(const struct scenario *scenario, struct asserted *asserted)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};
	uint32_t uses = 0;
	struct err err;
	size_t n = 1;
	int status = expand_uses(scenario, asserted->written, &uses, &err);

	assert(!status); /* the loader tried every value, here and below */
	for (size_t d = scenario->n_dimensions; d--;) {
		if (!(uses & (1U << d)))
			continue;
		asserted->stride[d] = n;
		n *= scenario->dimensions[d].n_values;
	}
	asserted->names = mem_zalloc(n * sizeof(*asserted->names));
	do {
		struct full_name *name = &asserted->names[asserted->n_names++];

		name->fact = cell_expand(scenario, choice, asserted->written);
		status = fact_resolve(scenario, name->fact, &name->spec, &err);
		assert(!status);
	} while (expand_next(scenario, uses, choice));
}

static int by_fact(const void *a, const void *b)
{
	const struct full_name *const *left = a, *const *right = b;

	return strcmp((*left)->fact, (*right)->fact);
}

/* Sorted, the same names are neighbours. */
static void number_names(struct assertions *assertions)
{
	_cleanup_free_ struct full_name **sorted = NULL;
	size_t n = 0;

	for (size_t i = 0; i < assertions->n; i++) {
		struct asserted *asserted = &assertions->of[i];

		sorted = mem_resize(sorted, n + asserted->n_names, sizeof(struct full_name *));
		for (size_t j = 0; j < asserted->n_names; j++)
			sorted[n++] = &asserted->names[j];
	}
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_fact);
	for (size_t i = 0; i < n; i++) {
		if (i && strcmp(sorted[i - 1]->fact, sorted[i]->fact))
			assertions->n_ids++;
		sorted[i]->id = assertions->n_ids;
	}
	assertions->n_ids++;
}

/* All rules that settle a fact are asked before any is held against what they tell apart. */
static int tell_apart(const struct scenario *scenario, const struct rule *rules,
		      struct asserted *asserted, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < asserted->n_by && !ret; i++)
		ret = cases_ask(scenario, &rules[asserted->by[i].rule], &asserted->cases, err);
	for (size_t i = 0; i < asserted->n_by && !ret; i++)
		cases_meet(&asserted->cases, &rules[asserted->by[i].rule], &asserted->by[i].meets);
	for (size_t n = 0; n < asserted->cases.n && !ret; n++)
		asserted->all.bits[n / 64] |= 1ULL << n % 64;
	return ret;
}

int assertions_collect(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		       struct assertions *ret, struct err *err)
{
	int status = 0;

	*ret = (struct assertions){0};
	for (size_t r = 0; r < n_rules; r++) {
		for (size_t i = 0; i < rules[r].n_then; i++) {
			const struct outcome *outcome = &rules[r].then[i];

			add_settling(find_or_add(ret, outcome->fact), r, outcome);
		}
	}
	for (size_t i = 0; i < ret->n && !status; i++) {
		fill_names(scenario, &ret->of[i]);
		status = tell_apart(scenario, rules, &ret->of[i], err);
	}
	if (!status)
		number_names(ret);
	return status;
}

void assertions_free(struct assertions *assertions)
{
	for (size_t i = 0; i < assertions->n; i++) {
		struct asserted *asserted = &assertions->of[i];

		for (size_t j = 0; j < asserted->n_names; j++)
			free(asserted->names[j].fact);
		free(asserted->names);
		free(asserted->by);
		cases_free(&asserted->cases);
	}
	free(assertions->of);
	*assertions = (struct assertions){0};
}

const struct full_name *asserted_name(const struct asserted *asserted,
				      const struct scenario *scenario, const size_t *choice)
{
	size_t index = 0;

	for (size_t d = 0; d < scenario->n_dimensions; d++)
		index += asserted->stride[d] * choice[d];
	return &asserted->names[index];
}
