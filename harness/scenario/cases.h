/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cases: everything but the cell that the conditions of some rules can tell apart: each feature and
 * counter they mention there or not, each HZ they mention and one other, and of each fact they
 * mention the values between which some condition on it changes.
 */
#ifndef AFTERCLOSE_SCENARIO_CASES_H
#define AFTERCLOSE_SCENARIO_CASES_H

#include "base/text.h"
#include "scenario/scenario.h"

#define CASES_MAX	4096
#define CASES_WORDS	(CASES_MAX / 64)
#define CASES_ASKED_MAX 16

/* Bit c: case c is in the set. */
struct case_set {
	uint64_t bits[CASES_WORDS];
};

/* One thing that conditions ask about, and the answers that they tell apart. */
struct case_asked {
	enum condition_kind kind;     /* any but COND_DIMENSION */
	const char *name;	      /* of the feature, the counter or the fact; NULL: HZ */
	const struct fact_spec *spec; /* of a fact */
	struct value *answers;	      /* has, counter: 0 and 1 */
	size_t n_answers, stride;
};

struct cases {
	struct case_asked asked[CASES_ASKED_MAX];
	size_t n_asked;
	size_t n; /* cases in all */
};

/* Add what one more rule asks; the first finds all zero. Errors: EINVAL with a place where the
 * rules tell too many cases apart. */
int cases_ask(const struct scenario *scenario, const struct rule *rule, struct cases *cases,
	      struct err *err);
void cases_free(struct cases *cases);

/* The cases in which all of a rule's conditions but those on dimensions hold. */
void cases_meet(const struct cases *cases, const struct rule *rule, struct case_set *ret);

/* " on a kernel with tcp_tw_reuse_delay, without the counter PAWSTimewait, where old.syns is 2";
 * nothing where no rule asks. */
void cases_describe(const struct cases *cases, size_t n, struct text *out);

#endif
