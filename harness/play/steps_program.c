// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_program: owns the steps that start, stop and await programs, or their stand-ins. */
#include "base/clock.h"
#include "play/loop.h"
#include "play/program.h"

#include <signal.h>

/* How long the connections of a program that has ended may take to end, where they do not. */
#define QUIET_NS NS_PER_S

static int64_t deadline(const struct argval *within)
{
	return clock_now_ns() + within->number;
}

int step_serve(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	struct program *program = program_new(stage, step, args[SERVE_AS].name, true);
	int r;

	program->at = args[SERVE_AT].endpoint;
	program->stand_in.idle_ns = args[SERVE_IDLE].number;
	program->stand_in.size = args[SERVE_SIZE].number;
	r = program_start(stage, program, err);
	return r ? r : program_await_listening(stage, program, deadline(&args[SERVE_WITHIN]), err);
}

/* However long a program takes to begin: what comes next is about a server under load. */
static bool load_begun(struct stage *stage, void *arg)
{
	const struct program *program = arg;

	return program->ended || (stage->stories.newest && stage->stories.newest->load == program);
}

int step_load(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct program *program = program_new(stage, step, args[LOAD_AS].name, false);
	int r;

	program->at = args[LOAD_TO].endpoint;
	program->has_other = args[LOAD_OR].set;
	program->other = args[LOAD_OR].endpoint;
	program->log = args[LOAD_LOG].number;
	program->stand_in.requests = args[LOAD_REQUESTS].number;
	program->stand_in.at_once = args[LOAD_AT_ONCE].number;
	program->stand_in.every_ns = args[LOAD_EVERY].number;
	program->stand_in.keep_alive = args[LOAD_KEEP_ALIVE].number;
	program->stand_in.check = args[LOAD_CHECK].number;
	program->stand_in.closer = args[LOAD_CLOSER].number;
	r = program_start(stage, program, err);
	if (!r)
		r = loop_wait(stage, load_begun, program, deadline(&args[LOAD_WITHIN]), err);
	return r < 0 ? r : 0;
}

/* SIGQUIT is the stand-in's own. */
static int drain_signal(const struct program *program)
{
	return program->with ? program->with->drain : SIGQUIT;
}

int step_stop(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct program *program = program_find(stage, args[STOP_OF].name);
	const int signals[] = {
		[STOP_TERM] = SIGTERM, [STOP_DRAIN] = drain_signal(program), [STOP_KILL] = SIGKILL};
	int r = program_stop(stage, program, signals[args[STOP_HOW].number],
			     deadline(&args[STOP_WITHIN]), err);

	if (!r)
		stage_missed(stage, step, "%s has not ended", program->name->name);
	return r < 0 ? r : 0;
}

/* What could not be stopped is ended first: its port is wanted. */
int step_start(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	struct program *program = program_find(stage, args[START_OF].name);
	int r;

	(void)step;
	program_end(stage, program);
	r = program_start(stage, program, err);
	return r ? r : program_await_listening(stage, program, deadline(&args[START_WITHIN]), err);
}

static bool load_ended(struct stage *stage, void *arg)
{
	(void)stage;
	return ((const struct program *)arg)->ended;
}

static bool all_settled(struct stage *stage, void *unused)
{
	(void)unused;
	return !stage->stories.n_living;
}

int step_finish(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct program *program = program_find(stage, args[FINISH_OF].name);
	int r = loop_wait(stage, load_ended, program, deadline(&args[FINISH_WITHIN]), err);

	if (!r)
		stage_missed(stage, step, "%s has not ended", program->name->name);
	if (r > 0)
		r = loop_wait(stage, all_settled, NULL, clock_now_ns() + QUIET_NS, err);
	return r < 0 ? r : 0;
}
