// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * worker: owns a worker process's life: open the bench, play what is ordered, send the record.
 * It never runs the program's exit handlers, because the open files are copies of the runner's.
 */
#include "target/worker.h"

#include "base/mem.h"
#include "target/limits.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

struct worker_self {
	struct channel channel;
	const struct worker_task *task;
	struct bench bench;
};

void worker_die_with(pid_t runner)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner)
		_exit(EXIT_FAILURE);
}

static void worker_tell(struct worker_self *self, enum message_kind kind, const void *bytes,
			size_t len)
{
	if (channel_send(self->channel.fd, kind, bytes, len) < 0)
		_exit(EXIT_FAILURE);
}

static void worker_waiting(void *ctx, bool waits)
{
	worker_tell(ctx, waits ? MESSAGE_WAITS : MESSAGE_GOES_ON, NULL, 0);
}

json_t *worker_play(struct bench *bench, const struct job *job, const struct worker_task *task,
		    const struct play_watch *watch)
{
	struct play_options options = {
		.seed = task->options->seed,
		.netem = task->options->netem,
		.late_ns = task->options->late_ns,
		.features = task->features,
		.exact = task->exact,
		.watch = *watch,
	};
	json_t *record = record_new(job->cell, task->kernel_id, task->target);

	memcpy(options.baseline, job->baseline, sizeof(options.baseline));
	memcpy(options.with, task->options->with, sizeof(options.with));
	play_cell(bench, job->cell, &options, record);
	return record;
}

int worker_send(int fd, enum message_kind kind, const json_t *object)
{
	_cleanup_free_ char *line = json_dumps(object, JSON_COMPACT);

	return line ? channel_send(fd, kind, line, strlen(line)) : -EINVAL;
}

/* The next order; false at the end. */
static bool worker_receive(struct worker_self *self, struct order *ret)
{
	struct message message;

	if (channel_receive(&self->channel, &message) <= 0 || message.kind != MESSAGE_PLAY ||
	    message.len != sizeof(*ret))
		return false;
	memcpy(ret, message.bytes, sizeof(*ret));
	return ret->cell < self->task->n_jobs;
}

void worker_main(int fd, pid_t runner, const struct worker_task *task)
{
	struct worker_self self = {.channel = {.fd = fd}, .task = task};
	struct order order;
	struct err err;

	worker_die_with(runner);
	limits_stay(getpid()); /* workers are forked one after the other */
	if (bench_open(&self.bench, &err) < 0) {
		worker_tell(&self, MESSAGE_UNABLE, &err, sizeof(err));
		_exit(EXIT_SUCCESS);
	}
	worker_die_with(runner);
	self.bench.jiffies = task->jiffies;
	if (self.bench.jiffies.error_ns >= JIFFIES_UNKNOWN_NS)
		bench_learn_clock(&self.bench);
	worker_tell(&self, MESSAGE_OPENED, &self.bench.jiffies, sizeof(self.bench.jiffies));
	while (worker_receive(&self, &order)) {
		struct play_watch watch = {.waiting = worker_waiting, .ctx = &self};
		json_t *record = worker_play(&self.bench, &task->jobs[order.cell], task, &watch);

		if (worker_send(fd, MESSAGE_RECORD, record) < 0)
			_exit(EXIT_FAILURE);
		json_decref(record);
	}
	_exit(EXIT_SUCCESS);
}
