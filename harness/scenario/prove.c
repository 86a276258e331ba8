// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * prove: owns the proof that rules settle each asserted fact exactly once, in every cell and in
 * every case that they tell apart: kernels, and what was observed where a rule asks for that. A
 * fact is asserted under its name as written ("$closer TCPTimeWaitOverflow"): a scenario that
 * asserts it anywhere settles it everywhere. What needs a wire does not exist in a loopback lab's
 * cells, and nothing may settle it there.
 *
 * Before the cells are walked, each rule becomes a mask of values for each dimension and, for each
 * fact that it settles, a set of cases; each fact becomes a table of its full names. So a cell
 * costs a few operations a rule.
 */
#include "scenario/asserted.h"
#include "scenario/condition.h"
#include "scenario/expand.h"
#include "scenario/cases.h"
#include "scenario/rules.h"
#include "base/mem.h"

#include <string.h>

/* One rule, made quick. */
struct quick_rule {
	uint64_t values[SCENARIO_DIMENSIONS_MAX]; /* of each dimension, those that meet it */
	bool meets;				  /* the cell at hand */
	bool met;				  /* any cell */
};

/* The proof of one list of rules. */
struct proof {
	const struct scenario *scenario;
	const struct rule *rules;
	struct quick_rule *quick;
	size_t n_rules;
	bool complete; /* each fact must be settled, not only never twice */
	struct assertions assertions;
	const struct asserted **owner; /* of each full name's id, in the cell at hand */
	const size_t *choice;	       /* the cell at hand */
	struct err *err;
};

static void quicken(const struct proof *proof, const struct rule *rule, struct quick_rule *ret)
{
	for (size_t d = 0; d < SCENARIO_DIMENSIONS_MAX; d++)
		ret->values[d] = UINT64_MAX;
	for (size_t i = 0; i < rule->n_when; i++) {
		if (rule->when[i].kind == COND_DIMENSION)
			ret->values[rule->when[i].dimension] =
				condition_values(proof->scenario, &rule->when[i]);
	}
}

static void mark_meeting(struct proof *proof)
{
	for (size_t r = 0; r < proof->n_rules; r++) {
		struct quick_rule *quick = &proof->quick[r];

		quick->meets = true;
		for (size_t d = 0; d < proof->scenario->n_dimensions && quick->meets; d++)
			quick->meets = quick->values[d] >> proof->choice[d] & 1;
		quick->met |= quick->meets;
	}
}

static size_t first_case(const struct case_set *set)
{
	size_t n = 0;

	while (!(set->bits[n / 64] >> n % 64 & 1))
		n++;
	return n;
}

static bool settles(const struct proof *proof, const struct settling *by, size_t n)
{
	const struct quick_rule *quick = &proof->quick[by->rule];

	return quick->meets && by->meets.bits[n / 64] >> n % 64 & 1;
}

/* "third-segment/timestamps=0 on a kernel without ...". */
static char *describe_cell(const struct proof *proof, const struct asserted *asserted, size_t n)
{
	_cleanup_free_ char *id = cell_id(proof->scenario, proof->choice);
	struct text text = {0};

	text_add(&text, "%s", id);
	cases_describe(&asserted->cases, n, &text);
	return text_take(&text);
}

static int settled_twice(const struct proof *proof, const struct asserted *asserted,
			 const struct case_set *twice)
{
	size_t shown = first_case(twice);
	_cleanup_free_ char *cell = describe_cell(proof, asserted, shown);
	const struct outcome *first = NULL, *second = NULL;

	for (size_t i = 0; i < asserted->n_by && !second; i++) {
		if (!settles(proof, &asserted->by[i], shown))
			continue;
		*(first ? &second : &first) = asserted->by[i].outcome;
	}
	return scenario_err(proof->scenario, second->at, proof->err,
			    "`%s` is settled twice in the cell %s: in line %d and in line %d",
			    asserted->written, cell, first->at.line, second->at.line);
}

static int not_settled(const struct proof *proof, const struct asserted *asserted,
		       const struct case_set *once)
{
	struct case_set missing;
	_cleanup_free_ char *cell = NULL;
	_cleanup_text_ struct text lines = {0};

	for (size_t w = 0; w < CASES_WORDS; w++)
		missing.bits[w] = asserted->all.bits[w] & ~once->bits[w];
	cell = describe_cell(proof, asserted, first_case(&missing));
	for (size_t i = 0; i < asserted->n_by && lines.len < 60; i++)
		text_add(&lines, "%s%d", i ? ", " : "", asserted->by[i].outcome->at.line);
	return scenario_err(proof->scenario, asserted->by[0].outcome->at, proof->err,
			    "no rule settles `%s` in the cell %s; elsewhere it is settled in line "
			    "%s",
			    asserted->written, cell, text_str(&lines));
}

/* Two facts that are written differently and mean the same in this cell. */
static int same_fact(const struct proof *proof, const struct asserted *asserted,
		     const struct asserted *other, const char *fact)
{
	_cleanup_free_ char *cell = cell_id(proof->scenario, proof->choice);

	return scenario_err(proof->scenario, asserted->by[0].outcome->at, proof->err,
			    "`%s` and `%s` (line %d) both mean `%s` in the cell %s",
			    asserted->written, other->written, other->by[0].outcome->at.line, fact,
			    cell);
}

static int needs_wire(const struct proof *proof, const struct asserted *asserted,
		      const struct settling *by)
{
	_cleanup_free_ char *cell = cell_id(proof->scenario, proof->choice);

	return scenario_err(proof->scenario, by->outcome->at, proof->err,
			    "`%s` needs a wire, and the loopback lab of the cell %s has none; "
			    "allowed: `when: {topology: link}`",
			    asserted->written, cell);
}

static bool is_loopback(const struct proof *proof)
{
	struct cell cell = {.scenario = proof->scenario};

	memcpy(cell.choice, proof->choice, sizeof(cell.choice));
	return cell_topology(&cell) == TOPOLOGY_LOOPBACK;
}

/* Walk the rules that settle a fact: once and twice become sets of cases. */
static void settle(const struct proof *proof, const struct asserted *asserted,
		   struct case_set *once, struct case_set *twice)
{
	size_t words = (asserted->cases.n + 63) / 64;

	for (size_t i = 0; i < asserted->n_by; i++) {
		const struct quick_rule *quick = &proof->quick[asserted->by[i].rule];

		for (size_t w = 0; quick->meets && w < words; w++) {
			twice->bits[w] |= once->bits[w] & asserted->by[i].meets.bits[w];
			once->bits[w] |= asserted->by[i].meets.bits[w];
		}
	}
}

/* A rule that asks for what the wire saw has no answer where there is no wire. */
static int prove_asked(const struct proof *proof, const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_when; i++) {
		const struct condition *when = &rule->when[i];
		_cleanup_free_ char *cell = NULL;

		if (when->kind != COND_FACT || !when->spec->wire)
			continue;
		cell = cell_id(proof->scenario, proof->choice);
		return scenario_err(proof->scenario, when->at, proof->err,
				    "`%s` needs a wire, and the loopback lab of the cell %s has "
				    "none; add `topology: link` to this `when`",
				    when->fact, cell);
	}
	return 0;
}

static int prove_absent(const struct proof *proof, const struct asserted *asserted)
{
	for (size_t i = 0; i < asserted->n_by; i++) {
		if (proof->quick[asserted->by[i].rule].meets)
			return needs_wire(proof, asserted, &asserted->by[i]);
	}
	return 0;
}

static int prove_fact(struct proof *proof, const struct asserted *asserted, bool loopback)
{
	const struct full_name *name = asserted_name(asserted, proof->scenario, proof->choice);
	static const struct case_set none;
	struct case_set once = {0}, twice = {0};

	if (proof->owner[name->id])
		return same_fact(proof, asserted, proof->owner[name->id], name->fact);
	proof->owner[name->id] = asserted;
	if (loopback && name->spec->wire)
		return prove_absent(proof, asserted);
	settle(proof, asserted, &once, &twice);
	if (memcmp(&twice, &none, sizeof(none)))
		return settled_twice(proof, asserted, &twice);
	if (proof->complete && memcmp(&once, &asserted->all, sizeof(once)))
		return not_settled(proof, asserted, &once);
	return 0;
}

static int prove_cell(struct proof *proof, const size_t *choice)
{
	const struct assertions *assertions = &proof->assertions;
	bool loopback;
	int ret = 0;

	proof->choice = choice;
	loopback = is_loopback(proof);
	mark_meeting(proof);
	for (size_t r = 0; loopback && r < proof->n_rules && !ret; r++) {
		if (proof->quick[r].meets)
			ret = prove_asked(proof, &proof->rules[r]);
	}
	memset(proof->owner, 0, assertions->n_ids * sizeof(struct asserted *));
	for (size_t i = 0; i < assertions->n && !ret; i++)
		ret = prove_fact(proof, &assertions->of[i], loopback);
	return ret;
}

static int prove_cells(struct proof *proof)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};
	int ret = 0;

	do {
		if (!choice_omission(proof->scenario, choice))
			ret = prove_cell(proof, choice);
	} while (!ret && expand_next(proof->scenario, UINT32_MAX, choice));
	for (size_t r = 0; r < proof->n_rules && !ret; r++) {
		if (!proof->quick[r].met)
			ret = scenario_err(proof->scenario, proof->rules[r].at, proof->err,
					   "no cell meets this rule's `when`");
	}
	return ret;
}

/* A control's facts must be ones that a rule settles in the cell it is judged as. */
static int prove_fails(const struct proof *proof, const struct control *control)
{
	const struct assertions *assertions = &proof->assertions;

	for (size_t i = 0; i < control->n_fails; i++) {
		bool found = false;

		for (size_t j = 0; j < assertions->n && !found; j++)
			found = !strcmp(
				asserted_name(&assertions->of[j], proof->scenario, control->judge)
					->fact,
				control->fails[i]);
		if (!found)
			return scenario_err(proof->scenario, control->at, proof->err,
					    "`fails` names `%s`, which no rule settles",
					    control->fails[i]);
	}
	return 0;
}

static int prove_controls(const struct proof *proof)
{
	const struct scenario *scenario = proof->scenario;
	int ret = 0;

	for (size_t i = 0; i < scenario->n_controls && !ret; i++) {
		const struct control *control = &scenario->controls[i];
		const struct remark *left_out = choice_omission(scenario, control->play);

		if (!left_out)
			left_out = choice_omission(scenario, control->judge);
		if (left_out)
			ret = scenario_err(scenario, control->at, proof->err,
					   "this control plays, or is judged as, a cell that line "
					   "%d leaves out",
					   left_out->at.line);
		else
			ret = prove_fails(proof, control);
	}
	return ret;
}

static int prove_rules(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		       bool complete, struct err *err)
{
	_cleanup_free_ struct quick_rule *quick = mem_zalloc(n_rules * sizeof(*quick));
	_cleanup_free_ const struct asserted **owner = NULL;
	struct proof proof = {
		.scenario = scenario,
		.rules = rules,
		.quick = quick,
		.n_rules = n_rules,
		.complete = complete,
		.err = err,
	};
	int ret;

	for (size_t r = 0; r < n_rules; r++)
		quicken(&proof, &rules[r], &quick[r]);
	ret = assertions_collect(scenario, rules, n_rules, &proof.assertions, err);
	owner = mem_zalloc(proof.assertions.n_ids * sizeof(struct asserted *));
	proof.owner = owner;
	if (!ret)
		ret = prove_cells(&proof);
	if (!ret && complete)
		ret = prove_controls(&proof);
	assertions_free(&proof.assertions);
	return ret;
}

/* A dimension that changes nothing in the lab or the play only multiplies the cells. */
static int prove_dimensions(const struct scenario *scenario, struct err *err)
{
	uint32_t uses = 0;

	for (size_t i = 0; i < scenario->n_steps; i++) {
		for (size_t j = 0; j < scenario->steps[i].n_when; j++)
			uses |= 1U << scenario->steps[i].when[j].dimension;
		for (size_t j = 0; j < STEP_ARGS_MAX; j++) {
			const char *text = scenario->steps[i].args[j].text;

			if (text && expand_uses(scenario, text, &uses, err))
				return -err->code;
		}
	}
	for (size_t d = 0; d < scenario->n_dimensions; d++) {
		const struct dimension *dimension = &scenario->dimensions[d];

		if (!dimension->sysctl && !dimension->reserved && !(uses & (1U << d)))
			return scenario_err(scenario, dimension->at, err,
					    "the dimension `%s` changes nothing: no step names "
					    "`$%s`, and it sets no sysctl",
					    dimension->name, dimension->name);
	}
	return 0;
}

/* Each is the first one for some combination: choose says for which, NULL for none. */
static int prove_remarks(const struct scenario *scenario, const struct remark *remarks, size_t n,
			 const struct remark *(*choose)(const struct scenario *scenario,
							const size_t *choice),
			 const char *unused, struct err *err)
{
	_cleanup_free_ bool *used = mem_zalloc(n * sizeof(*used));
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};

	if (!n)
		return 0;
	do {
		const struct remark *remark = choose(scenario, choice);

		if (remark)
			used[remark - remarks] = true;
	} while (expand_next(scenario, UINT32_MAX, choice));
	for (size_t i = 0; i < n; i++) {
		if (!used[i])
			return scenario_err(scenario, remarks[i].at, err, "%s", unused);
	}
	return 0;
}

static int prove_omissions(const struct scenario *scenario, struct err *err)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};

	do {
		if (!choice_omission(scenario, choice))
			return prove_remarks(scenario, scenario->omissions, scenario->n_omissions,
					     choice_omission,
					     "this omission leaves out no cell that is not left "
					     "out already",
					     err);
	} while (expand_next(scenario, UINT32_MAX, choice));
	return scenario_err(scenario, scenario->omissions[0].at, err,
			    "with its omissions the scenario has no cell left");
}

static const struct remark *cell_draw(const struct scenario *scenario, const size_t *choice)
{
	return choice_omission(scenario, choice) ? NULL : choice_draw(scenario, choice);
}

static int prove_draws(const struct scenario *scenario, struct err *err)
{
	return prove_remarks(
		scenario, scenario->draws, scenario->n_draws, cell_draw,
		"no cell is left for this one: `omit` or those before it have them all", err);
}

int scenario_prove(const struct scenario *scenario, struct err *err)
{
	int ret = prove_dimensions(scenario, err);

	if (!ret)
		ret = prove_omissions(scenario, err);
	if (!ret)
		ret = prove_draws(scenario, err);
	if (!ret)
		ret = prove_rules(scenario, scenario->expect, scenario->n_expect, true, err);
	if (!ret)
		ret = prove_rules(scenario, scenario->rfc, scenario->n_rfc, false, err);
	return ret;
}
