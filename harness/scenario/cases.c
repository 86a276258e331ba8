// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cases: owns the enumeration of cases: a number whose digits, one for each thing asked about, are
 * indices of answers.
 */
#include "scenario/cases.h"
#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

static const char *asked_key(const struct condition *condition, const char *value)
{
	if (condition->kind == COND_HZ)
		return "";
	return condition->kind == COND_FACT ? condition->fact : value;
}

static struct case_asked *asked_find(const struct cases *cases, enum condition_kind kind,
				     const char *name)
{
	for (size_t i = 0; i < cases->n_asked; i++) {
		if (cases->asked[i].kind == kind && !strcmp(cases->asked[i].name, name))
			return (struct case_asked *)&cases->asked[i];
	}
	return NULL;
}

static bool value_same(const struct value *a, const struct value *b)
{
	return a->type == FACT_WORD ? !strcmp(a->word, b->word) : a->number == b->number;
}

static void answer_add(struct case_asked *asked, const struct value *answer)
{
	for (size_t i = 0; i < asked->n_answers; i++) {
		if (value_same(&asked->answers[i], answer))
			return;
	}
	asked->answers = mem_resize(asked->answers, asked->n_answers + 1, sizeof(*answer));
	asked->answers[asked->n_answers++] = *answer;
}

/* Nothing that is counted is less than 0. */
static void number_add(struct case_asked *asked, int64_t number)
{
	if (number >= 0)
		answer_add(asked, &(struct value){.type = FACT_NUMBER, .number = number});
}

static void word_add(struct case_asked *asked, const char *word)
{
	answer_add(asked, &(struct value){.type = FACT_WORD, .word = word});
}

/* The numbers at which a condition begins or ends to hold. */
static void add_numbers(struct case_asked *asked, const struct matcher *matcher)
{
	number_add(asked, 0);
	for (size_t i = 0; i < matcher->n; i++) {
		number_add(asked, matcher->numbers[i]);
		number_add(asked, matcher->numbers[i] + 1);
	}
	if (matcher->kind != MATCH_RANGE)
		return;
	if (matcher->min != INT64_MIN)
		number_add(asked, matcher->min);
	if (matcher->max != INT64_MAX)
		number_add(asked, matcher->max + 1);
}

/* All words where the fact has a closed list of them, or those mentioned and one other. */
static void add_words(struct case_asked *asked, const struct matcher *matcher)
{
	for (size_t i = 0; asked->spec->words && asked->spec->words[i]; i++)
		word_add(asked, asked->spec->words[i]);
	for (size_t i = 0; i < matcher->n; i++)
		word_add(asked, matcher->words[i]);
	if (!asked->spec->words || asked->spec->errnos)
		word_add(asked, "another word");
}

static void add_answers(struct case_asked *asked, const struct condition *condition,
			const char *value)
{
	int64_t hz = 0;

	switch (condition->kind) {
	case COND_HAS:
	case COND_COUNTER:
		number_add(asked, 0);
		number_add(asked, 1);
		break;
	case COND_HZ:
		number_parse(value, &hz);
		number_add(asked, hz);
		number_add(asked, 0); /* one that no rule names */
		break;
	case COND_FACT:
		asked->spec = condition->spec;
		if (condition->spec->type == FACT_WORD)
			add_words(asked, &condition->matcher);
		else
			add_numbers(asked, &condition->matcher);
		break;
	case COND_DIMENSION:
		break;
	}
}

static bool cases_number(struct cases *cases)
{
	cases->n = 1;
	for (size_t i = 0; i < cases->n_asked; i++) {
		cases->asked[i].stride = cases->n;
		cases->n *= cases->asked[i].n_answers;
		if (cases->n > CASES_MAX)
			return false;
	}
	return true;
}

static bool collect_value(struct cases *cases, const struct condition *condition, const char *value)
{
	const char *name = asked_key(condition, value);
	struct case_asked *asked = asked_find(cases, condition->kind, name);

	if (!asked && cases->n_asked == CASES_ASKED_MAX)
		return false;
	if (!asked) {
		asked = &cases->asked[cases->n_asked++];
		*asked = (struct case_asked){.kind = condition->kind, .name = name};
	}
	add_answers(asked, condition, value);
	return cases_number(cases);
}

int cases_ask(const struct scenario *scenario, const struct rule *rule, struct cases *cases,
	      struct err *err)
{
	if (!cases->n)
		cases->n = 1;
	for (size_t c = 0; c < rule->n_when; c++) {
		const struct condition *when = &rule->when[c];

		for (size_t v = 0; when->kind != COND_DIMENSION && v < when->n_values; v++) {
			if (!collect_value(cases, when, when->values[v]))
				return scenario_err(scenario, when->at, err,
						    "up to this rule more than %d cases of one "
						    "fact are told apart; ask for fewer features "
						    "and facts",
						    CASES_MAX);
		}
	}
	return 0;
}

void cases_free(struct cases *cases)
{
	for (size_t i = 0; i < cases->n_asked; i++)
		free(cases->asked[i].answers);
	*cases = (struct cases){0};
}

static const struct value *answer_of(const struct case_asked *asked, size_t n)
{
	return &asked->answers[n / asked->stride % asked->n_answers];
}

static bool case_meets(const struct cases *cases, size_t n, const struct condition *condition)
{
	bool any = false;

	for (size_t v = 0; v < condition->n_values; v++) {
		const char *value = condition->values[v];
		const struct value *answer = answer_of(
			asked_find(cases, condition->kind, asked_key(condition, value)), n);
		int64_t hz;

		if (condition->kind == COND_FACT)
			return matcher_matches(&condition->matcher, answer, 0, 0);
		if (condition->kind == COND_HZ)
			any |= number_parse(value, &hz) && hz == answer->number;
		else
			any |= answer->number;
	}
	return any != condition->negate;
}

void cases_meet(const struct cases *cases, const struct rule *rule, struct case_set *ret)
{
	*ret = (struct case_set){0};
	for (size_t n = 0; n < cases->n; n++) {
		bool all = true;

		for (size_t c = 0; c < rule->n_when && all; c++) {
			if (rule->when[c].kind != COND_DIMENSION)
				all = case_meets(cases, n, &rule->when[c]);
		}
		if (all)
			ret->bits[n / 64] |= 1ULL << n % 64;
	}
}

static void describe_kernel(const struct case_asked *asked, int64_t answer, struct text *out)
{
	if (asked->kind == COND_HZ && !answer)
		text_add(out, "at an HZ that no rule names");
	else if (asked->kind == COND_HZ)
		text_add(out, "at HZ %lld", (long long)answer);
	else
		text_add(out, "%s %s%s", answer ? "with" : "without",
			 asked->kind == COND_COUNTER ? "the counter " : "", asked->name);
}

static void describe_answer(const struct case_asked *asked, const struct value *answer,
			    struct text *out)
{
	if (asked->kind != COND_FACT) {
		describe_kernel(asked, answer->number, out);
		return;
	}
	text_add(out, "`%s` is ", asked->name);
	value_format(answer, out);
}

void cases_describe(const struct cases *cases, size_t n, struct text *out)
{
	static const enum condition_kind order[] = {COND_HAS, COND_COUNTER, COND_HZ, COND_FACT};
	const char *before = " on a kernel ";

	for (size_t k = 0; k < ARRAY_SIZE(order); k++) {
		if (order[k] == COND_FACT)
			before = " where ";
		for (size_t i = 0; i < cases->n_asked; i++) {
			const struct case_asked *asked = &cases->asked[i];

			if (asked->kind != order[k])
				continue;
			text_add(out, "%s", before);
			describe_answer(asked, answer_of(asked, n), out);
			before = ", ";
		}
	}
}
