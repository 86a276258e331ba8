// SPDX-License-Identifier: GPL-2.0-or-later
/* play: owns one cell's way: lab, sysctls, steps, facts, tear-down, in that order. */
#include "play/play.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "lab/conntrack.h"
#include "play/agent.h"
#include "play/carry.h"
#include "play/dropped.h"
#include "play/enter.h"
#include "play/loop.h"
#include "play/program.h"
#include "play/turn.h"
#include "play/yield.h"
#include "scenario/condition.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define WAIT_REAL_MAX (600 * NS_PER_S)

step_fn *const step_fns[N_STEP_KINDS] = {
	[STEP_RAW] = step_raw,
	[STEP_LISTEN] = step_listen,
	[STEP_UNLISTEN] = step_unlisten,
	[STEP_CONNECT] = step_connect,
	[STEP_REPEAT] = step_repeat,
	[STEP_SEND] = step_send,
	[STEP_READING] = step_reading,
	[STEP_SHUTDOWN] = step_shutdown,
	[STEP_SOCKSTAT] = step_sockstat,
	[STEP_CLOSE] = step_close,
	[STEP_SETTLE] = step_settle,
	[STEP_AWAIT] = step_await,
	[STEP_HEAR] = step_hear,
	[STEP_WAIT] = step_wait,
	[STEP_PHASE] = step_phase,
	[STEP_LOOK] = step_look,
	[STEP_COUNT] = step_count,
	[STEP_HOLD] = step_verb,
	[STEP_COPY] = step_verb,
	[STEP_DROP] = step_verb,
	[STEP_CORRUPT] = step_verb,
	[STEP_DUPLICATE] = step_verb,
	[STEP_DELAY] = step_verb,
	[STEP_RELEASE] = step_release,
	[STEP_INJECT] = step_inject,
	[STEP_KILL] = step_kill,
	[STEP_SYSCTL] = step_sysctl,
	[STEP_KNOB] = step_knob,
	[STEP_ULIMIT] = step_ulimit,
	[STEP_LINK] = step_link,
	[STEP_REPLACE] = step_replace,
	[STEP_ROUTE] = step_route,
	[STEP_ICMP] = step_icmp,
	[STEP_ACCEPT] = step_accept,
	[STEP_STEER] = step_steer,
	[STEP_NAT] = step_nat,
	[STEP_CONNTRACK] = step_conntrack,
	[STEP_FORGET] = step_forget,
	[STEP_BALANCE] = step_balance,
	[STEP_SERVE] = step_serve,
	[STEP_LOAD] = step_load,
	[STEP_STOP] = step_stop,
	[STEP_START] = step_start,
	[STEP_FINISH] = step_finish,
};

struct conn *stage_conn(struct stage *stage, const struct name *name)
{
	for (size_t i = 0; i < stage->n_conns; i++) {
		if (stage->conns[i]->named == name)
			return stage->conns[i];
	}
	return NULL;
}

void stage_missed(struct stage *stage, const struct step *step, const char *fmt, ...)
{
	json_t *missed = json_object_get(json_object_get(stage->record, "canonical"), "missed");
	char what[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	json_array_append_new(missed, json_pack("{s:i, s:i, s:s}", "step",
						(int)(step - stage->cell->scenario->steps) + 1,
						"line", step->at.line, "what", what));
}

int stage_skip(struct stage *stage, const char *why)
{
	json_object_set_new(stage->record, "skip", json_string(why));
	return -ECANCELED;
}

/* The counters of one host that are not zero; they all were when its namespace began. */
static int yield_host_counters(const struct host *host, json_t *moved, struct err *err)
{
	_cleanup_free_ struct counter_set *set = mem_zalloc(sizeof(*set));
	int r = counter_read(&host->counters, set, err);

	if (!r && host->conntrack)
		r = conntrack_count(host->conntrack, set, err);

	for (size_t i = 0; !r && i < set->n; i++) {
		const struct counter *counter = &set->of[i];

		if (counter->value && !counter_is_setting(counter->name))
			json_object_set_new(moved, counter->name, json_integer(counter->value));
	}
	return r;
}

static int yield_counters(struct stage *stage, json_t *canonical, struct err *err)
{
	json_t *counters = json_object();
	int r = 0;

	json_object_set_new(canonical, "counters", counters);
	for (enum host_id host = 0; !r && host < HOSTS_MAX; host++) {
		json_t *moved;

		if (stage->lab.hosts[host].ns_fd < 0)
			continue;
		moved = json_object();
		json_object_set_new(counters, host_names[host], moved);
		r = yield_host_counters(&stage->lab.hosts[host], moved, err);
	}
	return r;
}

static int open_lab(struct stage *stage, struct bench *bench, struct err *err)
{
	struct lab_spec *spec = &stage->spec;
	int r;

	*spec = (struct lab_spec){.topology = cell_topology(stage->cell),
				  .family = cell_family(stage->cell),
				  .client2 = stage->cell->scenario->client2};
	if (spec->topology == TOPOLOGY_NAT && !features_has(stage->options->features, "nat"))
		return stage_skip(stage, "this kernel has no conntrack, or no NAT by nftables "
					 "(NF_CONNTRACK, NF_TABLES, NFT_MASQ)");
	r = dropped_check(stage);
	if (r)
		return r;
	for (enum host_id host = 0; host < HOSTS_MAX; host++)
		spec->raw[host] = cell_host_is_raw(stage->cell, host);
	memcpy(spec->baseline, stage->options->baseline, sizeof(spec->baseline));
	r = lab_open(bench, spec, &stage->lab, err);
	for (enum host_id host = 0; !r && host < HOSTS_MAX; host++) {
		if (lab_has_host(spec, host))
			r = turn_host(stage, host, err);
	}
	if (!r)
		r = carry_open(stage, err);
	if (!r)
		r = loop_open(stage, err);
	return r;
}

uint64_t stage_seed(const struct stage *stage)
{
	const char *as = cell_draws_as(stage->cell);

	return stage->options->seed ^ hash_bytes(as, strlen(as), HASH_START);
}

int stage_open(struct bench *bench, const struct cell *cell, const struct play_options *options,
	       json_t *record, struct stage *ret, struct err *err)
{
	int r;

	*ret = (struct stage){
		.cell = cell,
		.options = options,
		.on_grid = bench->alone && !options->exact,
		.record = record,
		.times = json_object_get(record, options->exact ? "canonical" : "volatile"),
		.epoll_fd = -1,
		.timer_fd = -1,
		.cause = LOG_NONE};
	ret->luck.state = ~stage_seed(ret); /* the links have the other one */
	r = open_lab(ret, bench, err);
	if (!r)
		r = dropped_open(ret, err);
	if (!r && options->watch.built)
		options->watch.built(options->watch.ctx);
	ret->start_ns = ret->woken_ns = clock_now_ns();
	return r;
}

/* How long a step waits in any case. */
static int64_t step_wait_ns(const struct step *step, const struct argval *args)
{
	if (step->spec->kind == STEP_WAIT)
		return args[WAIT_FOR].number;
	if (step->spec->kind == STEP_INJECT)
		return args[INJECT_TIMES].number * args[INJECT_EVERY].number;
	return 0;
}

/* A cell that would keep a real clock waiting for longer than anybody watches. */
static int refuse_long_waits(struct stage *stage)
{
	const struct scenario *scenario = stage->cell->scenario;
	char text[32];
	int r = 0;

	for (size_t i = 0; !r && !stage->lab.bench->alone && i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];
		int64_t wait_ns;

		if (!cell_plays(stage->cell, step))
			continue;
		cell_args(stage->cell, step, args);
		wait_ns = step_wait_ns(step, args);
		args_free(args);
		if (wait_ns > WAIT_REAL_MAX) {
			_cleanup_free_ char *why = mem_printf(
				"a wait of %s: only where time is virtual (--target uml:NAME or "
				"qemu:NAME)",
				duration_format(wait_ns, text, sizeof(text)));

			r = stage_skip(stage, why);
		}
	}
	return r;
}

static int run_steps(struct stage *stage, struct err *err)
{
	const struct scenario *scenario = stage->cell->scenario;
	json_t *step_us = json_array();
	int r = 0;

	json_object_set_new(stage->times, "step_us", step_us);
	for (size_t i = 0; !r && i < scenario->n_steps; i++) {
		const struct step *step = &scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		json_array_append_new(step_us,
				      json_integer((clock_now_ns() - stage->start_ns) / NS_PER_US));
		loop_be_late(stage);
		if (cell_plays(stage->cell, step)) {
			cell_args(stage->cell, step, args);
			r = step_fns[step->spec->kind](stage, step, args, err);
			args_free(args);
		}
		if (!r && stage->options->enter_after == i + 1)
			r = enter_shell(stage, stage->options->enter_host, err);
	}
	return r ? r : loop_catch_up(stage, err);
}

void stage_close(struct stage *stage)
{
	if (stage->nofile.rlim_cur)
		setrlimit(RLIMIT_NOFILE, &stage->nofile);
	agents_free(stage);
	programs_free(stage);
	for (enum host_id host = 0; host < HOSTS_MAX; host++)
		ends_clear(stage, host);
	for (size_t i = 0; i < stage->n_conns; i++)
		conn_free(stage->conns[i]);
	free(stage->conns);
	ends_free(&stage->ends);
	stories_free(&stage->stories);
	for (size_t i = 0; i < stage->n_listeners; i++) {
		if (stage->listeners[i]->source.fd >= 0)
			close(stage->listeners[i]->source.fd);
		free(stage->listeners[i]);
	}
	free(stage->listeners);
	verbs_free(stage);
	log_free(&stage->log);
	identities_free(&stage->identities);
	turn_back(stage);
	dropped_close(stage);
	wire_close(&stage->wire);
	loop_close(stage);
	lab_close(&stage->lab);
}

static int64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void note_start(json_t *volatile_part, uint64_t seed)
{
	char started[CLOCK_DATE_LEN];

	json_object_set_new(volatile_part, "started", json_string(clock_date(started)));
	json_object_set_new(volatile_part, "pid", json_integer(getpid()));
	json_object_set_new(volatile_part, "seed", json_integer((json_int_t)seed));
}

void play_cell(struct bench *bench, const struct cell *cell, const struct play_options *options,
	       json_t *record)
{
	_cleanup_free_ struct stage *stage = mem_zalloc(sizeof(*stage));
	json_t *canonical = json_pack("{s:{}, s:[]}", "facts", "missed");
	json_t *volatile_part = json_object();
	const struct remark *drawn = choice_draw(cell->scenario, cell->choice);
	int64_t cpu_began_ns = cpu_ns(), began_ns = clock_now_ns();
	struct err err = {0};
	int r;

	json_object_set_new(canonical, "netem", json_string(netem_by_names[options->netem]));
	if (drawn)
		json_object_set_new(canonical, "random", json_string(drawn->why));
	json_object_set_new(record, "canonical", canonical);
	json_object_set_new(record, "volatile", volatile_part);
	note_start(volatile_part, options->seed);
	r = stage_open(bench, cell, options, record, stage, &err);
	if (!r)
		r = refuse_long_waits(stage);
	if (!r)
		r = run_steps(stage, &err);
	if (!r)
		r = carry_settle(stage, &err);
	if (!r)
		r = yield_counters(stage, canonical, &err);
	if (!r)
		r = programs_yield(stage, &err);
	if (!r)
		r = dropped_settle(stage, &err);
	if (!r)
		yield_facts(stage);
	programs_end(stage);
	if (r && r != -ECANCELED)
		json_object_set_new(record, "error", json_string(err.msg));
	yield_positions(stage, volatile_part);
	log_write(&stage->log, stage->start_ns, canonical, stage->times);
	log_write_packets(&stage->log, volatile_part);
	json_object_set_new(volatile_part, "segments_left_out", json_integer(stage->log.left_out));
	if (stage->wire.late_ns > stage->noise_ns)
		stage->noise_ns = stage->wire.late_ns;
	/* In a guest, what was late is the cell's own work, and will be the next time. */
	if (bench->alone)
		stage->noise_ns = 0;
	json_object_set_new(volatile_part, "noise_us", json_integer(stage->noise_ns / NS_PER_US));
	stage_close(stage);
	json_object_set_new(volatile_part, "wall_us",
			    json_integer((clock_now_ns() - began_ns) / NS_PER_US));
	json_object_set_new(volatile_part, "cpu_us",
			    json_integer((cpu_ns() - cpu_began_ns) / NS_PER_US));
}
