/* SPDX-License-Identifier: GPL-2.0-or-later */
/* asserted: the facts that a list of rules asserts, and their full names in every cell. */
#ifndef AFTERCLOSE_SCENARIO_ASSERTED_H
#define AFTERCLOSE_SCENARIO_ASSERTED_H

#include "scenario/cases.h"
#include "scenario/cell.h"

struct full_name {
	char *fact;
	const struct fact_spec *spec;
	size_t id; /* the same for the same full name, whoever writes it */
};

/* One fact under its name as written ("$closer TCPTimeWaitOverflow"). */
struct asserted {
	const char *written;
	size_t stride[SCENARIO_DIMENSIONS_MAX]; /* of each dimension in the table of full names */
	struct full_name *names;
	size_t n_names;
	struct settling { /* the places that settle it */
		size_t rule;
		const struct outcome *outcome;
		struct case_set meets; /* where the rule holds, of the fact's cases */
	} * by;
	size_t n_by;
	struct cases cases; /* what the rules that settle it tell apart, beside cells */
	struct case_set all;
};

struct assertions {
	struct asserted *of;
	size_t n;
	size_t n_ids;
};

/* Errors: EINVAL with a place where rules tell too many cases apart; assertions_free() even then.
 */
int assertions_collect(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		       struct assertions *ret, struct err *err);
void assertions_free(struct assertions *assertions);

const struct full_name *asserted_name(const struct asserted *asserted,
				      const struct scenario *scenario, const size_t *choice);

#endif
