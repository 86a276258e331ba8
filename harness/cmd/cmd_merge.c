// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_merge: owns `afterclose merge`: the records of a run's shards as those of one run. Nothing of
 * a record is changed but its "shard", which is left out.
 */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "record/shards.h"

#include <errno.h>
#include <sys/stat.h>

struct merge_args {
	struct output_options output;
};

static const struct option_row merge_options[] = {
	OUTPUT_OPTIONS(struct merge_args),
	{NULL},
};

static int merge_record(void *ctx, json_t *record, struct err *err)
{
	struct output *output = ctx;

	json_object_del(json_object_get(record, "volatile"), "shard");
	if (output_cell(output, record))
		return 0;
	*err = output->err;
	return -err->code;
}

static int merge_open(const struct shards *shards, const struct output_options *options,
		      struct output *ret, struct err *err)
{
	struct report_plan plan = {.by_target = json_array_size(shards->targets) > 1};
	int r;

	for (size_t i = 0; i < shards->n_lines; i++) {
		const struct shard_line *line = &shards->lines[i];
		const json_t *target = json_array_get(shards->targets, line->target);

		report_plan_add_at(&plan, json_string_value(target), line->scenario, NULL);
	}
	r = output_open_plan(options, &plan, ret, err);
	report_plan_free(&plan);
	return r;
}

static int merge_shards(const struct shards *shards, const struct output_options *options)
{
	struct output output;
	struct err err, write_err;
	const char *id;
	json_t *line;
	int r, code;

	if (merge_open(shards, options, &output, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	json_object_foreach(shards->references, id, line)
	{
		output_reference(&output, line);
	}
	r = shards_read(shards, merge_record, &output, &err);
	code = judge_exit_code(output.counts);
	if (output_close(&output, -1, &write_err) < 0)
		return cmd_fail(&write_err, EXIT_HARNESS);
	return r ? cmd_fail(&err, EXIT_USAGE) : code;
}

static int cmd_merge(void *ctx, const struct texts *paths)
{
	const struct merge_args *args = ctx;
	struct shards shards = {0};
	struct err err;
	int code;

	if (output_check_inputs(&args->output, paths, &err) < 0 ||
	    shards_open(paths->of, paths->n, &shards, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = merge_shards(&shards, &args->output);
	shards_free(&shards);
	return code;
}

static const struct merge_args merge_presets = {0};

const struct command command_merge = {
	.name = "merge",
	.operands = "RECORDS...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "put the records of a run's shards together, in the order of one run",
	.options = merge_options,
	COMMAND_ARGS(merge_presets),
	.run = cmd_merge,
};
