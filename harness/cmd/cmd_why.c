// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_why: owns `afterclose why`: which change of settings turns one cell's outcome into another's.
 */
#include "cmd/between.h"
#include "cmd/cmd.h"
#include "cmd/poles.h"
#include "report/again.h"
#include "why/answer.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>

static const struct option_row why_options[] = {
	{"records", OPTION_TEXTS, offsetof(struct why_args, records), "RECORDS",
	 "A and B are their last records in this file, or A's in the first and B's in the second"},
	{"fact", OPTION_TEXTS, offsetof(struct why_args, facts), "FACT",
	 "only this fact is meant, whether a rule is about it or not; may be repeated"},
	{"runs", OPTION_NUMBER, offsetof(struct why_args, runs_max), "N",
	 "stop after so many runs, with what was found; 1000 if left out", 2, 100000},
	{"format", OPTION_WORD, offsetof(struct why_args, format), "text|markdown|json",
	 "how it is told; text if left out"},
	{"target", OPTION_TEXTS, offsetof(struct why_args, session.targets), "TARGET",
	 "host, or a kernel in virtual time: uml[:KERNEL]; twice: A's and B's"},
	{"jobs", OPTION_NUMBER, offsetof(struct why_args, session.jobs), "N",
	 "runs at work at once, waiting ones apart; 2 a processor", 1, 600},
	SEED_OPTION(struct why_args),
	NETEM_OPTION(struct why_args),
	TIMEOUT_OPTION(struct why_args),
	{"sysctl", OPTION_TEXTS, offsetof(struct why_args, session.sysctl), "[HOST=]FILE",
	 "a host's baseline: a sysctl.conf, a directory of them, or sysctl -a; twice: A's and B's"},
	{NULL},
};

struct why {
	const struct why_args *args;
	const struct texts *paths;
	struct poles poles;
	struct half recorded[2];
	struct between between;
	struct flip flip;
};

static void why_command(void *ctx, const struct mix *mix, struct text *out)
{
	const struct why *why = ctx;
	const struct run_options *run = &why->between.venue.run;
	const struct again again = {
		.cell = mix->cell->id,
		.paths = (const char *const *)why->paths->of,
		.n_paths = why->paths->n,
		.target = mix->target,
		.seed = (int64_t)run->seed,
		.netem = netem_by_names[run->netem],
		.settings = mix->settings,
	};

	again_command(&again, out);
}

static int why_tell(struct why *why)
{
	const struct answering answering = {
		.mixes = &why->between.mixes,
		.question = &why->between.question,
		.flip = &why->flip,
		.places = {why->poles.of[0].place, why->poles.of[1].place},
		.n_runs = why->between.n_runs,
		.command = why_command,
		.ctx = why,
	};
	const char *format = why->args->format ?: "text";
	json_t *answer = answer_json(&answering);
	_cleanup_text_ struct text out = {0};

	if (!strcmp(format, "json")) {
		cmd_print_json(answer);
	} else {
		(!strcmp(format, "text") ? answer_text : answer_markdown)(answer, &out);
		fputs(text_str(&out), stdout);
	}
	json_decref(answer);
	return cmd_flush();
}

static int play_code(int status, const struct err *err)
{
	return cmd_fail(err, status == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran());
}

/* A pole that neither passed nor failed has no outcome that could be explained. */
static int pole_judge(const char *name, const struct half_cell *cell)
{
	size_t counts[N_VERDICTS] = {0};
	struct err err;

	if (!cell) {
		err_set(&err, EINVAL, "%s: its record shows nothing that can be compared", name);
		return cmd_fail(&err, EXIT_USAGE);
	}
	if (half_cell_conclusive(cell))
		return 0;
	counts[cell->verdict]++;
	err_set(&err, EINVAL, "%s, %s: %s%s%s: there is no outcome to explain", name, cell->id,
		verdict_names[cell->verdict], *cell->reason ? ": " : "", cell->reason);
	return cmd_fail(&err, cell->verdict == VERDICT_SKIP ? cmd_nothing_ran()
							    : judge_exit_code(counts));
}

/* A and B, played now. Returns 0 or the exit code with its error said. */
static int poles_play(struct why *why)
{
	struct between *between = &why->between;
	struct mix *mixes[] = {between_end(between, false), between_end(between, true)};
	bool *b[] = {mixes[0]->b, mixes[1]->b};
	struct err err;
	int status = between_play(between, b, ARRAY_SIZE(b), &err), code = 0;

	if (status)
		return play_code(status, &err);
	for (size_t i = 0; !code && i < ARRAY_SIZE(mixes); i++) {
		if (mixes[i]->seen)
			code = pole_judge(i ? "B" : "A", mixes[i]->seen);
		else
			code = play_code(
				err_set(&err, ENODATA, "%s: %s", i ? "B" : "A", mixes[i]->untold),
				&err);
	}
	return code;
}

static const struct half_cell *pole_recorded(struct why *why, size_t which)
{
	const struct recorded *found = &why->poles.of[which].found;
	struct half *half = &why->recorded[which];

	half_init(half, "");
	half_add(half, found->kernel);
	half_add(half, found->record);
	return half_find(half, record_text(found->record, "cell", ""));
}

/* Played again, does a pole show what its record shows? */
static int pole_check(const struct why *why, bool b, struct err *err)
{
	const struct question *question = &why->between.question;
	const struct pole *pole = &why->poles.of[b];
	_cleanup_free_ bool *all = mem_zalloc(why->between.differences.n + 1);
	const struct mix *mix;

	memset(all, b, why->between.differences.n);
	mix = mix_find(&why->between.mixes, all);
	for (size_t i = 0; i < question->n; i++) {
		const struct asked *asked = &question->of[i];
		_cleanup_free_ char *now = NULL;

		if (question_stand(question, i, mix->seen) == (b ? STAND_B : STAND_A))
			continue;
		now = mix->untold ? mem_strdup(mix->untold)
				  : question_shown(question, i, mix->seen);
		return err_set(err, ENODATA,
			       "played again on %s, %s does not show what its record of Linux %s "
			       "shows: %s: %s, recorded: %s; another --target or --seed may",
			       pole->place, b ? "B" : "A",
			       record_text(pole->found.kernel, "release", "?"), asked->fact, now,
			       b ? asked->b : asked->a);
	}
	return 0;
}

static int poles_check(struct why *why)
{
	struct err err;
	int code = poles_play(why);

	if (!code && (pole_check(why, false, &err) < 0 || pole_check(why, true, &err) < 0))
		code = cmd_fail(&err, EXIT_FAIL);
	return code;
}

/* What is asked: of records, or of what is played first. */
static int why_ask(struct why *why)
{
	struct between *between = &why->between;
	const struct texts *facts = &why->args->facts;
	const bool recorded = why->args->records.n;
	const struct half_cell *poles[2];
	struct err err;
	int code = 0;

	if (!recorded)
		code = poles_play(why);
	for (size_t i = 0; !code && i < 2; i++) {
		poles[i] = recorded ? pole_recorded(why, i) : between_end(between, i)->seen;
		code = pole_judge(i ? "B" : "A", poles[i]);
	}
	if (code)
		return code;
	if (question_ask(poles[0], poles[1], facts->of, facts->n, &between->question, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	return recorded && between->question.n ? poles_check(why) : 0;
}

static int why_find(struct why *why)
{
	struct between *between = &why->between;
	const struct flip_ops ops = {
		.n_parts = between->differences.n,
		.n_facts = between->question.n,
		.mixes_max = (size_t)why->args->runs_max,
		.try = between_try,
	};
	struct err err;
	int status, code;

	if (!ops.n_facts) {
		code = why_tell(why);
		return code ? code : EXIT_FAIL;
	}
	status = flip_find(&ops, between, &why->flip, &err);
	if (status)
		return play_code(status, &err);
	if (why->flip.stopped)
		cmd_fail(&err, 0);
	code = why_tell(why);
	if (code)
		return code;
	return answer_complete(&why->flip) ? EXIT_PASS : EXIT_FAIL;
}

static int why_search(struct why *why, const struct suite *suite)
{
	const struct pole *poles = why->poles.of;
	const struct suite_file *file = suite->files;
	struct err err;
	int code;

	while (file->scenario != poles[0].spec.cell->scenario)
		file++;
	between_init(&why->between, &poles[0].spec, &poles[1].spec, file->cells, file->n_cells);
	why->between.venue.run = why->poles.run;
	why->between.runs_max = (size_t)why->args->runs_max;
	if (!why->between.differences.n) {
		err_set(&err, EINVAL,
			"A and B are the same cell, on the same target, under the same settings: "
			"%s on %s",
			poles[0].spec.cell->id, poles[0].place);
		return cmd_fail(&err, EXIT_USAGE);
	}
	code = why_ask(why);
	return code ? code : why_find(why);
}

static int cmd_why(void *ctx, const struct texts *operands)
{
	const struct why_args *args = ctx;
	const struct texts paths = {operands->of + 2, operands->n - 2};
	_cleanup_suite_ struct suite suite = {0};
	struct why why = {.args = args, .paths = &paths};
	int code = suite_load(&paths, &suite);

	if (!code)
		code = poles_open(args, &suite, operands->of, &why.poles);
	if (!code)
		code = why_search(&why, &suite);
	flip_free(&why.flip);
	between_free(&why.between);
	half_free(&why.recorded[0]);
	half_free(&why.recorded[1]);
	poles_close(&why.poles);
	return code;
}

static const struct why_args why_presets = {.session.seed = -1, .runs_max = 1000};

const struct command command_why = {
	.name = "why",
	.operands = "CELL_A CELL_B [FILE|DIR...]",
	.operands_min = 2,
	.operands_max = SIZE_MAX,
	.what = "which change of settings turns the outcome of cell A into that of cell B",
	.options = why_options,
	COMMAND_ARGS(why_presets),
	.run = cmd_why,
};
