// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trial: owns the comparison of two settings files. The scenarios are played under the old file,
 * under the old file with one changed line of the new one at a time, and under the new file. What
 * one line changes is told beside it; of the new file only what no line changes alone.
 */
#include "cmd/trial.h"

#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/trial_show.h"

#include <errno.h>
#include <string.h>

/* One setting that differs; NULL: that file does not set it. */
struct difference {
	const struct setting *was, *now;
};

struct trial {
	const struct compare_args *args;
	struct session before, after;
	struct cell_list cells;
	const struct settings *old, *new;
	struct difference *differences;
	size_t n_differences;
	size_t n_runs, run; /* how many there will be, and which one it is */
	json_t *seen;	    /* outcomes that single lines changed */
	size_t n_changed, n_compared;
};

static bool setting_differs(const struct setting *was, const struct setting *now)
{
	return !was || !now || strcmp(was->value, now->value);
}

static void difference_add(struct trial *trial, const struct setting *was,
			   const struct setting *now)
{
	const struct setting *either = now ? now : was;

	if (either->status == SETTING_UNRELATED || !setting_differs(was, now))
		return;
	trial->differences = mem_resize(trial->differences, trial->n_differences + 1,
					sizeof(*trial->differences));
	trial->differences[trial->n_differences++] = (struct difference){was, now};
	trial->n_runs += either->status == SETTING_APPLIES;
}

/* In the order of the new file, then what it no longer sets. */
static void differences_find(struct trial *trial)
{
	for (size_t i = 0; i < trial->new->n; i++) {
		const struct setting *now = &trial->new->of[i];

		if (now->value && !now->by)
			difference_add(trial, settings_find(trial->old, now->name), now);
	}
	for (size_t i = 0; i < trial->old->n; i++) {
		const struct setting *was = &trial->old->of[i];

		if (was->value && !was->by && !settings_find(trial->new, was->name))
			difference_add(trial, was, NULL);
	}
}

/* The old file with one line of the new one; its array is the caller's, its texts are borrowed. */
static struct settings settings_with(const struct trial *trial, const struct difference *difference)
{
	const char *name = (difference->was ? difference->was : difference->now)->name;
	struct settings ret = {.file = trial->old->file};

	ret.of = mem_zalloc((trial->old->n + 1) * sizeof(*ret.of));
	for (size_t i = 0; i < trial->old->n; i++) {
		const struct setting *setting = &trial->old->of[i];

		if (setting->value && !setting->by && strcmp(setting->name, name) != 0)
			ret.of[ret.n++] = *setting;
	}
	if (difference->now)
		ret.of[ret.n++] = *difference->now;
	return ret;
}

static bool trial_take(void *ctx, const struct cell *cell, json_t *record)
{
	(void)cell;
	half_add(ctx, record);
	return true;
}

/* Play all cells under these settings. Returns 0 or the exit code with its error said. */
static int trial_play(struct trial *trial, const struct settings *settings, const char *name,
		      struct half *ret)
{
	struct session *session = &trial->before;
	struct err err;
	int status;

	fprintf(stderr, "afterclose: run %zu of %zu: %s, %zu cells\n", ++trial->run, trial->n_runs,
		name, trial->cells.n);
	half_init(ret, name);
	half_add(ret, session->targets->kernel);
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		if (session->baseline.of[i])
			session->run.baseline[i] = settings;
	}
	status = target_run(session->targets, trial->cells.of, trial->cells.n, trial_take, ret,
			    &err);
	memset(session->run.baseline, 0, sizeof(session->run.baseline));
	if (status == -EINTR)
		return cmd_fail(&err, EXIT_INTERRUPTED);
	return status < 0 ? cmd_fail(&err, cmd_nothing_ran()) : 0;
}

static json_t *trial_compare(struct trial *trial, const struct half *a, const struct half *b,
			     bool together)
{
	const struct compare_options options = {
		.accept = trial->args->known,
		.seen = trial->seen,
		.skip_seen = together,
	};
	json_t *comparison = compare_halves(a, b, &options);

	trial->n_changed += compare_n_changed(comparison);
	trial->n_compared += compare_n_compared(comparison);
	return comparison;
}

static int trial_single(struct trial *trial, const struct half *old,
			const struct difference *difference, json_t *lines)
{
	const struct setting *either = difference->now ? difference->now : difference->was;
	_cleanup_half_ struct half half = {0};
	struct settings settings;
	json_t *line = trial_line(either, difference->was, difference->now);
	int code;

	json_array_append_new(lines, line);
	if (either->status != SETTING_APPLIES)
		return 0;
	settings = settings_with(trial, difference);
	code = trial_play(trial, &settings, either->name, &half);
	free(settings.of);
	if (!code)
		json_object_set_new(line, "comparison", trial_compare(trial, old, &half, false));
	return code;
}

/* Outcomes that single lines changed, and all lines together did not. */
static size_t trial_n_undone(struct trial *trial, const struct half *old, const struct half *new)
{
	json_t *together = json_object(), *ignored;
	const struct compare_options options = {.seen = together};
	const char *key;
	size_t n = 0;

	json_decref(compare_halves(old, new, &options));
	json_object_foreach(trial->seen, key, ignored)
	{
		n += !json_object_get(together, key);
	}
	json_decref(together);
	return n;
}

static int trial_together(struct trial *trial, const struct half *old, json_t *result)
{
	_cleanup_half_ struct half half = {0};
	json_t *comparison;
	int code = trial_play(trial, trial->new, trial->new->file, &half);

	if (code)
		return code;
	comparison = trial_compare(trial, old, &half, true);
	json_object_set_new(comparison, "undone", json_integer(trial_n_undone(trial, old, &half)));
	json_object_set_new(result, "together", comparison);
	return 0;
}

static int trial_runs(struct trial *trial, json_t *result)
{
	_cleanup_half_ struct half old = {0};
	json_t *lines = json_object_get(result, "lines");
	size_t n_singles = trial->n_runs;
	int code = 0;

	if (n_singles) {
		trial->n_runs += 1 + (n_singles > 1);
		code = trial_play(trial, trial->old, trial->old->file, &old);
	}
	for (size_t i = 0; i < trial->n_differences && !code; i++)
		code = trial_single(trial, &old, &trial->differences[i], lines);
	if (!code && n_singles > 1)
		code = trial_together(trial, &old, result);
	return code;
}

static int trial_exit_code(const struct trial *trial)
{
	if (trial->n_changed)
		return EXIT_FAIL;
	return trial->n_compared || !trial->n_runs ? EXIT_PASS : cmd_nothing_ran();
}

static int trial_play_all(struct trial *trial)
{
	static void (*const show[])(const json_t *, bool, struct text *) = {
		[COMPARE_TEXT] = trial_show_text,
		[COMPARE_MARKDOWN] = trial_show_markdown,
		[COMPARE_HTML] = trial_show_html,
	};
	json_t *result;
	int code;

	differences_find(trial);
	trial->seen = json_object();
	result =
		json_pack("{ss ss s[]}", "old", trial->old->file, "new", trial->new->file, "lines");
	code = trial_runs(trial, result);
	if (!code)
		code = compare_print(result, trial->args, show);
	json_decref(result);
	json_decref(trial->seen);
	free(trial->differences);
	return code ? code : trial_exit_code(trial);
}

/* Each of the two specs is one file, for the same hosts. */
static int trial_check(struct trial *trial, struct err *err)
{
	for (size_t i = 0; i < HOSTS_MAX; i++) {
		if (!trial->before.baseline.of[i] != !trial->after.baseline.of[i])
			return err_set(err, EINVAL,
				       "the two --sysctl are for different hosts; give both HOST=, "
				       "or none");
	}
	trial->old = &trial->before.baseline.files[0];
	trial->new = &trial->after.baseline.files[0];
	return 0;
}

/* Both files are tried on the kernel before anything is played under either. */
static int trial_open(struct trial *trial)
{
	const struct session_options *given = &trial->args->session;
	struct session_options before = *given, after = *given;
	struct err err;
	int code;

	before.spares_refused = after.spares_refused = true;
	before.sysctl = (struct texts){given->sysctl.of, 1};
	after.sysctl = (struct texts){given->sysctl.of + 1, 1};
	code = session_open_one(&before, "compare plays", &trial->before);
	if (!code)
		code = session_open_one(&after, "compare plays", &trial->after);
	if (!code && trial_check(trial, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	return code;
}

/* They are not compared. */
static void cells_drop_controls(struct cell_list *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < cells->n; i++) {
		if (!cells->of[i]->control)
			cells->of[n++] = cells->of[i];
	}
	cells->n = n;
}

int trial_run(const struct compare_args *args, const struct texts *paths)
{
	_cleanup_suite_ struct suite suite = {0};
	struct trial trial = {.args = args};
	struct err err;
	int code = suite_load(paths, &suite);

	if (code)
		return code;
	if (select_cells(&suite, &args->select, &trial.cells, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	cells_drop_controls(&trial.cells);
	cell_list_repeat(&trial.cells, args->repeat);
	if (!code)
		code = trial_open(&trial);
	if (!code)
		code = trial_play_all(&trial);
	session_close(&trial.before);
	session_close(&trial.after);
	cell_list_free(&trial.cells);
	return code;
}
