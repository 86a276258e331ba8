// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run: owns which cell starts when at a target, and what becomes of its record.
 *
 * On `host`, `jobs` cells are at work at once. A cell that waits for long gives its place up, and
 * when it goes on it takes one again whether or not there is one free, because its tick does not
 * wait; until the number is back below `jobs` nothing new starts. A heavy cell starts when no cell
 * is at work, and nothing starts while it is at work, so they start last.
 *
 * A second attempt is alone: nothing works or waits beside it. Only those that took long are, after
 * that, at work alone like a heavy cell, while others may wait out their minutes beside them.
 *
 * The first worker goes ahead: if it cannot open its bench, no worker could, and the run ends. What
 * it learns of the kernel's clock is given to all others at their fork.
 *
 * Guests are as many as `jobs`, and no cell in one disturbs another's clock. Heavy cells take the
 * longest there, so they start first. Where times are not exact (QEMU), what a cell comes to hangs
 * by nanoseconds on what its guest did before: there each guest has its own lane, every n-th cell,
 * whoever is quicker, so that the next run differs in as little as can be.
 */
#include "target/guests.h"
#include "target/target.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/applied.h"
#include "target/limits.h"
#include "target/pool.h"
#include "target/lanes.h"

#include <errno.h>
#include <string.h>

/* Real time that a guest may be without a sign, beside its cell's limit: virtual time takes next to
 * none, so this ends only what will not end by itself. */
#define GUEST_QUIET_NS (60 * NS_PER_S)

/* A cell whose first attempt took longer mostly waits: its second may wait beside others. */
#define ALONE_US_MAX (5 * 1000000LL)

struct run {
	struct target *target;
	struct worker_task *task;
	struct pool *pool;
	record_fn fn;
	void *ctx;
	struct lanes lanes;
	json_t **first; /* the inconclusive first attempt of each cell; NULL: none */
	uint32_t attempt;
	unsigned jobs;
	bool opened;	  /* some worker has opened its bench */
	bool stop, deaf;  /* deaf: fn wants no more */
	unsigned waiting; /* as it was told last */
};

static const struct cell *run_cell(const struct run *run, uint32_t index)
{
	return run->task->jobs[index].cell;
}

static int64_t run_limit_ns(const struct run *run, uint32_t index)
{
	int64_t limit_ns = run->task->options->timeout_ns;

	if (!limit_ns)
		limit_ns = run_cell(run, index)->scenario->limit_ns;
	return run->target->guests ? limit_ns + GUEST_QUIET_NS : limit_ns;
}

/* Did its first attempt, which was inconclusive, take long? */
static bool run_took_long(const struct run *run, uint32_t index)
{
	const json_t *measured = json_object_get(run->first[index], "volatile");

	return record_number(measured, "wall_us", 0) > ALONE_US_MAX;
}

static void run_give(struct run *run, uint32_t index, json_t *record)
{
	if (!run->deaf && !run->fn(run->ctx, run_cell(run, index), record))
		run->deaf = run->stop = true;
}

/* The first attempt's volatile part and verdict go with the second attempt's record. */
static void record_add_earlier(json_t *record, const json_t *first)
{
	json_t *part = json_deep_copy(json_object_get(first, "volatile"));
	json_t *volatile_part = json_object_get(record, "volatile");

	json_object_set(part, "verdict", json_object_get(first, "verdict"));
	json_object_set_new(volatile_part, "earlier", json_pack("[o]", part));
}

/* Takes the record. An inconclusive first attempt is put by. */
static void run_finish(struct run *run, const struct order *order, json_t *record)
{
	const struct cell *cell = run_cell(run, order->cell);
	json_t *volatile_part = json_object_get(record, "volatile");
	json_t *settings =
		applied_settings(run->task->jobs[order->cell].baseline, run->task->features);
	enum verdict verdict;

	if (settings)
		json_object_set_new(record, "settings", settings);
	if (!json_is_object(volatile_part)) {
		volatile_part = json_object();
		json_object_set_new(record, "volatile", volatile_part);
	}
	json_object_set_new(volatile_part, "attempt", json_integer(order->attempt));
	verdict = judge_record(cell, run->task->features, record);
	if (verdict == VERDICT_INCONCLUSIVE && order->attempt == 1) {
		run->first[order->cell] = record;
		return;
	}
	if (run->first[order->cell]) {
		record_add_earlier(record, run->first[order->cell]);
		json_decref(run->first[order->cell]);
		run->first[order->cell] = NULL;
	}
	run_give(run, order->cell, record);
	verdict = record_verdict(record); /* whoever took it may know of the failure */
	if (run->task->options->fail_fast && (verdict == VERDICT_FAIL || verdict == VERDICT_ERROR))
		run->stop = true;
	json_decref(record);
}

static void run_finish_error(struct run *run, const struct worker *worker, const char *what)
{
	const struct cell *cell = run_cell(run, worker->order.cell);
	json_t *record = record_new(cell, run->task->kernel_id, run->task->target);
	int64_t wall_us = (clock_now_ns() - worker->started_ns) / NS_PER_US;

	json_object_set_new(record, "error", json_string(what));
	json_object_set_new(record, "volatile",
			    json_pack("{s:I, s:I, s:I}", "wall_us", (json_int_t)wall_us, "pid",
				      (json_int_t)worker->pid, "seed",
				      (json_int_t)run->task->options->seed));
	run_finish(run, &worker->order, record);
}

/* What a guest cannot know: real time. Its own goes under another name. */
static void record_add_outside(json_t *record, const struct worker *worker)
{
	json_t *volatile_part = json_object_get(record, "volatile");
	int64_t wall_ns = clock_now_ns() - worker->started_ns;
	char started[CLOCK_DATE_LEN];

	json_object_set(volatile_part, "inside_us", json_object_get(volatile_part, "wall_us"));
	json_object_set_new(volatile_part, "wall_us", json_integer(wall_ns / NS_PER_US));
	json_object_del(volatile_part, "cpu_us");
	clock_date_at(clock_ago(wall_ns), started);
	json_object_set_new(volatile_part, "started", json_string(started));
	json_object_set_new(volatile_part, "pid", json_integer(worker->pid));
}

static void run_take_record(struct run *run, const struct pool_event *event)
{
	struct order order = event->worker->order;
	json_error_t error;
	json_t *record;

	record = json_loadb(event->message.bytes, event->message.len, 0, &error);
	if (json_is_object(record) && run->target->guests)
		record_add_outside(record, event->worker);
	if (json_is_object(record))
		run_finish(run, &order, record);
	else
		run_finish_error(run, event->worker, "the worker sent a record that is not JSON");
}

static int run_take_counts(struct run *run, const struct pool_event *event, struct err *err)
{
	const struct cell *cell = run_cell(run, event->worker->order.cell);

	if (!run->target->options->coverage)
		return err_set(err, EPROTO, "a guest sent counts that nobody asked for");
	return coverage_add(run->target->options->coverage, cell->scenario->name,
			    event->message.bytes, event->message.len, err);
}

static int run_worker_unable(struct run *run, const struct pool_event *event, struct err *err)
{
	memcpy(err, event->message.bytes, sizeof(*err));
	if (!run->opened && !run->target->guests)
		return -err->code;
	run_finish_error(run, event->worker, err->msg);
	return 0;
}

static void run_worker_died(struct run *run, const struct worker *worker)
{
	_cleanup_text_ struct text what = {0};

	pool_obituary(worker, &what);
	run_finish_error(run, worker, text_str(&what));
}

/* All forks are given what the first learnt. All guests of a target boot the same kernel; were one
 * to see another in it, records would lie. */
static int run_worker_opened(struct run *run, const struct pool_event *event, struct err *err)
{
	json_t *kernel;
	bool same;

	run->opened = true;
	if (!run->target->guests) {
		memcpy(&run->task->jiffies, event->message.bytes, sizeof(run->task->jiffies));
		return 0;
	}
	kernel = json_loadb(event->message.bytes, event->message.len, 0, NULL);
	same = !strcmp(record_text(kernel, "id", ""), run->task->kernel_id);
	json_decref(kernel);
	return same ? 0
		    : err_set(err, EPROTO, "two guests of %s found different features",
			      run->target->name);
}

static int run_handle(struct run *run, const struct pool_event *event, struct err *err)
{
	switch (event->kind) {
	case POOL_OPENED:
		return run_worker_opened(run, event, err);
	case POOL_UNABLE:
		return run_worker_unable(run, event, err);
	case POOL_COUNTS:
		return run_take_counts(run, event, err);
	case POOL_RECORD:
		run_take_record(run, event);
		break;
	case POOL_DIED:
		run_worker_died(run, event->worker);
		break;
	case POOL_CHANGED:
		break;
	case POOL_INTERRUPTED:
		return err_set(err, EINTR, "interrupted");
	}
	return 0;
}

static bool run_heavy_at_work(const struct run *run)
{
	const struct pool *pool = run->pool;

	for (unsigned i = 0; i < pool->n_max; i++) {
		const struct worker *worker = &pool->workers[i];

		if ((worker->state == WORKER_OPENING || worker->state == WORKER_WORKING) &&
		    run_cell(run, worker->order.cell)->scenario->heavy)
			return true;
	}
	return false;
}

static bool run_may_start(const struct run *run, uint32_t index)
{
	const struct pool *pool = run->pool;
	unsigned n_at_work = pool->n_of[WORKER_OPENING] + pool->n_of[WORKER_WORKING];

	if (run->target->guests)
		return pool_busy(pool) < run->jobs;
	if (!run->opened && pool->n_of[WORKER_OPENING])
		return !pool_busy(pool);
	if (run->attempt > 1 && !run_took_long(run, index))
		return !pool_busy(pool);
	if (run->attempt > 1 || run_cell(run, index)->scenario->heavy)
		return !n_at_work;
	return n_at_work < run->jobs && !run_heavy_at_work(run);
}

static int lane_start_cells(struct run *run, unsigned lane, struct err *err)
{
	uint32_t place = run->lanes.n_lanes > 1 ? lane : POOL_ANY;
	const uint32_t *next;

	while ((next = lanes_peek(&run->lanes, lane)) && run_may_start(run, *next)) {
		struct order order = {*next, run->attempt};
		int ret = pool_order(run->pool, place, order, run_limit_ns(run, order.cell), err);

		if (ret == -EAGAIN && pool_lives(run->pool))
			break;
		if (ret < 0)
			return ret;
		lanes_pass(&run->lanes, lane);
	}
	return 0;
}

static int run_start_cells(struct run *run, struct err *err)
{
	int ret = 0;

	for (unsigned lane = 0; lane < run->lanes.n_lanes && !ret; lane++)
		ret = lane_start_cells(run, lane, err);
	if (!ret)
		pool_retire(run->pool, lanes_has_more(&run->lanes) ? run->jobs : 0);
	return ret;
}

static void run_tell_progress(struct run *run)
{
	unsigned waiting = run->pool->n_of[WORKER_WAITING];

	if (run->task->options->progress && run->waiting != waiting)
		run->task->options->progress(run->ctx, waiting);
	run->waiting = waiting;
}

/* A worker that leaves makes room for one that takes the next cell. */
static bool run_goes_on(const struct run *run)
{
	return pool_busy(run->pool) || (lanes_has_more(&run->lanes) && pool_lives(run->pool));
}

/* Play all that is queued. */
static int run_play(struct run *run, struct err *err)
{
	int ret = run_start_cells(run, err);

	while (!ret && !run->stop && run_goes_on(run)) {
		struct pool_event event;

		ret = pool_next(run->pool, &event, err);
		if (!ret)
			ret = run_handle(run, &event, err);
		run_tell_progress(run);
		if (!ret && !run->stop)
			ret = run_start_cells(run, err);
	}
	return ret;
}

/* Second attempts: of those cells that took long, or of the others. */
static void run_queue_again(struct run *run, bool took_long)
{
	run->attempt = 2;
	lanes_clear(&run->lanes);
	for (size_t i = 0; i < run->task->n_jobs; i++) {
		if (run->first[i] && run_took_long(run, i) == took_long)
			lanes_add(&run->lanes, i);
	}
}

static int run_attempts(struct run *run, struct err *err)
{
	int ret = run_play(run, err);

	for (int took_long = 0; !ret && !run->stop && took_long < 2; took_long++) {
		run_queue_again(run, took_long);
		ret = run_play(run, err);
	}
	return ret;
}

/* Workers of `host` are forked with the run's cells in their memory, so they go with it. */
static int run_host(struct run *run, struct worker_task *task, struct err *err)
{
	const struct run_options *options = run->target->options;
	struct pool pool;
	int ret = limits_raise(err);

	if (!ret)
		ret = pool_open(&pool, task,
				options->workers_max ? options->workers_max : limits_workers(),
				NULL, NULL, err);
	if (ret < 0)
		return ret;
	run->pool = &pool;
	ret = run_attempts(run, err);
	pool_close(&pool);
	run->pool = NULL;
	return ret;
}

static int run_guests(struct run *run, struct worker_task *task, struct err *err)
{
	struct guests *guests = run->target->guests;
	int ret;

	guests->task = *task;
	run->pool = &guests->pool;
	ret = run_attempts(run, err);
	guests->task.jobs = NULL;
	guests->task.n_jobs = 0;
	return ret;
}

int target_run_jobs(struct target *target, const struct job *jobs, size_t n_jobs, record_fn fn,
		    void *ctx, struct err *err)
{
	unsigned preset = target->guests ? limits_processors() : 2 * limits_processors();
	struct worker_task task = {
		.jobs = jobs,
		.n_jobs = n_jobs,
		.features = &target->features,
		.kernel_id = record_text(target->kernel, "id", ""),
		.target = target->name,
		.exact = target->exact,
		.options = target->options,
		.jiffies.error_ns = JIFFIES_UNKNOWN_NS,
	};
	struct run run = {
		.target = target,
		.task = &task,
		.fn = fn,
		.ctx = ctx,
		.first = mem_zalloc(n_jobs * sizeof(*run.first)),
		.attempt = 1,
		.jobs = target->options->jobs ? target->options->jobs : preset,
	};
	int ret;

	lanes_open(&run.lanes, jobs, n_jobs, !target->guests,
		   target->guests && !target->exact ? run.jobs : 1);
	ret = target->guests ? run_guests(&run, &task, err) : run_host(&run, &task, err);
	/* Where the second attempts were not reached, the first ones are what there is. */
	for (size_t i = 0; i < n_jobs; i++) {
		if (!run.first[i])
			continue;
		run_give(&run, i, run.first[i]);
		json_decref(run.first[i]);
	}
	lanes_close(&run.lanes);
	free(run.first);
	return ret;
}

int target_run(struct target *target, const struct cell *const *cells, size_t n_cells, record_fn fn,
	       void *ctx, struct err *err)
{
	_cleanup_free_ struct job *jobs = mem_zalloc(n_cells * sizeof(*jobs));

	for (size_t i = 0; i < n_cells; i++)
		jobs[i] = (struct job){cells[i], target->options->baseline};
	return target_run_jobs(target, jobs, n_cells, fn, ctx, err);
}
