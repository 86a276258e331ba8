// SPDX-License-Identifier: GPL-2.0-or-later
/* rules: owns which rule settles which fact of one cell, on one kernel, after what was observed. */
#include "scenario/rules.h"
#include "scenario/refer.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

/* One rule under way into expectations. */
struct settlement {
	const struct scenario *scenario;
	const size_t *choice;
	const struct observed *observed;
	struct expectation *expectations;
	size_t n;
};

static struct expectation *expectation_add(struct settlement *of, const struct rule *rule,
					   const struct outcome *outcome, char *fact)
{
	struct expectation *ret;
	struct err err;
	int status;

	of->expectations = mem_resize(of->expectations, of->n + 1, sizeof(*ret));
	ret = &of->expectations[of->n++];
	*ret = (struct expectation){.fact = fact, .rule = rule, .outcome = outcome};
	status = fact_resolve(of->scenario, fact, &ret->spec, &err);
	assert(!status); /* the loader tried every value */
	return ret;
}

/* An item as written to what it says in this cell. Returns what it refers to and was not observed.
 */
static char *item_expand(const struct settlement *of, const char *item, char **ret)
{
	_cleanup_free_ char *text = cell_expand(of->scenario, of->choice, item);
	struct text resolved = {0};
	char *missing = refer_resolve(of->scenario, text, of->observed, &resolved);

	*ret = text_take(&resolved);
	return missing;
}

static void settle_outcome(struct settlement *of, const struct rule *rule,
			   const struct outcome *outcome)
{
	char **items = mem_zalloc(outcome->n_items * sizeof(*items));
	struct expectation *expectation = expectation_add(
		of, rule, outcome, cell_expand(of->scenario, of->choice, outcome->fact));
	struct err err;

	for (size_t i = 0; i < outcome->n_items; i++) {
		char *missing = item_expand(of, outcome->items[i], &items[i]);

		if (expectation->missing)
			free(missing);
		else
			expectation->missing = missing;
	}
	/* What cannot be read, an interval that is backwards for what was observed, matches
	 * nothing: the loader tried all else. */
	if (expectation->missing || matcher_parse(expectation->spec, (const char *const *)items,
						  outcome->n_items, &expectation->matcher, &err))
		expectation->matcher =
			(struct matcher){.kind = MATCH_NUMBERS, .type = expectation->spec->type};
	for (size_t i = 0; i < outcome->n_items; i++)
		free(items[i]);
	free(items);
}

static bool expected_already(const struct settlement *of, const char *fact)
{
	for (size_t i = 0; i < of->n; i++) {
		if (!strcmp(of->expectations[i].fact, fact))
			return true;
	}
	return false;
}

/* The record cannot say whether the rule holds: let the judge miss the fact. */
static void expect_asked(struct settlement *of, const struct rule *rule,
			 const struct condition *when)
{
	struct expectation *expectation;
	struct err err;
	int status;

	if (expected_already(of, when->fact))
		return;
	expectation = expectation_add(of, rule, &rule->then[0], mem_strdup(when->fact));
	status = matcher_parse(when->spec, (const char *const *)when->values, when->n_values,
			       &expectation->matcher, &err);
	assert(!status); /* the loader has parsed it */
}

/* Do a rule's conditions on facts hold? */
static bool rule_meets_observed(struct settlement *of, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_when; i++) {
		int met;

		if (rule->when[i].kind != COND_FACT)
			continue;
		met = condition_observed(&rule->when[i], of->observed);
		if (met < 0)
			expect_asked(of, rule, &rule->when[i]);
		if (met <= 0)
			return false;
	}
	return true;
}

static int by_fact(const void *a, const void *b)
{
	const struct expectation *left = a, *right = b;

	return strcmp(left->fact, right->fact);
}

size_t rules_settle(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    const size_t *choice, const struct features *features,
		    const struct observed *observed, struct expectation **ret)
{
	struct settlement of = {scenario, choice, observed, NULL, 0};

	for (size_t i = 0; i < n_rules; i++) {
		const struct rule *rule = &rules[i];

		if (!when_meets_choice(scenario, rule->when, rule->n_when, choice) ||
		    !when_meets_kernel(rule->when, rule->n_when, features) ||
		    !rule_meets_observed(&of, rule))
			continue;
		for (size_t j = 0; j < rule->n_then; j++)
			settle_outcome(&of, rule, &rule->then[j]);
	}
	if (of.n)
		qsort(of.expectations, of.n, sizeof(*of.expectations), by_fact);
	*ret = of.expectations;
	return of.n;
}

void expectations_free(struct expectation *expectations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(expectations[i].fact);
		free(expectations[i].missing);
		matcher_free(&expectations[i].matcher);
	}
	free(expectations);
}
