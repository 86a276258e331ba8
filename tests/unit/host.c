// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * host: what a run makes of what its workers say. The workers here are this file's own
 * worker_main(): their records say, as an error, what they knew of the kernel's clock at their
 * fork.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "record/record.h"
#include "scenario/rules.h"
#include "target/channel.h"
#include "target/target.h"
#include "target/worker.h"
#include "../lab/child.h"

#include <errno.h>
#include <string.h>

#define N_CELLS 4

static const struct jiffies_map learnt = {.epoch_ns = 12345, .error_ns = 67};

/* The first worker, or all others, cannot open their bench. */
static bool first_unable, others_unable;

static const char yaml[] = "scenario: four\ntitle: t\nsource: s\n"
			   "vary:\n  port: [1, 2, 3, 4]\n"
			   "play:\n  - listen: {at: server:$port, as: l}\n"
			   "expect:\n  - then: {l.listen: ok}\n";

static void refuse(int fd)
{
	struct err err;

	err_set(&err, EMFILE, "no bench for this one");
	channel_send(fd, MESSAGE_UNABLE, &err, sizeof(err));
	_exit(EXIT_SUCCESS);
}

static void play_all(struct channel *channel, const char *record)
{
	struct message message;

	for (;;) {
		while (!channel_next(channel, &message)) {
			if (channel_fill(channel, true) <= 0)
				_exit(EXIT_SUCCESS);
		}
		channel_send(channel->fd, MESSAGE_RECORD, record, strlen(record));
	}
}

/* In place of the real one, which a static library gives only to those who lack it. */
void worker_main(int fd, pid_t runner, const struct worker_task *task)
{
	bool first = task->jiffies.epoch_ns != learnt.epoch_ns;
	struct channel channel = {.fd = fd};
	char record[100];

	(void)runner;
	if (first ? first_unable : others_unable)
		refuse(fd);
	snprintf(record, sizeof(record), "{\"error\": \"%d knows %lld %lld\"}", getpid(),
		 (long long)task->jiffies.epoch_ns, (long long)task->jiffies.error_ns);
	channel_send(fd, MESSAGE_OPENED, &learnt, sizeof(learnt));
	play_all(&channel, record);
	_exit(EXIT_SUCCESS);
}

struct told {
	char *errors[N_CELLS]; /* by cell */
	size_t n;
};

static bool take(void *ctx, const struct cell *cell, json_t *record)
{
	struct told *told = ctx;

	told->n++;
	told->errors[cell->choice[0]] = mem_strdup(record_text(record, "error", ""));
	return true;
}

static int run(struct told *ret, struct err *err)
{
	struct run_options options = {.jobs = 2, .workers_max = N_CELLS};
	struct target target = {.name = "host", .features = {.hz = 250}, .options = &options};
	const struct cell *cells[N_CELLS];
	struct scenario *scenario = NULL;
	struct cell *of;

	check(!scenario_parse("four.yaml", yaml, strlen(yaml), &scenario, err) &&
		      !scenario_prove(scenario, err),
	      "%s", err->msg);
	check(matrix_cells(scenario, &of) == N_CELLS, "cells");
	for (size_t i = 0; i < N_CELLS; i++)
		cells[i] = &of[i];
	*ret = (struct told){0};
	return target_run(&target, cells, N_CELLS, take, ret, err);
}

/* The second cell is given out when the first worker has said no more than that its bench stands:
 * a second worker plays it. The others may go to either. */
static void clock_shared(void)
{
	struct told told;
	struct err err;

	check(!run(&told, &err) && told.n == N_CELLS, "%zu cells", told.n);
	check(strstr(told.errors[0], "knows 0 1000000000"), "the first: %s", told.errors[0]);
	for (size_t i = 1; i < N_CELLS; i++)
		check(strstr(told.errors[i], "knows 12345 67") ||
			      (i > 1 && !strcmp(told.errors[i], told.errors[0])),
		      "cell %zu: %s", i, told.errors[i]);
}

Test(host, what_the_first_worker_learns_of_the_clock_the_others_know)
{
	child_run(clock_shared);
}

static void no_run(void)
{
	struct told told;
	struct err err;

	first_unable = true;
	check(run(&told, &err) == -EMFILE && !told.n, "%zu cells", told.n);
	check(!strcmp(err.msg, "no bench for this one"), "%s", err.msg);
}

Test(host, no_run_where_the_first_worker_is_unable)
{
	child_run(no_run);
}

static void cells_lost(void)
{
	struct told told;
	struct err err;

	others_unable = true;
	check(!run(&told, &err) && told.n == N_CELLS, "%zu cells", told.n);
	check(strstr(told.errors[0], "knows"), "the first: %s", told.errors[0]);
	check(!strcmp(told.errors[1], "no bench for this one"), "the second: %s", told.errors[1]);
}

Test(host, a_later_worker_that_is_unable_costs_its_cell)
{
	child_run(cells_lost);
}
