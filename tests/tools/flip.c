// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * flip: proves that no expectation is idle. Reads the records of a run, turns each expectation of
 * each rule into its opposite, and judges again: one that makes no cell fail asserts nothing.
 *
 *     flip RECORDS...        (from the directory that the runs were started in)
 *
 * Of several runs: each expectation must make a cell fail in one of them.
 */
#include "base/mem.h"
#include "record/judge.h"
#include "scenario/rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What became of one outcome of one rule over all cells of its scenario. */
struct tally {
	size_t judged;	/* cells in which it settled its fact */
	size_t failed;	/* of those, turned round: failed */
	size_t skipped; /* cells that this kernel skipped */
};

struct flip {
	struct records records;
	const char *file; /* the scenario at hand */
	struct scenario *scenario;
	struct cell *cells;
	size_t n_cells;
	size_t *first; /* index of each rule's first tally */
	struct tally *tallies;
	size_t n_tallies;
};

static size_t total, idle, not_met;

static void scenario_close(struct flip *flip)
{
	matrix_free(flip->cells, flip->n_cells);
	if (flip->scenario)
		scenario_free(flip->scenario);
	free(flip->first);
	free(flip->tallies);
	flip->cells = NULL;
	flip->scenario = NULL;
	flip->first = NULL;
	flip->tallies = NULL;
	flip->n_cells = flip->n_tallies = 0;
}

static int scenario_open(struct flip *flip, const char *file, struct err *err)
{
	scenario_close(flip);
	flip->file = file;
	if (scenario_load(file, &flip->scenario, err) < 0)
		return -err->code;
	flip->n_cells = matrix_cells(flip->scenario, &flip->cells);
	flip->first = mem_zalloc((flip->scenario->n_expect + 1) * sizeof(*flip->first));
	for (size_t i = 0; i < flip->scenario->n_expect; i++) {
		flip->first[i] = flip->n_tallies;
		flip->n_tallies += flip->scenario->expect[i].n_then;
	}
	flip->tallies = mem_zalloc((flip->n_tallies + 1) * sizeof(*flip->tallies));
	return 0;
}

static const struct cell *cell_find(const struct flip *flip, const char *id)
{
	for (size_t i = 0; i < flip->n_cells; i++) {
		if (!strcmp(flip->cells[i].id, id))
			return &flip->cells[i];
	}
	return NULL;
}

static struct tally *tally_of(struct flip *flip, const struct expectation *expectation)
{
	size_t rule = expectation->rule - flip->scenario->expect;

	return &flip->tallies[flip->first[rule] + (expectation->outcome - expectation->rule->then)];
}

static void expectation_flip(struct flip *flip, struct expectation *expectation,
			     const json_t *record, unsigned hz)
{
	struct tally *tally = tally_of(flip, expectation);
	_cleanup_text_ struct text observed = {0};

	if (record_verdict(record) == VERDICT_SKIP) {
		tally->skipped++;
		return;
	}
	tally->judged++;
	expectation->matcher.negate = !expectation->matcher.negate;
	/* Not only a failure: noise may excuse a miss, and still it was noticed. */
	if (judge_fact(expectation, record, hz, &observed) != VERDICT_PASS)
		tally->failed++;
}

static int record_flip(struct flip *flip, const json_t *record, struct err *err)
{
	const json_t *kernel = records_kernel(&flip->records, record);
	const struct cell *cell = cell_find(flip, record_text(record, "cell", ""));
	const struct observed observed = record_observed(record);
	struct expectation *expectations = NULL;
	struct features features = {0};
	size_t n;

	if (!cell || record_scenario_changed(record, flip->scenario))
		return err_set(err, EINVAL, "%s has changed since it was run", flip->file);
	if (cell->control ||
	    (record_verdict(record) != VERDICT_PASS && record_verdict(record) != VERDICT_SKIP))
		return 0;
	if (!kernel || record_kernel_features(kernel, &features, err) < 0)
		return err_set(err, EINVAL, "%s: no kernel line", cell->id);
	n = rules_settle(flip->scenario, flip->scenario->expect, flip->scenario->n_expect,
			 cell->judged, &features, &observed, &expectations);
	for (size_t i = 0; i < n; i++)
		expectation_flip(flip, &expectations[i], record, features.hz);
	expectations_free(expectations, n);
	features_free(&features);
	return 0;
}

/* For a feature of the kernel, or for what was observed. */
static bool asks_for_more(const struct rule *rule)
{
	for (size_t i = 0; i < rule->n_when; i++) {
		if (rule->when[i].kind != COND_DIMENSION)
			return true;
	}
	return false;
}

static void outcome_report(const struct flip *flip, const struct rule *rule,
			   const struct outcome *outcome, const struct tally *tally)
{
	bool excused = !tally->judged && (tally->skipped || asks_for_more(rule));

	total++;
	if (tally->failed)
		return;
	not_met += excused;
	idle += !excused;
	printf("%s:%d:%d: %s: %s\n", flip->file, outcome->at.line, outcome->at.column,
	       outcome->fact,
	       excused	       ? "not met in this run"
	       : tally->judged ? "its opposite fails no cell either"
			       : "settled its fact in no cell that passed");
}

static void scenario_report(const struct flip *flip)
{
	for (size_t i = 0; i < flip->scenario->n_expect; i++) {
		const struct rule *rule = &flip->scenario->expect[i];

		for (size_t j = 0; j < rule->n_then; j++)
			outcome_report(flip, rule, &rule->then[j],
				       &flip->tallies[flip->first[i] + j]);
	}
}

/* All records of one scenario's file, wherever in the run they ended. */
static int file_flip(struct flip *flip, const char *file, struct err *err)
{
	if (scenario_open(flip, file, err) < 0)
		return -err->code;
	for (size_t i = 0; i < flip->records.n_cells; i++) {
		const json_t *record = flip->records.cells[i];

		if (strcmp(record_text(record, "file", ""), file) != 0)
			continue;
		if (record_flip(flip, record, err) < 0)
			return -err->code;
	}
	scenario_report(flip);
	return 0;
}

static int records_flip(struct flip *flip, struct err *err)
{
	json_t *seen = json_object();
	int ret = 0;

	for (size_t i = 0; i < flip->records.n_cells && !ret; i++) {
		const char *file = record_text(flip->records.cells[i], "file", "");

		if (json_object_get(seen, file))
			continue;
		json_object_set_new(seen, file, json_true());
		ret = file_flip(flip, file, err);
	}
	json_decref(seen);
	return ret;
}

int main(int argc, char **argv)
{
	struct flip flip = {0};
	struct err err = {0};
	int ret = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: flip RECORDS...\n");
		return 2;
	}
	for (int i = 1; i < argc && !ret; i++)
		ret = records_read(argv[i], true, records_keep, &flip.records, &flip.records.cut,
				   &err);
	if (ret < 0 || records_flip(&flip, &err) < 0)
		fprintf(stderr, "flip: %s\n", err.msg);
	scenario_close(&flip);
	records_free(&flip.records);
	printf("%zu expectations turned round: %zu fail a cell, %zu not met in this run, "
	       "%zu idle\n",
	       total, total - not_met - idle, not_met, idle);
	return err.code || idle || !total;
}
