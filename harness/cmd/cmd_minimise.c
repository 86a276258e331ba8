// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_minimise: owns `afterclose minimise`: the smallest scenario that still shows an outcome. */
#include "cmd/cmd.h"
#include "cmd/recorded.h"
#include "cmd/smaller.h"
#include "cmd/spare.h"

static const struct option_row minimise_options[] = {
	{"fact", OPTION_TEXTS, offsetof(struct minimise_args, facts), "FACT",
	 "what is to be kept: how this fact was judged, and what it was; may be repeated; "
	 "everything that failed if left out"},
	{"out", OPTION_TEXT, offsetof(struct minimise_args, out), "FILE.yaml",
	 "write the scenario there; it is called as the file is"},
	{"runs", OPTION_NUMBER, offsetof(struct minimise_args, runs_max), "N",
	 "stop after so many runs, with the smallest that was found", 1, 100000},
	TARGET_OPTION(struct minimise_args),
	{"jobs", OPTION_NUMBER, offsetof(struct minimise_args, session.jobs), "N",
	 "runs at work at once, waiting ones apart; 2 a processor", 1, 600},
	SEED_OPTION(struct minimise_args),
	NETEM_OPTION(struct minimise_args),
	TIMEOUT_OPTION(struct minimise_args),
	BASELINE_OPTION(struct minimise_args),
	{NULL},
};

static int minimise_found(const struct minimise_args *args, const struct recorded *found,
			  const struct suite *suite)
{
	struct session_options options = args->session;
	_cleanup_session_ struct session session = {0};
	_cleanup_showing_ struct showing showing = {0};
	struct subject subject = {.kernel = found->kernel, .record = found->record};
	struct err err;
	int code;

	subject.cell = recorded_cell(suite, found->record, &err);
	if (!subject.cell ||
	    showing_take(found->record, args->facts.of, args->facts.n, &showing, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	if (options.seed < 0)
		options.seed =
			record_number(json_object_get(found->record, "volatile"), "seed", -1);
	code = session_open_one(&options, "minimise plays", &session);
	return code ? code : smaller_find(args, &session, &subject, &showing);
}

/* The smallest scenario must not take the place of what it was made from. */
static int minimise_spares(const struct minimise_args *args, const char *records,
			   const struct suite *suite, struct err *err)
{
	_cleanup_texts_ struct texts inputs = {0};

	if (!args->out)
		return 0;
	texts_add(&inputs, records);
	suite_add_paths(suite, &inputs);
	texts_add_all(&inputs, &args->session.sysctl);
	return spare_inputs("--out", args->out, args->out, &inputs, err);
}

static int cmd_minimise(void *ctx, const struct texts *operands)
{
	const struct minimise_args *args = ctx;
	const struct texts paths = {operands->of + 2, operands->n - 2};
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_recorded_ struct recorded found = {0};
	struct err err;
	int code = suite_load(&paths, &suite);

	if (code)
		return code;
	if (minimise_spares(args, operands->of[0], &suite, &err) < 0 ||
	    recorded_find(operands->of[0], operands->of[1], &found, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	return minimise_found(args, &found, &suite);
}

static const struct minimise_args minimise_presets = {.session.seed = -1, .runs_max = 1000};

const struct command command_minimise = {
	.name = "minimise",
	.operands = "RECORDS CELL [FILE|DIR...]",
	.operands_min = 2,
	.operands_max = SIZE_MAX,
	.what = "the smallest scenario that still shows what a cell showed",
	.options = minimise_options,
	COMMAND_ARGS(minimise_presets),
	.run = cmd_minimise,
};
