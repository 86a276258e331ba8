// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_show: owns `afterclose show`: one cell explained, played now or taken from records. */
#include "cmd/cmd.h"
#include "cmd/recorded.h"
#include "cmd/session.h"

#include "base/text.h"
#include "report/show.h"

#include <errno.h>

struct show_args {
	struct session_options session;
	const char *records;
};

static const struct option_row show_options[] = {
	{"records", OPTION_TEXT, offsetof(struct show_args, records), "RECORDS",
	 "show its last record in this file instead of playing it"},
	TARGET_OPTION(struct show_args),
	SEED_OPTION(struct show_args),
	NETEM_OPTION(struct show_args),
	TIMEOUT_OPTION(struct show_args),
	LATE_OPTION(struct show_args),
	BASELINE_OPTION(struct show_args),
	{NULL},
};

static int show_print(const struct cell *cell, const json_t *kernel, const json_t *record)
{
	_cleanup_text_ struct text out = {0};
	size_t counts[N_VERDICTS] = {0};

	show_record(kernel, record, cell, &out);
	fputs(text_str(&out), stdout);
	if (cmd_flush())
		return EXIT_HARNESS;
	counts[record_verdict(record)]++;
	return judge_exit_code(counts);
}

static bool show_keep(void *ctx, const struct cell *cell, json_t *record)
{
	(void)cell;
	*(json_t **)ctx = json_incref(record);
	return true;
}

static int show_played(const struct show_args *args, const struct cell *cell)
{
	_cleanup_session_ struct session session = {0};
	struct cell_list cells = {&cell, 1};
	json_t *record = NULL;
	struct err err;
	int code = session_open_one(&args->session, "show plays a cell", &session);
	int status;

	if (code)
		return code;
	status = target_run(session.targets, cells.of, cells.n, show_keep, &record, &err);
	if (record)
		code = show_print(cell, session.targets->kernel, record);
	else
		code = cmd_fail(&err, status == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran());
	json_decref(record);
	return code;
}

static int show_recorded(const char *path, const struct suite *suite, const char *id)
{
	_cleanup_recorded_ struct recorded found = {0};
	struct err err;

	if (recorded_find(path, id, &found, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	return show_print(suite_find(suite, id, &err), found.kernel, found.record);
}

static int cmd_show(void *ctx, const struct texts *operands)
{
	const struct show_args *args = ctx;
	const struct texts paths = {operands->of + 1, operands->n - 1};
	_cleanup_suite_ struct suite suite = {0};
	int code = args->records ? suite_load_found(&paths, &suite) : suite_load(&paths, &suite);
	const struct cell *cell;
	struct err err;

	if (code)
		return code;
	if (args->records)
		return show_recorded(args->records, &suite, operands->of[0]);
	cell = suite_find(&suite, operands->of[0], &err);
	return cell ? show_played(args, cell) : cmd_fail(&err, EXIT_USAGE);
}

static const struct show_args show_presets = {.session.seed = -1};

const struct command command_show = {
	.name = "show",
	.operands = "CELL [FILE|DIR...]",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "explain one cell: its segments, states, facts, rules, and how to build it by hand",
	.options = show_options,
	COMMAND_ARGS(show_presets),
	.run = cmd_show,
};
