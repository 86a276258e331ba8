// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * falsifiable: owns the proof that a fact could fail: somewhere in the matrix or in a control it
 * has a value that what is expected of it elsewhere rejects. Two durations that differ prove
 * nothing, as long as both are what both cells expect.
 */
#include "record/falsifiable.h"

#include "base/mem.h"
#include "base/text.h"
#include "record/judge.h"
#include "record/record.h"
#include "scenario/asserted.h"
#include "scenario/rules.h"

#include <string.h>

/* What one kernel's records say of a fact; nothing is added any more once it is proven. */
struct pool {
	const char *kernel;
	unsigned hz;
	struct value *values;
	size_t n_values;
	struct wanted {
		struct matcher matcher;
		char *text;
	} * wanted;
	size_t n_wanted;
};

struct claim {
	char *fact;
	const struct fact_spec *spec;
	struct place at;
	bool proven;
	size_t n_cells; /* that expect something of it */
	struct pool *pools;
	size_t n_pools;
};

struct subject {
	const struct scenario *scenario;
	struct claim *claims; /* in the order of the rules */
	size_t n;
};

static struct claim *claim_find(const struct subject *subject, const char *fact)
{
	for (size_t i = 0; i < subject->n; i++) {
		if (!strcmp(subject->claims[i].fact, fact))
			return &subject->claims[i];
	}
	return NULL;
}

static void subject_add(struct subject *subject, const struct full_name *name, struct place at)
{
	if (claim_find(subject, name->fact))
		return;
	subject->claims = mem_resize(subject->claims, subject->n + 1, sizeof(*subject->claims));
	subject->claims[subject->n++] =
		(struct claim){.fact = mem_strdup(name->fact), .spec = name->spec, .at = at};
}

static int subject_open(const struct scenario *scenario, struct subject *ret, struct err *err)
{
	struct assertions assertions;
	int status = assertions_collect(scenario, scenario->expect, scenario->n_expect, &assertions,
					err);

	*ret = (struct subject){.scenario = scenario};
	for (size_t i = 0; !status && i < assertions.n; i++) {
		const struct asserted *asserted = &assertions.of[i];

		for (size_t j = 0; j < asserted->n_names; j++)
			subject_add(ret, &asserted->names[j], asserted->by[0].outcome->at);
	}
	assertions_free(&assertions);
	return status;
}

/* NULL: it cannot be opened, and err says why. */
static struct subject *subject_of(struct falsifiable *falsifiable, const struct scenario *scenario,
				  struct err *err)
{
	struct subject subject;

	for (size_t i = falsifiable->n; i--;) {
		if (falsifiable->subjects[i].scenario == scenario)
			return &falsifiable->subjects[i];
	}
	if (subject_open(scenario, &subject, err) < 0)
		return NULL;
	falsifiable->subjects = mem_resize(falsifiable->subjects, falsifiable->n + 1,
					   sizeof(*falsifiable->subjects));
	falsifiable->subjects[falsifiable->n] = subject;
	return &falsifiable->subjects[falsifiable->n++];
}

static struct pool *claim_pool(struct claim *claim, const char *kernel, unsigned hz)
{
	for (size_t i = 0; i < claim->n_pools; i++) {
		if (claim->pools[i].kernel == kernel)
			return &claim->pools[i];
	}
	claim->pools = mem_resize(claim->pools, claim->n_pools + 1, sizeof(*claim->pools));
	claim->pools[claim->n_pools] = (struct pool){.kernel = kernel, .hz = hz};
	return &claim->pools[claim->n_pools++];
}

/* Words are interned. */
static bool value_same(const struct value *a, const struct value *b)
{
	return a->type == b->type && a->number == b->number && a->word == b->word;
}

static void claim_observe(struct claim *claim, struct pool *pool, const struct value *value)
{
	for (size_t i = 0; i < pool->n_values; i++) {
		if (value_same(&pool->values[i], value))
			return;
	}
	for (size_t i = 0; i < pool->n_wanted && !claim->proven; i++)
		claim->proven = !matcher_matches(&pool->wanted[i].matcher, value, pool->hz, 0);
	pool->values = mem_resize(pool->values, pool->n_values + 1, sizeof(*pool->values));
	pool->values[pool->n_values++] = *value;
}

/* Takes the expectation's matcher where it is a new one. */
static void claim_expect(struct claim *claim, struct pool *pool, struct expectation *expectation)
{
	struct text text = {0};

	matcher_format(&expectation->matcher, pool->hz, &text);
	for (size_t i = 0; i < pool->n_wanted; i++) {
		if (!strcmp(pool->wanted[i].text, text_str(&text))) {
			text_free(&text);
			return;
		}
	}
	for (size_t i = 0; i < pool->n_values && !claim->proven; i++)
		claim->proven =
			!matcher_matches(&expectation->matcher, &pool->values[i], pool->hz, 0);
	pool->wanted = mem_resize(pool->wanted, pool->n_wanted + 1, sizeof(*pool->wanted));
	pool->wanted[pool->n_wanted++] =
		(struct wanted){.matcher = expectation->matcher, .text = text_take(&text)};
	expectation->matcher = (struct matcher){0};
}

/* A fact has its value in each cell, also where no rule of this cell asks for it. */
static void observe_all(struct falsifiable *falsifiable, const struct subject *subject,
			const json_t *record, const char *kernel, unsigned hz)
{
	for (size_t i = 0; i < subject->n; i++) {
		struct claim *claim = &subject->claims[i];
		struct value value = {0};

		if (claim->proven || record_unsettled(record, claim->fact) ||
		    !record_fact(record, claim->fact, claim->spec, &value))
			continue;
		if (value.type == FACT_WORD)
			value = (struct value){
				.type = FACT_WORD,
				.word = intern_text(&falsifiable->words, value.word)};
		else
			value.word = NULL;
		claim_observe(claim, claim_pool(claim, kernel, hz), &value);
	}
}

/* A counter that this kernel does not have is none of its facts: it cannot move. */
static bool kernel_lacks(const struct expectation *expectation, const struct features *features)
{
	const char *name = strchr(expectation->fact, ' ');

	return expectation->spec == &counter_fact && name &&
	       !features_has_counter(features, name + 1);
}

int falsifiable_add(struct falsifiable *falsifiable, const struct cell *cell, const json_t *record,
		    const struct features *features, struct err *err)
{
	const char *kernel = intern_text(&falsifiable->words, record_text(record, "kernel", ""));
	const struct observed observed = record_observed(record);
	const struct scenario *scenario = cell->scenario;
	struct expectation *expectations = NULL;
	struct subject *subject = subject_of(falsifiable, scenario, err);
	size_t n;

	if (!subject)
		return -err->code;
	observe_all(falsifiable, subject, record, kernel, features->hz);
	if (cell->control) /* what it is judged by belongs to another cell */
		return 0;
	n = rules_settle(scenario, scenario->expect, scenario->n_expect, cell->judged, features,
			 &observed, &expectations);
	for (size_t i = 0; i < n; i++) {
		struct claim *claim = claim_find(subject, expectations[i].fact);

		if (!claim || expectations[i].missing || kernel_lacks(&expectations[i], features))
			continue; /* no claim: a rule asks for it, and the cell did not yield it */
		claim->n_cells++;
		if (!claim->proven)
			claim_expect(claim, claim_pool(claim, kernel, features->hz),
				     &expectations[i]);
	}
	expectations_free(expectations, n);
	return 0;
}

static struct falsified_fact claim_result(const struct subject *subject, const struct claim *claim)
{
	struct falsified_fact ret = {.scenario = subject->scenario,
				     .fact = claim->fact,
				     .at = claim->at,
				     .how = FALSIFIED_UNMET,
				     .n_cells = claim->n_cells};

	if (claim->proven)
		ret.how = FALSIFIED;
	for (size_t i = 0; i < claim->n_pools && ret.how == FALSIFIED_UNMET; i++) {
		if (!claim->pools[i].n_wanted)
			continue;
		ret.how = FALSIFIED_NEVER;
		ret.expected = claim->pools[i].wanted[0].text;
	}
	return ret;
}

void falsifiable_tell(const struct falsifiable *falsifiable,
		      void (*fn)(void *ctx, const struct falsified_fact *fact), void *ctx)
{
	for (size_t i = 0; i < falsifiable->n; i++) {
		const struct subject *subject = &falsifiable->subjects[i];

		for (size_t j = 0; j < subject->n; j++) {
			struct falsified_fact fact = claim_result(subject, &subject->claims[j]);

			fn(ctx, &fact);
		}
	}
}

static void pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->n_wanted; i++) {
		matcher_free(&pool->wanted[i].matcher);
		free(pool->wanted[i].text);
	}
	free(pool->wanted);
	free(pool->values);
}

static void subject_free(struct subject *subject)
{
	for (size_t i = 0; i < subject->n; i++) {
		for (size_t j = 0; j < subject->claims[i].n_pools; j++)
			pool_free(&subject->claims[i].pools[j]);
		free(subject->claims[i].pools);
		free(subject->claims[i].fact);
	}
	free(subject->claims);
}

void falsifiable_free(struct falsifiable *falsifiable)
{
	for (size_t i = 0; i < falsifiable->n; i++)
		subject_free(&falsifiable->subjects[i]);
	free(falsifiable->subjects);
	intern_free(&falsifiable->words);
	*falsifiable = (struct falsifiable){0};
}
