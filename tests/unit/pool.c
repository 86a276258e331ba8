// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pool: what becomes of a cell whose worker dies, hangs or talks rubbish, and of the cells beside
 * it. The workers here are this file's own worker_main(), which acts as the order's cell says.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "target/pool.h"
#include "../lab/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#define LIMIT_NS (60 * NS_PER_S)
#define HANG_NS	 (50 * NS_PER_MS)

static const struct jiffies_map map = {.epoch_ns = 1, .error_ns = 2};

static void open_bench(int fd)
{
	channel_send(fd, MESSAGE_OPENED, &map, sizeof(map));
}

static void say_record(int fd)
{
	channel_send(fd, MESSAGE_RECORD, "{}", 2);
}

static void obey(int fd)
{
	channel_send(fd, MESSAGE_WAITS, NULL, 0);
	channel_send(fd, MESSAGE_GOES_ON, NULL, 0);
	say_record(fd);
}

static void leave(int fd)
{
	(void)fd;
	_exit(7);
}

static void crash(int fd)
{
	(void)fd;
	signal(SIGABRT, SIG_DFL);
	kill(getpid(), SIGABRT);
}

static void hang(int fd)
{
	(void)fd;
	for (;;)
		pause();
}

static void hang_waiting(int fd)
{
	channel_send(fd, MESSAGE_WAITS, NULL, 0);
	hang(fd);
}

static void bytes_of_no_message(int fd)
{
	static const uint32_t head[] = {1000, 4, 0};

	check(write(fd, head, sizeof(head)) == sizeof(head), "write");
	hang(fd);
}

static void message_too_long(int fd)
{
	static const uint32_t head[] = {MESSAGE_RECORD, UINT32_MAX};

	check(write(fd, head, sizeof(head)) == sizeof(head), "write");
	hang(fd);
}

static void order_the_runner(int fd)
{
	channel_send(fd, MESSAGE_PLAY, NULL, 0);
	hang(fd);
}

static void map_too_short(int fd)
{
	channel_send(fd, MESSAGE_OPENED, &map, 1);
	hang(fd);
}

static void half_a_record(int fd)
{
	static const uint32_t head[] = {MESSAGE_RECORD, 100};

	check(write(fd, head, sizeof(head)) == sizeof(head), "write");
	_exit(0);
}

static void record_and_leave(int fd)
{
	say_record(fd);
	_exit(0);
}

static const struct act {
	void (*act)(int fd);
	enum pool_event_kind end; /* of the cell */
	const char *obituary;
	int64_t limit_ns;
} acts[] = {
	{obey, POOL_RECORD},
	{leave, POOL_DIED, "the worker left with exit code 7"},
	{crash, POOL_DIED, "the worker died of signal 6 (Aborted)"},
	{hang, POOL_DIED, "still running after 50ms (the cell's limit)", HANG_NS},
	{hang_waiting, POOL_DIED, "still running after 50ms (the cell's limit)", HANG_NS},
	{bytes_of_no_message, POOL_DIED, "the worker died of signal 9 (Killed)"},
	{message_too_long, POOL_DIED, "the worker died of signal 9 (Killed)"},
	{order_the_runner, POOL_DIED, "the worker died of signal 9 (Killed)"},
	{map_too_short, POOL_DIED, "the worker died of signal 9 (Killed)"},
	{half_a_record, POOL_DIED, "the worker left with exit code 0"},
	{record_and_leave, POOL_RECORD},
};

/* In place of the real one, which a static library gives only to those who lack it. */
void worker_main(int fd, pid_t runner, const struct worker_task *task)
{
	struct channel channel = {.fd = fd};
	struct message message;
	struct order order;

	(void)runner;
	open_bench(fd);
	for (;;) {
		while (!channel_next(&channel, &message)) {
			if (channel_fill(&channel, true) <= 0)
				_exit(EXIT_SUCCESS);
		}
		memcpy(&order, message.bytes, sizeof(order));
		check(order.cell < task->n_jobs, "cell %u", order.cell);
		acts[order.cell].act(fd);
	}
}

static const struct run_options options = {0};
static const struct worker_task task = {.n_jobs = ARRAY_SIZE(acts), .options = &options};

static void give(struct pool *pool, uint32_t cell)
{
	struct order order = {.cell = cell, .attempt = 1};
	struct err err;

	check(!pool_order(pool, POOL_ANY, order, acts[cell].limit_ns ?: LIMIT_NS, &err), "%s",
	      err.msg);
}

static void take_end(const struct pool_event *event)
{
	uint32_t cell = event->worker->order.cell;
	_cleanup_text_ struct text obituary = {0};

	check(event->kind == acts[cell].end, "cell %u ended as %d", cell, event->kind);
	if (event->kind != POOL_DIED)
		return;
	pool_obituary(event->worker, &obituary);
	check(!strcmp(text_str(&obituary), acts[cell].obituary), "cell %u: %s", cell,
	      text_str(&obituary));
}

/* Hear the workers out until no cell is left. Returns how many cells came to an end. */
static unsigned hear_all(struct pool *pool)
{
	unsigned ended = 0;

	while (pool_busy(pool)) {
		struct pool_event event;
		struct err err;

		check(!pool_next(pool, &event, &err), "%s", err.msg);
		if (event.kind == POOL_OPENED)
			check(!memcmp(event.message.bytes, &map, sizeof(map)), "the map");
		if (event.kind != POOL_RECORD && event.kind != POOL_DIED)
			continue;
		take_end(&event);
		ended++;
	}
	return ended;
}

static void close_and_look(struct pool *pool)
{
	pool_close(pool);
	check(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD, "a worker is left");
}

static void all_at_once(void)
{
	struct pool pool;
	struct err err;
	unsigned ended;

	check(!pool_open(&pool, &task, ARRAY_SIZE(acts), NULL, NULL, &err), "%s", err.msg);
	for (uint32_t cell = 0; cell < ARRAY_SIZE(acts); cell++)
		give(&pool, cell);
	ended = hear_all(&pool);
	check(ended == ARRAY_SIZE(acts), "%u cells ended", ended);
	close_and_look(&pool);
}

Test(pool, each_cell_ends_once_and_alone)
{
	child_run(all_at_once);
}

static void one_place(void)
{
	const struct worker_task alone = {.n_jobs = ARRAY_SIZE(acts), .options = &options};
	struct pool pool;
	struct err err;
	pid_t first;

	check(!pool_open(&pool, &alone, 1, NULL, NULL, &err), "%s", err.msg);
	give(&pool, 0);
	first = pool.workers[0].pid;
	check(pool_order(&pool, POOL_ANY, (struct order){0}, LIMIT_NS, &err) == -EAGAIN,
	      "a second worker");
	check(hear_all(&pool) == 1 && pool.n_of[WORKER_IDLE] == 1, "not idle");
	give(&pool, 0);
	check(hear_all(&pool) == 1 && pool.workers[0].pid == first, "not the same worker");
	give(&pool, 1);
	check(hear_all(&pool) == 1 && pool.n_of[WORKER_NONE] == 1, "not buried");
	give(&pool, 0);
	check(hear_all(&pool) == 1 && pool.workers[0].pid != first, "no new worker");
	pool_retire(&pool, 0);
	check(!pool.n_of[WORKER_IDLE], "not retired");
	close_and_look(&pool);
}

Test(pool, a_worker_is_used_again_and_a_dead_one_replaced)
{
	child_run(one_place);
}

static void interrupted(void)
{
	struct pool_event event;
	struct pool pool;
	struct err err;

	check(!pool_open(&pool, &task, ARRAY_SIZE(acts), NULL, NULL, &err), "%s", err.msg);
	give(&pool, 3);
	kill(getpid(), SIGTERM);
	do {
		check(!pool_next(&pool, &event, &err), "%s", err.msg);
	} while (event.kind == POOL_OPENED);
	check(event.kind == POOL_INTERRUPTED, "%d", event.kind);
	close_and_look(&pool); /* although the worker hangs */
}

Test(pool, a_signal_interrupts)
{
	child_run(interrupted);
}
