// SPDX-License-Identifier: GPL-2.0-or-later
/* judge: owns the verdict: each expectation held against its fact, and what noise may excuse. */
#include "record/judge.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/mem.h"

#include <string.h>

const char *const verdict_names[N_VERDICTS] = {
	[VERDICT_PASS] = "pass",   [VERDICT_FAIL] = "fail",
	[VERDICT_SKIP] = "skip",   [VERDICT_INCONCLUSIVE] = "inconclusive",
	[VERDICT_ERROR] = "error", [VERDICT_KNOWN] = "known",
};

/* A list of expectations that goes when its scope does. */
struct settled {
	struct expectation *of;
	size_t n;
};

static void settled_free(struct settled *settled)
{
	expectations_free(settled->of, settled->n);
}

bool verdict_conclusive(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_FAIL || verdict == VERDICT_KNOWN;
}

enum verdict record_verdict(const json_t *record)
{
	const char *name = record_text(record, "verdict", "");

	for (size_t i = 0; i < N_VERDICTS; i++) {
		if (!strcmp(verdict_names[i], name))
			return i;
	}
	return VERDICT_ERROR;
}

bool record_scenario_changed(const json_t *record, const struct scenario *scenario)
{
	return strcmp(record_text(record, "hash", ""), scenario->hash) != 0;
}

static int64_t noise_ns(const json_t *record)
{
	const json_t *measured = json_object_get(record, "volatile");

	return record_number(measured, "noise_us", 0) * NS_PER_US;
}

/* What a miss is called under this much noise. */
static enum verdict miss_verdict(const json_t *record)
{
	return noise_ns(record) > JUDGE_NOISE_NS_MAX ? VERDICT_INCONCLUSIVE : VERDICT_FAIL;
}

enum verdict judge_fact(const struct expectation *expectation, const json_t *record, unsigned hz,
			struct text *ret_observed)
{
	const struct matcher *matcher = &expectation->matcher;
	struct value value;

	if (record_unsettled(record, expectation->fact)) {
		text_add(ret_observed, "unknown");
		return VERDICT_INCONCLUSIVE;
	}
	if (!record_fact(record, expectation->fact, expectation->spec, &value)) {
		text_add(ret_observed, "nothing");
		return VERDICT_FAIL;
	}
	value_format(&value, ret_observed);
	if (expectation->missing && record_unsettled(record, expectation->missing))
		return VERDICT_INCONCLUSIVE;
	if (matcher_matches(matcher, &value, hz, 0))
		return VERDICT_PASS;
	if (expectation->spec->timing && matcher_matches(matcher, &value, hz, noise_ns(record)))
		return VERDICT_INCONCLUSIVE;
	return miss_verdict(record);
}

static json_t *row_new(const struct expectation *expectation, unsigned hz, const char *observed)
{
	_cleanup_text_ struct text expected = {0};
	json_t *row = json_object();

	if (expectation->missing)
		text_add(&expected, "what %s says, which is not known", expectation->missing);
	else
		matcher_format(&expectation->matcher, hz, &expected);
	json_object_set_new(row, "fact", json_string(expectation->fact));
	json_object_set_new(row, "expected", json_string(text_str(&expected)));
	json_object_set_new(row, "observed", json_string(observed));
	return row;
}

/* Is this a fact that the control says must fail? Its names are written as the rules write them. */
static bool control_names(const struct cell *cell, const char *fact)
{
	for (size_t i = 0; cell->control && i < cell->control->n_fails; i++) {
		_cleanup_free_ char *name =
			cell_expand(cell->scenario, cell->judged, cell->control->fails[i]);

		if (!strcmp(name, fact))
			return true;
	}
	return false;
}

/* A fact that must fail fails by what was observed; one that was not observed proves nothing. */
static enum verdict control_verdict(enum verdict verdict, const json_t *record,
				    const char *observed)
{
	if (verdict == VERDICT_PASS)
		return miss_verdict(record);
	if (!strcmp(observed, "nothing"))
		return VERDICT_FAIL;
	return verdict == VERDICT_FAIL ? VERDICT_PASS : verdict;
}

static enum verdict judge_expectation(const struct cell *cell,
				      const struct expectation *expectation, unsigned hz,
				      const json_t *record, json_t *rows)
{
	_cleanup_text_ struct text observed = {0};
	enum verdict verdict = judge_fact(expectation, record, hz, &observed);
	bool must_fail = control_names(cell, expectation->fact);
	json_t *row = row_new(expectation, hz, text_str(&observed));

	if (must_fail)
		verdict = control_verdict(verdict, record, text_str(&observed));
	json_object_set_new(row, "verdict", json_string(verdict_names[verdict]));
	json_object_set_new(row, "line", json_integer(expectation->outcome->at.line));
	json_object_set_new(row, "column", json_integer(expectation->outcome->at.column));
	if (must_fail)
		json_object_set_new(row, "must_fail", json_true());
	json_array_append_new(rows, row);
	return verdict;
}

/* An await that was not reached is a row of its own. */
static enum verdict judge_missed(const json_t *record, json_t *rows)
{
	const json_t *missed = json_object_get(json_object_get(record, "canonical"), "missed");
	enum verdict verdict = miss_verdict(record);
	size_t i;
	json_t *await;

	json_array_foreach(missed, i, await)
	{
		_cleanup_free_ char *fact =
			mem_printf("step %lld (await)", (long long)record_number(await, "step", 0));

		json_array_append_new(
			rows,
			json_pack("{ss ss ss ss sI si}", "fact", fact, "expected",
				  record_text(await, "what", "to be reached"), "observed",
				  JUDGE_NOT_REACHED, "verdict", verdict_names[verdict], "line",
				  (json_int_t)record_number(await, "line", 0), "column", 1));
	}
	return json_array_size(missed) ? verdict : VERDICT_PASS;
}

/* A kernel in trouble fails a cell in which all else is right. Noise is no excuse for it. */
static enum verdict judge_warning(const json_t *record, json_t *rows)
{
	const json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts");
	const char *warning = record_text(facts, RECORD_WARNING, "none");

	if (!strcmp(warning, "none"))
		return VERDICT_PASS;
	json_array_append_new(rows, json_pack("{ss ss ss ss si si}", "fact", RECORD_WARNING,
					      "expected", "none", "observed", warning, "verdict",
					      verdict_names[VERDICT_FAIL], "line", 1, "column", 1));
	return VERDICT_FAIL;
}

/* The graver of two verdicts on facts: a miss that noise cannot explain outweighs one it can. */
static enum verdict graver(enum verdict a, enum verdict b)
{
	static const int weight[N_VERDICTS] = {
		[VERDICT_INCONCLUSIVE] = 1,
		[VERDICT_FAIL] = 2,
	};

	return weight[a] >= weight[b] ? a : b;
}

static bool observe_fact(const void *ctx, const char *name, const struct fact_spec *spec,
			 struct value *ret)
{
	return record_fact(ctx, name, spec, ret);
}

struct observed record_observed(const json_t *record)
{
	return (struct observed){.fact = observe_fact, .ctx = record};
}

/* Of a record in which programs have played, only rules that hold for any are looked at; what no
 * such rule settles is only shown. The caller frees the array, whose rules are the scenario's. */
static struct rule *rules_for(const struct scenario *scenario, const json_t *record, size_t *ret_n)
{
	bool programs = json_object_get(json_object_get(record, "canonical"), "with");
	struct rule *rules = mem_zalloc((scenario->n_expect + 1) * sizeof(*rules));

	*ret_n = 0;
	for (size_t i = 0; i < scenario->n_expect; i++) {
		if (!programs || scenario->expect[i].programs)
			rules[(*ret_n)++] = scenario->expect[i];
	}
	return rules;
}

static enum verdict judge_facts(const struct cell *cell, const struct features *features,
				const json_t *record, json_t *rows)
{
	const struct scenario *scenario = cell->scenario;
	size_t n_rules;
	_cleanup_free_ struct rule *rules = rules_for(scenario, record, &n_rules);
	_cleanup_(settled_free) struct settled settled = {0};
	const struct observed observed = record_observed(record);
	enum verdict verdict = graver(judge_missed(record, rows), judge_warning(record, rows));

	settled.n = rules_settle(scenario, rules, n_rules, cell->judged, features, &observed,
				 &settled.of);
	for (size_t i = 0; i < settled.n; i++)
		verdict = graver(verdict, judge_expectation(cell, &settled.of[i], features->hz,
							    record, rows));
	return verdict;
}

/* What the standard asks of this cell. A fact that was not observed deviates from nothing. */
static void judge_rfc(const struct cell *cell, const struct features *features,
		      const json_t *record, json_t *rows)
{
	const struct scenario *scenario = cell->scenario;
	const struct observed facts = record_observed(record);
	_cleanup_(settled_free) struct settled settled = {0};

	settled.n = rules_settle(scenario, scenario->rfc, scenario->n_rfc, cell->judged, features,
				 &facts, &settled.of);
	for (size_t i = 0; i < settled.n; i++) {
		const struct expectation *expectation = &settled.of[i];
		_cleanup_text_ struct text observed = {0};
		struct value value;
		json_t *row;

		if (!record_fact(record, expectation->fact, expectation->spec, &value))
			continue;
		value_format(&value, &observed);
		row = row_new(expectation, features->hz, text_str(&observed));
		json_object_set_new(row, "deviates",
				    json_boolean(!matcher_matches(&expectation->matcher, &value,
								  features->hz, 0)));
		if (expectation->rule->source)
			json_object_set_new(row, "source", json_string(expectation->rule->source));
		json_object_set_new(row, "line", json_integer(expectation->outcome->at.line));
		json_array_append_new(rows, row);
	}
}

enum verdict judge_record(const struct cell *cell, const struct features *features, json_t *record)
{
	json_t *judged = json_array(), *rfc = json_array();
	enum verdict verdict;

	if (json_object_get(record, "error")) {
		verdict = VERDICT_ERROR;
	} else if (json_object_get(record, "skip")) {
		verdict = VERDICT_SKIP;
	} else {
		verdict = judge_facts(cell, features, record, judged);
		if (!cell->control) /* played and judged as different things */
			judge_rfc(cell, features, record, rfc);
	}
	json_object_del(record, "known"); /* it was about an earlier verdict */
	json_object_set_new(record, "verdict", json_string(verdict_names[verdict]));
	json_object_set_new(record, "judged", judged);
	json_object_set_new(record, "rfc", rfc);
	return verdict;
}

int judge_exit_code(const size_t counts[N_VERDICTS])
{
	static const struct {
		enum verdict verdict;
		int code;
	} gravest_first[] = {
		{VERDICT_FAIL, EXIT_FAIL},
		{VERDICT_ERROR, EXIT_HARNESS},
		{VERDICT_INCONCLUSIVE, EXIT_INCONCLUSIVE},
		{VERDICT_PASS, EXIT_PASS},
		{VERDICT_KNOWN, EXIT_PASS},
	};

	for (size_t i = 0; i < ARRAY_SIZE(gravest_first); i++) {
		if (counts[gravest_first[i].verdict])
			return gravest_first[i].code;
	}
	return EXIT_NOTHING_RAN;
}
