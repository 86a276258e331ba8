// SPDX-License-Identifier: GPL-2.0-or-later
/* ground: owns the bench of a benchmark, the stages it plays on, and its list of parts. */
#include "bench/parts/ground.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A scenario's one cell. */
static int cell_read(const char *text, struct scenario **ret, struct cell **ret_cells,
		     struct err *err)
{
	int r = scenario_parse("bench.yaml", text, strlen(text), ret, err);

	if (!r && matrix_cells(*ret, ret_cells) != 1)
		r = err_set(err, EINVAL, "the bench's scenario has not one cell");
	return r;
}

int stage_play(struct stage *stage, size_t number, unsigned times, struct err *err)
{
	const struct step *step = &stage->cell->scenario->steps[number];
	struct argval args[STEP_ARGS_MAX];
	int r;

	cell_args(stage->cell, step, args);
	if (times)
		args[REPEAT_TIMES].number = times;
	r = step_fns[step->spec->kind](stage, step, args, err);
	args_free(args);
	return r;
}

int stage_connect(struct stage *stage, struct err *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < stage->cell->scenario->n_steps; i++)
		r = stage_play(stage, i, 0, err);
	if (!r && !conn_is_open(stage->conns[0]))
		r = err_set(err, ECONNREFUSED, "the bench's connection is not open");
	return r;
}

int on_stage(struct ground *ground, const char *text, measure_fn *measure, struct err *err)
{
	struct scenario *scenario = NULL;
	struct cell *cells = NULL;
	struct stage stage = {0};
	json_t *record = json_pack("{s:{s:{}, s:[]}}", "canonical", "facts", "missed");
	int r = cell_read(text, &scenario, &cells, err);

	if (!r) {
		r = stage_open(&ground->bench, cells, &ground->options, record, &stage, err);
		if (!r)
			r = measure(&stage, err);
		stage_close(&stage);
	}
	json_decref(record);
	matrix_free(cells, cells ? 1 : 0);
	scenario_free(scenario);
	return r;
}

int64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static bool part_chosen(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], name))
			return true;
	}
	return argc < 2;
}

int ground_main(const struct part *parts, size_t n, int argc, char **argv)
{
	struct ground ground = {.options.seed = 1};
	struct err err = {0};
	int r = bench_open(&ground.bench, &err);

	ground.options.features = &ground.features;
	if (!r)
		r = features_probe(&ground.bench, &ground.features, &err);
	for (size_t i = 0; !r && i < n; i++) {
		if (part_chosen(parts[i].name, argc, argv))
			r = parts[i].run(&ground, &err);
	}
	if (r)
		fprintf(stderr, "%s: %s\n", program_invocation_short_name, err.msg);
	features_free(&ground.features);
	bench_close(&ground.bench);
	return r ? 1 : 0;
}
