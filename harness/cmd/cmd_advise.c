// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cmd_advise: owns `afterclose advise`: what each line of a settings file does after close. All is
 * played with no line, with all lines, and where these make a difference, with one line at a time
 * and with those that are left; then with the fewest lines that have the same outcomes.
 */
#include "cmd/cmd.h"
#include "cmd/advise_shortest.h"
#include "cmd/advise_tell.h"
#include "cmd/spare.h"

#include "advise/advice.h"
#include "advise/evidence.h"
#include "base/file.h"
#include "base/mem.h"
#include "record/outline.h"

#include <errno.h>
#include <string.h>

struct advise_args {
	const char *format, *records, *out;
	bool all, thorough;
	int64_t cover;
	struct texts scenarios;
	struct selection select;
	struct session_options session;
};

static const struct option_row advise_options[] = {
	{"format", OPTION_WORD, offsetof(struct advise_args, format), "text|markdown|json",
	 "how it is told; text if left out"},
	{"all", OPTION_FLAG, offsetof(struct advise_args, all), NULL, "tell every changed outcome"},
	{"scenarios", OPTION_TEXTS, offsetof(struct advise_args, scenarios), "FILE|DIR",
	 "play these, not the catalogue; may be repeated"},
	{"only", OPTION_TEXTS, offsetof(struct advise_args, select.only), "DIM=VALUE[,VALUE...]",
	 "only cells with this value of a dimension, or scenario=NAME"},
	{"cover", OPTION_NUMBER, offsetof(struct advise_args, cover), "1|2|3",
	 "of each scenario so few cells that any N dimensions' values still all meet; 2 if left "
	 "out",
	 .min = 1, .max = COVER_STRENGTH_MAX},
	{"thorough", OPTION_FLAG, offsetof(struct advise_args, thorough), NULL,
	 "every cell, and each line alone also where all together change nothing"},
	{"out", OPTION_TEXT, offsetof(struct advise_args, out), "FILE.jsonl",
	 "keep the records there, anew"},
	{"records", OPTION_TEXT, offsetof(struct advise_args, records), "RECORDS",
	 "advise from this file, as --out made it: play nothing"},
	TARGET_OPTION(struct advise_args),
	SEED_OPTION(struct advise_args),
	{NULL},
};

/* Of the catalogue's cells a tenth, and any two circumstances still meet. */
#define ADVISE_COVER 2

/* Everything that a command of this kind holds. */
struct advising {
	const struct advise_args *args;
	struct settings settings;
	struct suite suite;
	struct cell_list selected;
	struct session session;
	struct records records;
	struct features features;
	const json_t *kernel;
	struct plan plan;
	struct runs runs;
};

static int advise_print(const struct advise_args *args, const json_t *advice)
{
	_cleanup_text_ struct text out = {0};

	if (args->format && !strcmp(args->format, "json")) {
		cmd_print_json(advice);
		return cmd_flush();
	}
	if (args->format && !strcmp(args->format, "markdown"))
		advice_markdown(advice, args->all, &out);
	else
		advice_text(advice, args->all, &out);
	fputs(text_str(&out), stdout);
	return cmd_flush();
}

/* The n-th line of the order alone, and those after it together, where it and they make a
 * difference; elsewhere none of them makes one. */
static void want_single(struct advising *advising, size_t n)
{
	const struct plan *plan = &advising->plan;
	line_set line = line_bit(plan->order[n]);

	for (size_t i = 0; i < plan->cells.n; i++) {
		const struct cell *cell = plan->cells.of[i];

		if (!plan_reaches(plan, cell, line))
			continue;
		if (advising->args->thorough) {
			runs_want(&advising->runs, cell, line);
		} else if (!runs_idle(&advising->runs, cell, line)) {
			runs_want(&advising->runs, cell, line);
			runs_want(&advising->runs, cell, plan_rest(plan, n + 1));
		}
	}
}

static int play_singles(struct advising *advising)
{
	line_set all = plan_all(&advising->plan);
	int code;

	runs_want_all(&advising->runs, 0);
	code = runs_play(&advising->runs);
	runs_want_all(&advising->runs, all);
	if (!code)
		code = runs_play(&advising->runs);
	for (size_t i = 0; i < advising->plan.n_lines && !code; i++) {
		if (!(all & line_bit(advising->plan.order[i])))
			continue;
		want_single(advising, i);
		code = runs_play(&advising->runs);
	}
	return code;
}

static char *place_words(const struct advising *advising)
{
	const json_t *first = advising->records.n_cells ? advising->records.cells[0] : NULL;
	const char *target = advising->session.n_targets ? advising->session.targets->name
							 : record_text(first, "target", "?");

	return mem_printf("%s, Linux %s, HZ %lld", target,
			  record_text(advising->kernel, "release", "?"),
			  (long long)record_number(advising->kernel, "hz", 0));
}

/* With the lines that it refuses, of which there will be no record. */
static int out_write_kernel(struct advising *advising, struct err *err)
{
	struct runs *runs = &advising->runs;
	json_t *kernel = json_copy((json_t *)advising->kernel);
	json_t *refused = plan_refused(&advising->plan);
	int ret;

	if (json_array_size(refused))
		json_object_set(kernel, "refused", refused);
	json_decref(refused);
	ret = record_write(runs->out, runs->out_path, kernel, err);
	json_decref(kernel);
	return ret;
}

static int out_open(struct advising *advising, struct err *err)
{
	struct runs *runs = &advising->runs;
	int ret;

	if (!advising->args->out)
		return 0;
	runs->out_path = advising->args->out;
	ret = file_take(runs->out_path, &runs->out, err);
	if (!ret)
		ret = file_empty(runs->out, runs->out_path, err);
	if (!ret)
		ret = out_write_kernel(advising, err);
	for (size_t i = 0; i < advising->suite.n_files && !ret; i++) {
		json_t *line = record_scenario(advising->suite.files[i].scenario);

		ret = record_write(runs->out, runs->out_path, line, err);
		json_decref(line);
	}
	return ret;
}

static void choose(struct advising *advising)
{
	const struct advise_args *args = advising->args;

	plan_choose(&advising->plan, &advising->selected, args->thorough ? 0 : args->cover);
}

static int advise_play(struct advising *advising)
{
	struct err err;
	int code;

	advising->runs.session = &advising->session;
	advising->runs.exact = advising->session.targets->exact;
	code = advising->plan.n_lines ? runs_probe(&advising->runs, &advising->plan) : 0;
	if (code)
		return code;
	if (out_open(advising, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	choose(advising);
	return play_singles(advising);
}

static int advise_read(struct advising *advising)
{
	const struct records *records = &advising->records;
	size_t n_left = 0;

	advising->runs.exact = !strncmp(record_text(records->cells[0], "target", ""), "uml:", 4);
	plan_refuse(&advising->plan, json_object_get(advising->kernel, "refused"));
	choose(advising);
	for (size_t i = 0; i < records->n_cells; i++)
		n_left += !runs_take(&advising->runs, records->cells[i]);
	if (n_left)
		fprintf(stderr,
			"afterclose: %zu of %zu records are of other settings or scenarios; left "
			"out\n",
			n_left, records->n_cells);
	return 0;
}

static int advise_all(struct advising *advising)
{
	_cleanup_free_ char *place = place_words(advising);
	line_set shortest = 0;
	json_t *advice;
	int code = advising->args->records ? advise_read(advising) : advise_play(advising);

	if (!code && advising->plan.cells.n)
		code = advise_shortest(&advising->runs, &shortest);
	if (code)
		return code;
	advice = advise_tell(&advising->settings, &advising->plan, &advising->runs,
			     &advising->features, place);
	if (advising->plan.cells.n)
		advise_tell_shortest(advice, &advising->runs, shortest);
	code = advise_print(advising->args, advice);
	json_decref(advice);
	return code;
}

/* The kernel whose word counts: that of the target, or of the records. */
static int kernel_find_out(struct advising *advising, struct err *err)
{
	const struct records *records = &advising->records;

	if (!advising->args->records) {
		advising->kernel = advising->session.targets->kernel;
		return record_kernel_features(advising->kernel, &advising->features, err);
	}
	if (records_load(advising->args->records, &advising->records, err) < 0)
		return -err->code;
	if (!records->n_cells || records->n_kernels != 1)
		return err_set(err, EINVAL,
			       "%s: advice is drawn from records of one kernel; it has %zu",
			       advising->args->records, records->n_kernels);
	advising->kernel = records->kernels[0];
	return record_kernel_features(advising->kernel, &advising->features, err);
}

/* Records must not take the place of a settings file, nor of a scenario. */
static int advise_spares(const struct advising *advising, struct err *err)
{
	const char *out = advising->args->out;
	_cleanup_texts_ struct texts inputs = {0};

	if (!out)
		return 0;
	for (size_t i = 0; i < advising->settings.n_files; i++)
		texts_add(&inputs, advising->settings.files[i].path);
	suite_add_paths(&advising->suite, &inputs);
	return spare_inputs("--out", out, out, &inputs, err);
}

static int advise_open(struct advising *advising, const struct texts *files)
{
	const struct advise_args *args = advising->args;
	struct err err;
	int code;

	if (settings_load_all(files->of, files->n, &advising->settings, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = suite_load(&args->scenarios, &advising->suite);
	if (code)
		return code;
	if (advise_spares(advising, &err) < 0 ||
	    select_cells(&advising->suite, &args->select, &advising->selected, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	if (!args->records)
		code = session_open_one(&args->session, "advise plays cells", &advising->session);
	if (code)
		return code;
	if (kernel_find_out(advising, &err) < 0 ||
	    plan_open(&advising->suite, &advising->settings, &advising->features, &advising->plan,
		      &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	runs_init(&advising->runs, &advising->plan);
	return 0;
}

/* What says how to play says nothing of records. */
static int advise_conflict(const struct advise_args *args, struct err *err)
{
	const char *what = args->out		      ? "out"
			   : args->session.targets.n  ? "target"
			   : args->session.seed != -1 ? "seed"
						      : NULL;

	if (!args->records || !what)
		return 0;
	return err_set(err, EINVAL, "--records plays nothing: --%s is for a run; leave one out",
		       what);
}

static int cmd_advise(void *ctx, const struct texts *files)
{
	const struct advise_args *args = ctx;
	struct advising advising = {.args = args};
	struct err err;
	int code;

	if (advise_conflict(args, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = advise_open(&advising, files);
	if (!code)
		code = advise_all(&advising);
	if (advising.runs.out && fclose(advising.runs.out) && !code)
		code = EXIT_HARNESS;
	runs_free(&advising.runs);
	plan_close(&advising.plan);
	features_free(&advising.features);
	records_free(&advising.records);
	session_close(&advising.session);
	cell_list_free(&advising.selected);
	suite_free(&advising.suite);
	settings_free(&advising.settings);
	return code;
}

static const struct advise_args advise_presets = {.session.seed = -1, .cover = ADVISE_COVER};

const struct command command_advise = {
	.name = "advise",
	.operands = "FILE|DIR...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "what each line of a sysctl.conf does after close, and which of them are needed",
	.options = advise_options,
	COMMAND_ARGS(advise_presets),
	.run = cmd_advise,
};
