// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_run: owns `afterclose run`: play the cells on this kernel and say what came of them. */
#include "cmd/cmd.h"
#include "cmd/identity.h"
#include "cmd/output.h"
#include "cmd/session.h"

#include "base/clock.h"
#include "base/mem.h"
#include "record/outline.h"

#include <errno.h>
#include <string.h>

struct run_args {
	struct selection select;
	struct session_options session;
	struct output_options output;
	struct texts with;
	const char *drain;    /* NULL: SIGTERM */
	const char *coverage; /* a directory; NULL: lines are not counted */
	int64_t repeat;
	bool bisect;
};

static const struct option_row run_options[] = {
	TARGET_OPTION(struct run_args),
	SELECT_OPTIONS(struct run_args),
	{"repeat", OPTION_NUMBER, offsetof(struct run_args, repeat), "N", "play each cell N times",
	 1, 100000},
	{"jobs", OPTION_NUMBER, offsetof(struct run_args, session.jobs), "N",
	 "cells at work at once, waiting ones apart; 2 a processor", 1, 600},
	SEED_OPTION(struct run_args),
	NETEM_OPTION(struct run_args),
	TIMEOUT_OPTION(struct run_args),
	LATE_OPTION(struct run_args),
	{"fail-fast", OPTION_FLAG, offsetof(struct run_args, session.fail_fast), NULL,
	 "stop at the first cell that fails or is an error"},
	BASELINE_OPTION(struct run_args),
	{"with", OPTION_TEXTS, offsetof(struct run_args, with), "END=COMMAND",
	 "a program as the client or the server, where a scenario has a step for one"},
	{"drain", OPTION_WORD, offsetof(struct run_args, drain), DRAIN_SIGNALS,
	 "the signal that has --with's server finish what is open; term if left out"},
	OUTPUT_OPTIONS(struct run_args),
	{"coverage", OPTION_TEXT, offsetof(struct run_args, coverage), "DIR",
	 "write there which lines of the kernel each scenario executed (kernel build --gcov)"},
	{"bisect", OPTION_FLAG, offsetof(struct run_args, bisect), NULL,
	 "exit with 125 where it would not be 0, 1 or 130"},
	{NULL},
};

/* A run at one of its targets. */
struct leg {
	struct output *output;
	const struct target *target;
	const struct shard *shard;
	struct identity identity; /* only where cells are repeated in virtual time */
	bool repeated;
};

static bool run_record(void *ctx, const struct cell *cell, json_t *record)
{
	struct leg *leg = ctx;

	shard_tell(leg->shard, cell, record);
	if (leg->repeated)
		identity_add(&leg->identity, record, leg->target->exact);
	return output_played(leg->output, record);
}

static void run_progress(void *ctx, size_t waiting)
{
	output_progress(((struct leg *)ctx)->output, waiting);
}

/* How often repetitions differed. Where time is virtual to the last bit they must not. */
static int leg_tell_identity(const struct leg *leg)
{
	struct identity_sum sum = identity_sum(&leg->identity);

	if (!leg->repeated)
		return EXIT_PASS;
	if (!sum.n_several)
		fprintf(stderr, "afterclose: %s: each of %zu cells came out the same each time\n",
			leg->target->name, sum.n_cells);
	else
		fprintf(stderr,
			"afterclose: %s: %zu of %zu cells came out in more than one way; %s in "
			"%zu\n",
			leg->target->name, sum.n_several, sum.n_cells, sum.worst, sum.n_most);
	return sum.n_several && leg->target->exact ? EXIT_HARNESS : EXIT_PASS;
}

/* How a run that came to its end, or not, is told. status: what target_run() returned. */
static int run_exit_code(const struct output *output, size_t n_cells, int status, int written,
			 const struct err *run_err, const struct err *write_err)
{
	int code;

	if (written == -EPIPE && cmd_is_unread())
		return EXIT_HARNESS; /* which becomes EXIT_UNREAD */
	if (written < 0) {
		fprintf(stderr, "afterclose: %s (%zu of %zu records were complete before)\n",
			write_err->msg, output->n_cells, n_cells);
		return EXIT_HARNESS;
	}
	if (status == -EINTR) {
		fprintf(stderr, "afterclose: interrupted; %zu of %zu cells were complete\n",
			output->n_cells, n_cells);
		return EXIT_INTERRUPTED;
	}
	if (status < 0)
		return cmd_fail(run_err, output->n_cells ? EXIT_HARNESS : cmd_nothing_ran());
	code = judge_exit_code(output->counts);
	return code == EXIT_NOTHING_RAN ? cmd_nothing_ran() : code;
}

static int run_open_output(const struct run_args *args, const struct session *session,
			   const struct cell_list *cells, struct output *ret, struct err *err)
{
	struct report_plan plan = {.by_target = session->n_targets > 1};
	int status;

	for (size_t i = 0; i < session->n_targets; i++) {
		for (size_t j = 0; j < cells->n; j++)
			report_plan_add_at(&plan, session->targets[i].name,
					   cells->of[j]->scenario->name,
					   cells->of[j]->scenario->title);
	}
	status = output_open_plan(&args->output, &plan, ret, err);
	report_plan_free(&plan);
	return status;
}

/* "63 cells on Linux 6.12.1, HZ 250, seed 5"; a guest is called by its name. */
static void run_announce(const struct session *session, const struct cell_list *cells)
{
	for (size_t i = 0; i < session->n_targets; i++) {
		const struct target *target = &session->targets[i];

		fprintf(stderr, "afterclose: %zu cell%s on %s%sLinux %s, HZ %u, seed %llu\n",
			cells->n, cells->n == 1 ? "" : "s", target->guests ? target->name : "",
			target->guests ? ": " : "", target->features.release, target->features.hz,
			(unsigned long long)session->run.seed);
		if (target->remark)
			fprintf(stderr, "afterclose: %s: %s\n", target->name, target->remark);
	}
}

static int run_leg(struct target *target, const struct cell_list *cells, struct output *output,
		   bool repeated, int *ret_code, struct err *err)
{
	struct leg leg = {.output = output,
			  .target = target,
			  .shard = &cells->shard,
			  .repeated = repeated && target->guests};
	int status = target_run(target, cells->of, cells->n, run_record, &leg, err);

	if (leg_tell_identity(&leg))
		*ret_code = EXIT_HARNESS;
	identity_free(&leg.identity);
	return status;
}

/* What cells refer to comes before them. */
static void run_references(const struct session *session, const struct cell_list *cells,
			   struct output *output)
{
	const struct scenario *told = NULL;

	for (size_t i = 0; i < session->n_targets; i++)
		output_reference(output, session->targets[i].kernel);
	for (size_t i = 0; i < cells->n; i++) {
		json_t *line;

		if (i && cells->of[i] == cells->of[0])
			break; /* the list's first repetition */
		if (cells->of[i]->scenario == told)
			continue;
		told = cells->of[i]->scenario;
		line = record_scenario(told);
		output_reference(output, line);
		json_decref(line);
	}
}

/* One target after the other, so that what the one costs is no noise to the other. */
static int run_targets(struct session *session, const struct cell_list *cells,
		       struct output *output, bool repeated, int *ret_code, struct err *err)
{
	int status = 0;

	*ret_code = EXIT_PASS;
	run_references(session, cells, output);
	for (size_t i = 0; !status && i < session->n_targets; i++) {
		if (session->run.fail_fast &&
		    (output->counts[VERDICT_FAIL] || output->counts[VERDICT_ERROR]))
			break;
		status = run_leg(&session->targets[i], cells, output, repeated, ret_code, err);
	}
	return status;
}

/* Also of a run that was interrupted: what it has counted by then. */
static int run_coverage(struct coverage *coverage, size_t n_played)
{
	_cleanup_free_ char *told = NULL;
	struct err err;

	if (!coverage || !n_played)
		return EXIT_PASS;
	if (coverage_write(coverage, &told, &err) < 0) {
		err_prefix(&err, "--coverage");
		return cmd_fail(&err, EXIT_HARNESS);
	}
	fprintf(stderr, "afterclose: %s\n", told);
	return EXIT_PASS;
}

static int run_cells(const struct run_args *args, struct session *session,
		     const struct cell_list *cells)
{
	int64_t start_ns = clock_now_ns();
	struct err run_err, write_err;
	struct output output;
	int status, written, same, counted, code;

	if (run_open_output(args, session, cells, &output, &run_err) < 0)
		return cmd_fail(&run_err, EXIT_USAGE);
	run_announce(session, cells);
	session->run.progress = run_progress;
	status = run_targets(session, cells, &output, args->repeat > 1, &same, &run_err);
	counted = run_coverage(session->run.coverage, output.n_cells);
	written = output_close(&output, clock_now_ns() - start_ns, &write_err);
	code = run_exit_code(&output, cells->n * session->n_targets, status, written, &run_err,
			     &write_err);
	code = code == EXIT_PASS ? same : code;
	return code == EXIT_PASS ? counted : code;
}

/* The files are written all the same: `merge` finds an empty shard where it is looked for. */
static int run_nothing(const struct run_args *args)
{
	const struct report_plan plan = {0};
	/* A bisection learns nothing of it. */
	int code = args->bisect ? EXIT_NOTHING_RAN : EXIT_PASS;
	struct output output;
	struct err err;

	fprintf(stderr, "afterclose: nothing to do: no cell %s\n",
		args->select.failed ? "failed there"
		: args->select.took ? "was so quick there"
				    : "is in this shard");
	if (!args->output.out && !args->output.reports.n)
		return code;
	if (output_open_plan(&args->output, &plan, &output, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	return output_close(&output, -1, &err) < 0 ? cmd_fail(&err, EXIT_HARNESS) : code;
}

/* Records must not take the place of a scenario, nor of what else is read. */
static int spares_inputs(const struct run_args *args, const struct suite *suite, struct err *err)
{
	_cleanup_texts_ struct texts inputs = {0};

	suite_add_paths(suite, &inputs);
	texts_add_all(&inputs, &args->session.sysctl);
	texts_add(&inputs, args->select.failed);
	texts_add(&inputs, args->select.took);
	return output_check_inputs(&args->output, &inputs, err);
}

static int cmd_run(void *ctx, const struct texts *paths)
{
	struct run_args *args = ctx;
	_cleanup_with_ends_ struct with_ends with = {0};
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_cell_list_ struct cell_list cells = {0};
	_cleanup_coverage_ struct coverage *coverage = NULL;
	_cleanup_session_ struct session session = {0};
	struct err err;
	int code = suite_load(paths, &suite);

	if (code)
		return code;
	if (with_ends_load(&args->with, args->drain, &with, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	args->select.no_controls = with_ends_any(&with);
	if (spares_inputs(args, &suite, &err) < 0 ||
	    select_cells(&suite, &args->select, &cells, &err) < 0 ||
	    with_ends_check(&with, &cells, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	if (!cells.n)
		return run_nothing(args);
	cell_list_repeat(&cells, args->repeat);
	if (args->coverage && coverage_open(args->coverage, &coverage, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	args->session.with = &with;
	args->session.coverage = coverage;
	code = session_open(&args->session, &session);
	if (!code) {
		shard_describe(&cells.shard, session.targets, session.n_targets, args->repeat);
		code = run_cells(args, &session, &cells);
	}
	args->session.with = NULL;
	args->session.coverage = NULL;
	return code;
}

/* Even a command line that cannot be read is "untestable" to a bisection. */
static bool wants_bisect(char **argv)
{
	for (; *argv && strcmp(*argv, "--"); argv++) {
		if (!strcmp(*argv, "--bisect"))
			return true;
	}
	return false;
}

/* For `git bisect run`; also where the command line is wrong. */
static int bisect_exit_code(char **argv, int code)
{
	bool conclusive = code <= EXIT_FAIL || code == EXIT_INTERRUPTED;

	return conclusive || !wants_bisect(argv) ? code : EXIT_UNTESTABLE;
}

static const struct run_args run_presets = {.repeat = 1, .session.seed = -1};

const struct command command_run = {
	.name = "run",
	.operands = "[FILE|DIR...]",
	.operands_max = SIZE_MAX,
	.what = "play scenarios on this kernel and judge what came of them",
	.options = run_options,
	COMMAND_ARGS(run_presets),
	.run = cmd_run,
	.exit_code = bisect_exit_code,
};
