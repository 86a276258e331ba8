// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_check: owns `afterclose check`: are these scenarios right? Nothing is built. */
#include "cmd/cmd.h"
#include "cmd/suite.h"

#include "record/falsifiable.h"
#include "record/judge.h"

#include <errno.h>
#include <string.h>

struct check_args {
	bool falsifiable;
};

static const struct option_row check_options[] = {
	{"falsifiable", OPTION_FLAG, offsetof(struct check_args, falsifiable), NULL,
	 "by records, *.jsonl among the operands: could each fact that is asserted have failed?"},
	{NULL},
};

/* Records under way into the proof. */
struct proof {
	const struct suite *suite;
	const char *path; /* of the records at hand */
	json_t *kernels;  /* of this file: id to line */
	struct falsifiable falsifiable;
	size_t n_records;
	size_t counts[FALSIFIED_UNMET + 1];
};

/* Records made by other scenarios than these prove nothing about these. */
static int proof_add_cell(struct proof *proof, const json_t *record, struct err *err)
{
	const json_t *kernel = json_object_get(proof->kernels, record_text(record, "kernel", ""));
	const struct cell *cell = suite_find(proof->suite, record_text(record, "cell", ""), err);
	struct features features = {0};
	int ret = 0;

	if (!cell)
		return err_prefix(err, "%s", proof->path);
	if (record_scenario_changed(record, cell->scenario))
		return err_set(err, EINVAL, "%s: %s has changed since it was run: run it again",
			       proof->path, cell->scenario->file);
	if (record_verdict(record) != VERDICT_PASS)
		return 0;
	if (!kernel)
		return err_set(err, EINVAL, "%s: the record of %s names a kernel that has no line",
			       proof->path, cell->id);
	proof->n_records++;
	ret = record_kernel_features(kernel, &features, err);
	if (!ret)
		ret = falsifiable_add(&proof->falsifiable, cell, record, &features, err);
	features_free(&features);
	return ret;
}

static int proof_add_line(void *ctx, json_t *line, struct err *err)
{
	struct proof *proof = ctx;

	if (record_is_kernel(line))
		json_object_set(proof->kernels, record_text(line, "id", ""), line);
	return record_is_cell(line) ? proof_add_cell(proof, line, err) : 0;
}

static void proof_tell(void *ctx, const struct falsified_fact *fact)
{
	struct proof *proof = ctx;

	proof->counts[fact->how]++;
	if (fact->how != FALSIFIED_NEVER)
		return;
	printf("%s:%d:%d: %s: never other than what is expected everywhere (%s; %zu cells): vary "
	       "what makes it so, or add a control\n",
	       fact->scenario->file, fact->at.line, fact->at.column, fact->fact, fact->expected,
	       fact->n_cells);
}

static int proof_sum(struct proof *proof)
{
	const size_t *counts = proof->counts;

	falsifiable_tell(&proof->falsifiable, proof_tell, proof);
	printf("%zu record%s of %zu scenario%s; facts: %zu take another value somewhere, %zu never "
	       "do, %zu not asked for here\n",
	       proof->n_records, proof->n_records == 1 ? "" : "s", proof->falsifiable.n,
	       proof->falsifiable.n == 1 ? "" : "s", counts[FALSIFIED], counts[FALSIFIED_NEVER],
	       counts[FALSIFIED_UNMET]);
	if (cmd_flush())
		return EXIT_HARNESS;
	return counts[FALSIFIED_NEVER] || !counts[FALSIFIED] ? EXIT_FAIL : EXIT_PASS;
}

static int check_falsifiable(const struct suite *suite, const struct texts *records)
{
	struct proof proof = {.suite = suite, .kernels = json_object()};
	size_t cut = 0;
	struct err err;
	int status = 0, code;

	if (!records->n)
		status = err_set(&err, EINVAL,
				 "--falsifiable asks for records: afterclose run --out FILE.jsonl");
	for (size_t i = 0; !status && i < records->n; i++) {
		proof.path = records->of[i];
		status = records_read(proof.path, true, proof_add_line, &proof, &cut, &err);
	}
	code = status ? cmd_fail(&err, EXIT_USAGE) : proof_sum(&proof);
	falsifiable_free(&proof.falsifiable);
	json_decref(proof.kernels);
	return code;
}

/* What is asked of records comes with them: an operand that ends in .jsonl. */
static void operands_part(const struct check_args *args, const struct texts *operands,
			  struct texts *ret_paths, struct texts *ret_records)
{
	for (size_t i = 0; i < operands->n; i++) {
		const char *dot = strrchr(operands->of[i], '.');
		bool record = args->falsifiable && dot && !strcmp(dot, ".jsonl");

		texts_add(record ? ret_records : ret_paths, operands->of[i]);
	}
}

static int check_suite(const struct texts *paths, struct suite *suite)
{
	int code = suite_load(paths, suite);

	for (size_t i = 0; i < suite->n_files; i++)
		printf("%s: ok, cells: %zu\n", suite->files[i].path, suite->files[i].n_cells);
	printf("%zu good, %zu bad\n", suite->n_files, suite->n_bad);
	return cmd_flush() ? EXIT_HARNESS : code;
}

static int cmd_check(void *ctx, const struct texts *operands)
{
	const struct check_args *args = ctx;
	_cleanup_texts_ struct texts paths = {0}, records = {0};
	_cleanup_suite_ struct suite suite = {0};
	int code;

	operands_part(args, operands, &paths, &records);
	if (!args->falsifiable)
		return check_suite(&paths, &suite);
	code = suite_load(&paths, &suite);
	return code ? code : check_falsifiable(&suite, &records);
}

static const struct check_args check_presets = {0};

const struct command command_check = {
	.name = "check",
	.operands = "[FILE|DIR|RECORDS.jsonl...]",
	.operands_max = SIZE_MAX,
	.what = "check scenario files: every fact of every cell is settled by exactly one rule",
	.options = check_options,
	COMMAND_ARGS(check_presets),
	.run = cmd_check,
};
