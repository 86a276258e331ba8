// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * advise_runs: owns the records of each set of lines. A set is a host's whole baseline. What is
 * asked for at once is played at once, whatever the set: no processor waits for a set's last cell.
 */
#include "cmd/advise_runs.h"

#include "advise/evidence.h"
#include "base/hash.h"
#include "base/mem.h"
#include "cmd/cmd.h"

#include <errno.h>
#include <string.h>

void runs_init(struct runs *runs, const struct plan *plan)
{
	*runs = (struct runs){.plan = plan};
}

void runs_free(struct runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		half_free(&runs->of[i].half);
		json_decref(runs->of[i].bits);
		cell_list_free(&runs->of[i].queue);
	}
	free(runs->of);
}

static struct run_under *runs_of(const struct runs *runs, line_set lines)
{
	for (size_t i = 0; i < runs->n; i++) {
		if (runs->of[i].lines == lines)
			return &runs->of[i];
	}
	return NULL;
}

static struct run_under *runs_of_new(struct runs *runs, line_set lines)
{
	struct run_under *under = runs_of(runs, lines);

	if (under)
		return under;
	runs->of = mem_resize(runs->of, runs->n + 1, sizeof(*runs->of));
	under = &runs->of[runs->n++];
	*under = (struct run_under){.lines = lines, .bits = json_object()};
	half_init(&under->half, "");
	return under;
}

static void under_add(struct run_under *under, const json_t *record)
{
	_cleanup_free_ char *canonical =
		json_dumps(json_object_get(record, "canonical"), JSON_COMPACT | JSON_SORT_KEYS);
	char bits[17];

	half_add(&under->half, record);
	if (!canonical)
		return;
	hash_format(hash_bytes(canonical, strlen(canonical), HASH_START), bits);
	json_object_set_new(under->bits, record_text(record, "cell", ""), json_string(bits));
}

/* Which lines these are: {NAME: VALUE...}. False: one of them is none of ours. */
static bool lines_of(const struct plan *plan, const json_t *applied, line_set *ret)
{
	size_t n = 0;

	*ret = 0;
	for (size_t i = 0; i < plan->n_lines; i++) {
		const struct setting *setting = plan->lines[i].setting;

		if (strcmp(record_text(applied, setting->name, "\n"), setting->value) != 0)
			continue;
		*ret |= line_bit(i);
		n++;
	}
	return n == json_object_size(applied);
}

bool runs_take(struct runs *runs, const json_t *record)
{
	const json_t *settings = json_object_get(record, "settings");
	const json_t *applied = json_object_get(settings, host_names[HOST_CLIENT]);
	const json_t *at = json_object_get(runs->plan->index, record_text(record, "cell", ""));
	line_set lines = 0;

	if (!at ||
	    record_scenario_changed(record, runs->plan->all[json_integer_value(at)]->scenario))
		return false;
	if (settings && (!json_equal(applied, json_object_get(settings, host_names[HOST_SERVER])) ||
			 !lines_of(runs->plan, applied, &lines)))
		return false;
	under_add(runs_of_new(runs, lines), record);
	return true;
}

/* All hosts have them for a baseline, if there are any. */
static void hosts_set(const struct settings *baseline[HOSTS_MAX], const struct settings *settings)
{
	for (size_t i = 0; i < HOSTS_MAX && settings->n; i++)
		baseline[i] = settings;
}

/* Does a target open whose hosts have these lines? */
static int probe_one(struct runs *runs, line_set lines, struct err *err)
{
	struct settings settings = plan_settings(runs->plan, lines);
	struct run_options options = runs->session->run;
	struct target target = {0};
	int ret;

	hosts_set(options.baseline, &settings);
	ret = target_open(runs->session->targets->name, &options, &target, err);
	if (!ret)
		target_close(&target);
	free(settings.of);
	return ret;
}

/* Mark those of the lines that the kernel refuses: a set that it refuses is halved. */
static int probe_set(struct runs *runs, struct plan *plan, line_set lines, struct err *err)
{
	line_set half = lines;
	int ret = probe_one(runs, lines, err);

	if (ret != -EINVAL)
		return ret;
	if (!(lines & (lines - 1))) {
		plan->lines[lines_first(lines)].refused = mem_strdup(err->msg);
		return 0;
	}
	for (int n = lines_count(lines) / 2; n; n--)
		half &= half - 1;
	ret = probe_set(runs, plan, half, err);
	return ret ? ret : probe_set(runs, plan, lines & ~half, err);
}

int runs_probe(struct runs *runs, struct plan *plan)
{
	struct err err;
	int ret = probe_set(runs, plan, plan_all(plan), &err);

	return ret ? cmd_fail(&err, ret == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran()) : 0;
}

bool runs_skipped(const struct runs *runs, const struct cell *cell)
{
	const struct half_cell *base = runs_find(runs, cell, 0);

	return base && base->verdict == VERDICT_SKIP;
}

void runs_want(struct runs *runs, const struct cell *cell, line_set lines)
{
	line_set under_lines;
	const struct cell *played = plan_record(runs->plan, cell, lines, &under_lines);
	struct run_under *under = runs_of_new(runs, under_lines);

	if (!played || !runs->session || runs_skipped(runs, cell) ||
	    half_find(&under->half, played->id) || json_object_get(under->bits, played->id))
		return;
	json_object_set_new(under->bits, played->id, json_string(""));
	cell_list_add(&under->queue, played);
}

void runs_want_all(struct runs *runs, line_set lines)
{
	const struct cell_list *cells = &runs->plan->cells;

	for (size_t i = 0; i < cells->n; i++)
		runs_want(runs, cells->of[i], lines);
}

struct taking {
	struct runs *runs;
	struct err err;
};

static bool record_take(void *ctx, const struct cell *cell, json_t *record)
{
	struct taking *taking = ctx;
	struct runs *runs = taking->runs;

	if (!runs_take(runs, record)) {
		err_set(&taking->err, EPROTO, "%s: its record has settings that nobody asked for",
			cell->id);
		return false;
	}
	runs->n_played++;
	return !runs->out || !record_write(runs->out, runs->out_path, record, &taking->err);
}

/* All that is queued, each cell with its set of lines as its hosts' baseline. */
struct batch {
	struct job *jobs;
	size_t n_jobs;
	struct batch_set {
		struct settings settings;
		const struct settings *baseline[HOSTS_MAX];
	} * sets;
	size_t n_sets; /* as many as there are in the runs; those with an empty queue are unused */
};

static void batch_init(struct batch *batch, struct runs *runs)
{
	*batch = (struct batch){.sets = mem_zalloc(runs->n * sizeof(*batch->sets)),
				.n_sets = runs->n};
	for (size_t i = 0; i < runs->n; i++) {
		struct run_under *under = &runs->of[i];
		struct batch_set *set = &batch->sets[i];

		if (!under->queue.n)
			continue;
		half_add(&under->half, runs->session->targets->kernel);
		set->settings = plan_settings(runs->plan, under->lines);
		hosts_set(set->baseline, &set->settings);
		batch->jobs = mem_resize(batch->jobs, batch->n_jobs + under->queue.n,
					 sizeof(*batch->jobs));
		for (size_t j = 0; j < under->queue.n; j++)
			batch->jobs[batch->n_jobs++] =
				(struct job){under->queue.of[j], set->baseline};
	}
}

static void batch_free(struct batch *batch)
{
	for (size_t i = 0; i < batch->n_sets; i++)
		free(batch->sets[i].settings.of);
	free(batch->sets);
	free(batch->jobs);
}

/* "4,544 cells, under the baseline"; "under 7 sets of lines" */
static void batch_say(const struct runs *runs)
{
	size_t n_cells = 0, n_sets = 0, last = 0;

	for (size_t i = 0; i < runs->n; i++) {
		if (!runs->of[i].queue.n)
			continue;
		n_cells += runs->of[i].queue.n;
		n_sets++;
		last = i;
	}
	fprintf(stderr, "afterclose: %zu cell%s under ", n_cells, n_cells == 1 ? "" : "s");
	if (n_sets > 1)
		fprintf(stderr, "%zu sets of lines\n", n_sets);
	else if (!runs->of[last].lines)
		fprintf(stderr, "the baseline\n");
	else
		fprintf(stderr, "%d of the lines\n", lines_count(runs->of[last].lines));
}

int runs_play(struct runs *runs)
{
	struct taking taking = {.runs = runs};
	struct batch batch;
	struct err err;
	int ret = 0;

	batch_init(&batch, runs);
	if (batch.n_jobs) {
		batch_say(runs);
		ret = target_run_jobs(runs->session->targets, batch.jobs, batch.n_jobs, record_take,
				      &taking, &err);
	}
	batch_free(&batch);
	for (size_t i = 0; i < runs->n; i++)
		cell_list_free(&runs->of[i].queue);
	if (taking.err.code)
		return cmd_fail(&taking.err, EXIT_HARNESS);
	if (ret == -EINTR)
		return cmd_fail(&err, EXIT_INTERRUPTED);
	return ret < 0 ? cmd_fail(&err, cmd_nothing_ran()) : 0;
}

const struct half_cell *runs_find(const struct runs *runs, const struct cell *cell, line_set lines)
{
	line_set under_lines;
	const struct cell *played = plan_record(runs->plan, cell, lines, &under_lines);
	const struct run_under *under = runs_of(runs, under_lines);

	return played && under ? half_find(&under->half, played->id) : NULL;
}

static const char *bits_find(const struct runs *runs, const struct cell *cell, line_set lines)
{
	line_set under_lines;
	const struct cell *played = plan_record(runs->plan, cell, lines, &under_lines);
	const struct run_under *under = runs_of(runs, under_lines);

	return played && under ? record_text(under->bits, played->id, NULL) : NULL;
}

bool runs_same(const struct runs *runs, const struct cell *cell, line_set a, line_set b)
{
	const struct half_cell *left = runs_find(runs, cell, a), *right = runs_find(runs, cell, b);
	const char *left_bits = bits_find(runs, cell, a), *right_bits = bits_find(runs, cell, b);

	if (!left || !right || evidence_differs(left, right))
		return false;
	return !runs->exact || (left_bits && right_bits && !strcmp(left_bits, right_bits));
}

bool runs_idle(const struct runs *runs, const struct cell *cell, line_set lines)
{
	const struct plan *plan = runs->plan;

	for (size_t n = 0; n <= plan->n_lines && !(lines & ~plan_rest(plan, n)); n++) {
		if (runs_same(runs, cell, 0, plan_rest(plan, n)))
			return true;
	}
	return false;
}
