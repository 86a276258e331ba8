// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_report: owns `afterclose report`: records shown as they were judged, wherever they were made.
 * Nothing is held against the scenarios of today; that is what `judge` does.
 */
#include "cmd/cmd.h"
#include "cmd/output.h"

#include <string.h>

struct report_args {
	struct output_options output;
};

static const struct option_row report_options[] = {
	OUTPUT_OPTIONS(struct report_args),
	{"format", OPTION_TEXTS, offsetof(struct report_args, output.reports), "FORMAT",
	 "the same as --report FORMAT: to stdout"},
	{NULL},
};

static int plan_line(void *ctx, json_t *line, struct err *err)
{
	(void)err;
	if (record_is_cell(line))
		report_plan_add(ctx, record_text(line, "scenario", "?"), NULL);
	return 0;
}

/* Formats want to know how much will come, so a file is read twice rather than kept. */
static int plan_files(const struct texts *paths, struct report_plan *ret, struct err *err)
{
	size_t cut;
	int ret_code = 0;

	for (size_t i = 0; i < paths->n && !ret_code; i++)
		ret_code = records_read_heads(paths->of[i], plan_line, ret, &cut, err);
	return ret_code;
}

struct showing {
	struct output output;
	json_t *told; /* ids of what cells refer to; files joined by cat repeat it */
};

static int show_line(void *ctx, json_t *line, struct err *err)
{
	struct showing *showing = ctx;
	const char *id = record_text(line, "id", "");

	if (!record_is_cell(line)) {
		if (!json_object_get(showing->told, id))
			output_reference(&showing->output, line);
		json_object_set_new(showing->told, id, json_true());
		return 0;
	}
	if (output_cell(&showing->output, line))
		return 0;
	*err = showing->output.err;
	return -err->code;
}

static int report_files(const struct texts *paths, const struct report_plan *plan,
			const struct output_options *options)
{
	struct showing showing = {0};
	struct err err, write_err;
	int status = 0, code;

	if (output_open_plan(options, plan, &showing.output, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	showing.told = json_object();
	for (size_t i = 0; i < paths->n && !status; i++) {
		size_t cut;

		status = records_read(paths->of[i], false, show_line, &showing, &cut, &err);
		if (cut)
			fprintf(stderr,
				"afterclose: %s: its last line was cut short and is left out\n",
				paths->of[i]);
	}
	code = judge_exit_code(showing.output.counts);
	json_decref(showing.told);
	if (output_close(&showing.output, -1, &write_err) < 0)
		return cmd_fail(&write_err, EXIT_HARNESS);
	return status ? cmd_fail(&err, EXIT_USAGE) : code;
}

static int cmd_report(void *ctx, const struct texts *paths)
{
	const struct report_args *args = ctx;
	struct report_plan plan = {0};
	struct err err;
	int code;

	if (output_check_inputs(&args->output, paths, &err) < 0 ||
	    plan_files(paths, &plan, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	else
		code = report_files(paths, &plan, &args->output);
	report_plan_free(&plan);
	return code;
}

static const struct report_args report_presets = {0};

const struct command command_report = {
	.name = "report",
	.operands = "RECORDS...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "draw reports from records, as they were judged",
	.options = report_options,
	COMMAND_ARGS(report_presets),
	.run = cmd_report,
};
