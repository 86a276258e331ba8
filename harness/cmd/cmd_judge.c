// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_judge: owns `afterclose judge`: old records held against the scenarios as they are now. */
#include "cmd/cmd.h"
#include "cmd/output.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>

struct judge_args {
	struct output_options output;
};

static const struct option_row judge_options[] = {
	OUTPUT_OPTIONS(struct judge_args),
	{NULL},
};

/* An id leaves out what a dimension has first: had the file another order then, it is another cell.
 */
static bool same_values(const json_t *record, const struct cell *cell)
{
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(record, "dimensions"), name, value)
	{
		const char *now = cell_value(cell, name, NULL);

		if (now && json_is_string(value) && strcmp(now, json_string_value(value)) != 0)
			return false;
	}
	return true;
}

/* Cells of the records that are in the suite, index by index; and what stands in the way. */
static int judge_match(const struct records *records, const struct suite *suite,
		       struct cell_list *ret)
{
	const struct scenario *said = NULL;
	size_t n_lost = 0;
	struct err err;

	for (size_t i = 0; i < records->n_cells; i++) {
		const char *id = record_text(records->cells[i], "cell", "");
		const struct cell *cell = suite_find(suite, id, &err);

		if (cell && !same_values(records->cells[i], cell)) {
			err_set(&err, EINVAL,
				"%s: its dimensions had their values in another order", id);
			cell = NULL;
		}
		cell_list_add(ret, cell);
		if (!cell && !n_lost++)
			cmd_fail(&err, 0);
		if (!cell || cell->scenario == said ||
		    !record_scenario_changed(records->cells[i], cell->scenario))
			continue;
		said = cell->scenario;
		fprintf(stderr, "afterclose: %s has changed since these records were made\n",
			said->file);
	}
	if (n_lost)
		fprintf(stderr,
			"afterclose: %zu of %zu records are of cells that are no more; left out\n",
			n_lost, records->n_cells);
	return n_lost == records->n_cells ? EXIT_USAGE : 0;
}

static int judge_one(const struct records *records, const struct cell *cell, json_t *record,
		     struct output *output, struct err *err)
{
	struct features features = {0};
	const json_t *kernel = records_kernel(records, record);
	int ret = 0;

	if (!kernel)
		return err_set(err, EINVAL, "the record of %s names a kernel that has no line",
			       cell->id);
	ret = record_kernel_features(kernel, &features, err);
	if (!ret) {
		/* The places of the rules that judge are in this file. */
		json_object_set_new(record, "file", json_string(cell->scenario->file));
		judge_record(cell, &features, record);
		output_cell(output, record);
	}
	features_free(&features);
	return ret;
}

/* A file may hold the records of several targets. */
static void judge_plan(const struct records *records, const struct cell_list *cells,
		       struct report_plan *ret)
{
	*ret = (struct report_plan){0};
	for (size_t i = 1; i < records->n_cells; i++) {
		if (strcmp(record_text(records->cells[i], "target", ""),
			   record_text(records->cells[0], "target", "")))
			ret->by_target = true;
	}
	for (size_t i = 0; i < cells->n; i++) {
		if (cells->of[i])
			report_plan_add_at(ret, record_text(records->cells[i], "target", "?"),
					   cells->of[i]->scenario->name,
					   cells->of[i]->scenario->title);
	}
}

static int judge_all(const struct judge_args *args, struct records *records,
		     const struct suite *suite)
{
	_cleanup_cell_list_ struct cell_list all = {0};
	struct report_plan plan;
	struct output output;
	struct err err, write_err;
	int code = judge_match(records, suite, &all);
	int status;

	if (code)
		return code;
	judge_plan(records, &all, &plan);
	status = output_open_plan(&args->output, &plan, &output, &err);
	report_plan_free(&plan);
	if (status < 0)
		return cmd_fail(&err, EXIT_USAGE);
	for (size_t i = 0; i < records->n_kernels; i++)
		output_reference(&output, records->kernels[i]);
	for (size_t i = 0; i < records->n_scenarios; i++)
		output_reference(&output, records->scenarios[i]);
	for (size_t i = 0; i < all.n && !status; i++) {
		if (all.of[i])
			status = judge_one(records, all.of[i], records->cells[i], &output, &err);
	}
	code = judge_exit_code(output.counts);
	if (output_close(&output, -1, &write_err) < 0)
		code = cmd_fail(&write_err, EXIT_HARNESS);
	return status ? cmd_fail(&err, EXIT_USAGE) : code;
}

/* A full disk would leave neither the old judgement nor the new one. */
static int judge_spares(const struct judge_args *args, const char *path, const struct suite *suite,
			struct err *err)
{
	_cleanup_texts_ struct texts inputs = {0};

	texts_add(&inputs, path);
	suite_add_paths(suite, &inputs);
	return output_check_inputs(&args->output, &inputs, err);
}

static int cmd_judge(void *ctx, const struct texts *operands)
{
	const struct judge_args *args = ctx;
	const struct texts paths = {operands->of + 1, operands->n - 1};
	_cleanup_suite_ struct suite suite = {0};
	int code = suite_load(&paths, &suite);
	struct records records;
	struct err err;

	if (code)
		return code;
	if (judge_spares(args, operands->of[0], &suite, &err) < 0 ||
	    records_load(operands->of[0], &records, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	if (records.cut)
		fprintf(stderr, "afterclose: %s: its last line was cut short and is left out\n",
			operands->of[0]);
	if (records.n_cells) {
		code = judge_all(args, &records, &suite);
	} else {
		err_set(&err, ENODATA, "%s: no record of a cell in it", operands->of[0]);
		code = cmd_fail(&err, EXIT_USAGE);
	}
	records_free(&records);
	return code;
}

static const struct judge_args judge_presets = {0};

const struct command command_judge = {
	.name = "judge",
	.operands = "RECORDS [FILE|DIR...]",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "judge old records again, by the scenarios as they are now",
	.options = judge_options,
	COMMAND_ARGS(judge_presets),
	.run = cmd_judge,
};
