// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_enter: owns `afterclose enter`: a shell in a host of a cell's lab, after one of its steps. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "base/text.h"
#include "play/play.h"

#include <errno.h>
#include <string.h>

struct enter_args {
	struct session_options session;
	int64_t after; /* 0: the last step */
	const char *host;
};

static const struct option_row enter_options[] = {
	{"after", OPTION_NUMBER, offsetof(struct enter_args, after), "STEP",
	 "the step of the play, from 1; the last one if left out", 1, SCENARIO_STEPS_MAX},
	{"host", OPTION_TEXT, offsetof(struct enter_args, host), "NAME",
	 "client, server, client2 or router; client if left out"},
	SEED_OPTION(struct enter_args),
	NETEM_OPTION(struct enter_args),
	BASELINE_OPTION(struct enter_args),
	{NULL},
};

static int enter_find_host(const char *name, const struct cell *cell, enum host_id *ret,
			   struct err *err)
{
	const struct lab_spec spec = {.topology = cell_topology(cell),
				      .client2 = cell->scenario->client2};
	_cleanup_text_ struct text has = {0};

	for (enum host_id i = 0; i < HOSTS_MAX; i++) {
		if (!lab_has_host(&spec, i))
			continue;
		*ret = i;
		if (!strcmp(host_names[i], name))
			return 0;
		text_add(&has, "%s%s", has.len ? ", " : "", host_names[i]);
	}
	return err_set(err, EINVAL, "--host %s: the hosts of this cell's lab are %s", name,
		       text_str(&has));
}

static int enter_resolve(const struct enter_args *args, const struct cell *cell,
			 struct play_options *ret, struct err *err)
{
	size_t n_steps = cell->scenario->n_steps;

	if ((size_t)args->after > n_steps)
		return err_set(err, EINVAL, "--after %lld: the play has %zu steps",
			       (long long)args->after, n_steps);
	ret->enter_after = args->after ? (size_t)args->after : n_steps;
	return enter_find_host(args->host, cell, &ret->enter_host, err);
}

/* Here this process is the worker: the shell is its child and has its terminal. */
static int enter_play(const struct session *session, const struct cell *cell,
		      struct play_options *options)
{
	json_t *record = record_new(cell, record_text(session->targets->kernel, "id", ""), "host");
	struct bench bench;
	struct err err;
	const char *why;
	int code = EXIT_PASS;

	if (bench_open(&bench, &err) < 0) {
		json_decref(record);
		return cmd_fail(&err, cmd_nothing_ran());
	}
	bench_learn_clock(&bench);
	play_cell(&bench, cell, options, record);
	why = record_text(record, "error", record_text(record, "skip", NULL));
	if (why) {
		fprintf(stderr, "afterclose: %s: %s\n", cell->id, why);
		code = json_object_get(record, "error") ? EXIT_HARNESS : EXIT_NOTHING_RAN;
	}
	bench_close(&bench);
	json_decref(record);
	return code;
}

static int cmd_enter(void *ctx, const struct texts *operands)
{
	const struct enter_args *args = ctx;
	const struct texts paths = {operands->of + 1, operands->n - 1};
	_cleanup_suite_ struct suite suite = {0};
	_cleanup_session_ struct session session = {0};
	struct play_options options = {0};
	const struct cell *cell;
	struct err err;
	int code = suite_load(&paths, &suite);

	if (code)
		return code;
	cell = suite_find(&suite, operands->of[0], &err);
	if (!cell || enter_resolve(args, cell, &options, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = session_open(&args->session, &session);
	if (code)
		return code;
	options.seed = session.run.seed;
	options.netem = session.run.netem;
	options.features = &session.targets->features;
	fprintf(stderr, "afterclose: a shell in %s, after step %u (%s) of %s\n",
		host_names[options.enter_host], options.enter_after,
		cell->scenario->steps[options.enter_after - 1].spec->name, cell->id);
	memcpy(options.baseline, session.run.baseline, sizeof(options.baseline));
	return enter_play(&session, cell, &options);
}

static const struct enter_args enter_presets = {.session.seed = -1, .host = "client"};

const struct command command_enter = {
	.name = "enter",
	.operands = "CELL [FILE|DIR...]",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "a shell inside a host of a cell's lab, stopped after a step",
	.options = enter_options,
	COMMAND_ARGS(enter_presets),
	.run = cmd_enter,
};
