// SPDX-License-Identifier: GPL-2.0-or-later
/* rules: owns which rule settles which fact of one cell on one kernel. */
#include "scenario/rules.h"
#include "scenario/condition.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

static void settle_outcome(const struct scenario *scenario, const struct rule *rule,
			   const struct outcome *outcome, const size_t *choice,
			   struct expectation *ret)
{
	char **items = mem_zalloc(outcome->n_items * sizeof(*items));
	struct err err;
	int status;

	*ret = (struct expectation){
		.fact = cell_expand(scenario, choice, outcome->fact),
		.rule = rule,
		.outcome = outcome,
	};
	for (size_t i = 0; i < outcome->n_items; i++)
		items[i] = cell_expand(scenario, choice, outcome->items[i]);
	status = fact_resolve(scenario, ret->fact, &ret->spec, &err);
	assert(!status); /* the loader tried every value */
	status = matcher_parse(ret->spec, (const char *const *)items, outcome->n_items,
			       &ret->matcher, &err);
	assert(!status);
	for (size_t i = 0; i < outcome->n_items; i++)
		free(items[i]);
	free(items);
}

static int by_fact(const void *a, const void *b)
{
	const struct expectation *left = a, *right = b;

	return strcmp(left->fact, right->fact);
}

size_t rules_settle(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    const size_t *choice, const struct features *features, struct expectation **ret)
{
	size_t n = 0;

	*ret = NULL;
	for (size_t i = 0; i < n_rules; i++) {
		const struct rule *rule = &rules[i];

		if (!when_meets_choice(scenario, rule->when, rule->n_when, choice) ||
		    !when_meets_kernel(rule->when, rule->n_when, features))
			continue;
		*ret = mem_resize(*ret, n + rule->n_then, sizeof(**ret));
		for (size_t j = 0; j < rule->n_then; j++)
			settle_outcome(scenario, rule, &rule->then[j], choice, &(*ret)[n++]);
	}
	if (n)
		qsort(*ret, n, sizeof(**ret), by_fact);
	return n;
}

void expectations_free(struct expectation *expectations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(expectations[i].fact);
		matcher_free(&expectations[i].matcher);
	}
	free(expectations);
}
