/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules: which rule settles which fact of a cell on a kernel; and the proof that exactly one does.
 */
#ifndef AFTERCLOSE_SCENARIO_RULES_H
#define AFTERCLOSE_SCENARIO_RULES_H

#include "scenario/cell.h"
#include "scenario/condition.h"
#include "scenario/value.h"

/* What one cell is expected to show of one fact. */
struct expectation {
	char *fact; /* expanded: "server PAWSEstab" */
	const struct fact_spec *spec;
	struct matcher matcher;
	char *missing; /* a fact that the value refers to and that was not observed; NULL: none */
	const struct rule *rule;
	const struct outcome *outcome;
};

/* The expectations of a cell under a list of rules (expect or rfc), sorted by fact. choice:
 * cell->judged to judge. Where a rule asks for a fact that was not observed, that fact is expected
 * in place of what the rule would settle. Only for scenarios that passed scenario_prove(). */
size_t rules_settle(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    const size_t *choice, const struct features *features,
		    const struct observed *observed, struct expectation **ret);
void expectations_free(struct expectation *expectations, size_t n);

/*
 * Prove, by enumerating cells x the kernel features that the rules mention, that each fact which
 * the scenario asserts anywhere is settled by exactly one rule in every cell where its name
 * exists. Also that each dimension is used, each rule meets a cell, and each control's facts are
 * asserted. Errors: EINVAL with the place of the rule and the cell named.
 */
int scenario_prove(const struct scenario *scenario, struct err *err);

#endif
