// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pool: owns the workers of a run.
 *
 * A worker is started when it is first needed; it dies with the runner. On `host` it is a fork,
 * with the cells in its memory and one end of a socketpair; a guest is booted and told what a fork
 * knows. SIGCHLD tells of its end, not the end of its channel, which an agent of its last cell may
 * still hold open. What it had sent before it died is read first.
 */
#include "target/pool.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "target/start.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define SIGNALS_INDEX UINT32_MAX
#define CONSOLE_BIT   (1U << 31) /* beside a worker's index: its console, not its channel */

/* Whatever a worker leaks, it leaks for so many cells only. */
#define WORKER_CELLS_MAX 500

static void worker_become(struct pool *pool, struct worker *worker, enum worker_state state)
{
	pool->n_of[worker->state]--;
	worker->state = state;
	pool->n_of[state]++;
}

/* The one at `place`, or POOL_ANY. */
static struct worker *pool_find(const struct pool *pool, uint32_t place, enum worker_state state)
{
	for (uint32_t i = 0; i < pool->n_max && pool->n_of[state]; i++) {
		if ((place == i || place == POOL_ANY) && pool->workers[i].state == state &&
		    !pool->workers[i].dead)
			return &pool->workers[i];
	}
	return NULL;
}

unsigned pool_busy(const struct pool *pool)
{
	return pool->n_of[WORKER_OPENING] + pool->n_of[WORKER_WORKING] + pool->n_of[WORKER_WAITING];
}

bool pool_lives(const struct pool *pool)
{
	return pool_busy(pool) || pool->n_of[WORKER_LEAVING];
}

static int pool_watch(struct pool *pool, int fd, uint32_t index, struct err *err)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};

	if (epoll_ctl(pool->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return err_sys(err, "watch a worker");
	return 0;
}

int pool_open(struct pool *ret, const struct worker_task *task, unsigned n_max,
	      const struct guest_kind *kind, const struct guest_boot *boot, struct err *err)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	*ret = (struct pool){
		.task = task, .kind = kind, .epoll_fd = -1, .signal_fd = -1, .n_max = n_max};
	if (kind)
		ret->boot = *boot;
	signal(SIGPIPE, SIG_IGN); /* a worker may be gone when it is told something */
	sigprocmask(SIG_BLOCK, &signals, &ret->old_mask);
	ret->workers = mem_zalloc(ret->n_max * sizeof(*ret->workers));
	for (unsigned i = 0; i < n_max; i++)
		ret->workers[i].console.fd = -1;
	ret->n_of[WORKER_NONE] = ret->n_max;
	ret->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	ret->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (ret->epoll_fd < 0 || ret->signal_fd < 0) {
		err_sys(err, "watch the workers");
		pool_close(ret);
		return -err->code;
	}
	return pool_watch(ret, ret->signal_fd, SIGNALS_INDEX, err);
}

/* One that was reaped has a number that may be another's by now. */
static void worker_kill(const struct worker *worker)
{
	if (!worker->dead)
		kill(worker->pid, SIGKILL);
}

/* A fork goes when its channel ends; a guest may be anywhere, and has nothing to tidy up. */
static void worker_leave(struct pool *pool, struct worker *worker)
{
	epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->channel.fd, NULL);
	shutdown(worker->channel.fd, SHUT_RDWR);
	if (pool->kind)
		worker_kill(worker);
	worker_become(pool, worker, WORKER_LEAVING);
}

static int worker_start(struct pool *pool, uint32_t place, struct worker **ret, struct err *err)
{
	struct worker *worker = pool_find(pool, place, WORKER_NONE);
	int status;

	if (!worker)
		return err_set(err, EAGAIN, "all %u workers have a cell", pool->n_max);
	console_close(&worker->console);
	*worker = (struct worker){.state = WORKER_NONE, .channel.fd = -1, .console.fd = -1};
	status = pool->kind ? start_guest(pool, worker, err) : start_fork(pool, worker, err);
	if (status < 0)
		return status;
	worker_become(pool, worker, WORKER_OPENING);
	worker->started_ns = clock_now_ns();
	status = pool_watch(pool, worker->channel.fd, worker - pool->workers, err);
	if (!status && pool->kind)
		status = pool_watch(pool, worker->console.fd,
				    (worker - pool->workers) | CONSOLE_BIT, err);
	if (status < 0) {
		worker_kill(worker);
		worker_become(pool, worker, WORKER_LEAVING);
	}
	*ret = worker;
	return status;
}

/* A worker that is gone already is found out when it is reaped. */
static void worker_tell(struct pool *pool, struct worker *worker)
{
	_cleanup_text_ struct text out = {0};

	if (pool->kind)
		tell_task(&worker->told, pool->task, &out);
	if (pool->kind && worker->ordered)
		tell_job(&worker->told, &pool->task->jobs[worker->order.cell], &out);
	if (worker->ordered)
		channel_put(&out, MESSAGE_PLAY, &worker->order, sizeof(worker->order));
	if (pool->kind && pool->kind->resume)
		pool->kind->resume(&worker->guest);
	channel_write(worker->channel.fd, out.data, out.len);
}

int pool_start(struct pool *pool, int64_t limit_ns, struct err *err)
{
	struct worker *worker;
	int ret = worker_start(pool, POOL_ANY, &worker, err);

	if (ret < 0)
		return ret;
	worker->limit_ns = limit_ns;
	worker_tell(pool, worker);
	return 0;
}

int pool_order(struct pool *pool, uint32_t place, struct order order, int64_t limit_ns,
	       struct err *err)
{
	struct worker *worker = pool_find(pool, place, WORKER_IDLE);
	int ret = 0;

	if (worker)
		worker_become(pool, worker, WORKER_WORKING);
	else
		ret = worker_start(pool, place, &worker, err);
	if (ret < 0) {
		/* Too few processes or descriptors: those that there are must do. Or all that may
		 * be are leaving: their places are free when they are gone. */
		return pool_lives(pool) ? -EAGAIN : ret;
	}
	worker->order = order;
	worker->ordered = true;
	worker->limit_ns = limit_ns;
	worker->started_ns = clock_now_ns();
	worker_tell(pool, worker);
	return 0;
}

void pool_retire(struct pool *pool, unsigned keep)
{
	struct worker *worker;

	while (pool->n_of[WORKER_IDLE] > keep && (worker = pool_find(pool, POOL_ANY, WORKER_IDLE)))
		worker_leave(pool, worker);
}

static void worker_rest(struct pool *pool, struct worker *worker)
{
	worker->ordered = false;
	worker_become(pool, worker, WORKER_IDLE);
	if (pool->kind && pool->kind->pause)
		pool->kind->pause(&worker->guest);
}

static void worker_take_record(struct pool *pool, struct worker *worker)
{
	worker_rest(pool, worker);
	if (++worker->played >= WORKER_CELLS_MAX || worker->late || worker->dead)
		worker_leave(pool, worker);
}

/* What one message means. Returns 1, or 0 where it makes no sense in the worker's state. */
static int worker_hear(struct pool *pool, struct worker *worker, struct pool_event *ret)
{
	*ret = (struct pool_event){POOL_CHANGED, worker, ret->message};
	switch (ret->message.kind) {
	case MESSAGE_BOOTED:
		return 1;
	case MESSAGE_OPENED:
		ret->kind = POOL_OPENED;
		worker->started_ns = clock_now_ns();
		if (worker->ordered)
			worker_become(pool, worker, WORKER_WORKING);
		else
			worker_rest(pool, worker);
		return pool->kind || ret->message.len == sizeof(struct jiffies_map);
	case MESSAGE_UNABLE:
		ret->kind = POOL_UNABLE;
		worker_leave(pool, worker);
		return ret->message.len == sizeof(struct err);
	case MESSAGE_WAITS:
		worker_become(pool, worker, WORKER_WAITING);
		return 1;
	case MESSAGE_GOES_ON:
		worker_become(pool, worker, WORKER_WORKING);
		return 1;
	case MESSAGE_COUNTS:
		ret->kind = POOL_COUNTS;
		return 1;
	case MESSAGE_RECORD:
		ret->kind = POOL_RECORD;
		worker_take_record(pool, worker);
		return 1;
	case MESSAGE_PLAY:
	case MESSAGE_TASK:
	case MESSAGE_BASELINE:
	case MESSAGE_SCENARIO:
	case MESSAGE_CELL:
		break;
	}
	return 0;
}

/* The next message that was read already. Returns 1, or 0 if there is none. */
static int worker_next(struct pool *pool, struct worker *worker, struct pool_event *ret)
{
	int whole;

	if (worker->state == WORKER_LEAVING || worker->state == WORKER_IDLE)
		return 0;
	whole = channel_next(&worker->channel, &ret->message);
	if (whole > 0)
		whole = worker_hear(pool, worker, ret) ? 1 : -EPROTO;
	if (whole < 0)
		worker_kill(worker);
	return whole > 0;
}

/* What the runner holds of it. What its console said stays for the obituary. */
static void worker_release(struct pool *pool, struct worker *worker)
{
	channel_close(&worker->channel);
	if (pool->kind && pool->kind->close)
		pool->kind->close(&worker->guest);
	told_free(&worker->told);
}

/* A worker that was reaped: first what it still had to say, then its end. */
static void pool_bury(struct pool *pool, struct worker *worker, struct pool_event *ret)
{
	bool had_cell;

	while (channel_fill(&worker->channel, false) > 0)
		;
	if (worker_next(pool, worker, ret))
		return;
	had_cell = worker->state != WORKER_LEAVING && worker->state != WORKER_IDLE;
	*ret = (struct pool_event){had_cell ? POOL_DIED : POOL_CHANGED, worker};
	epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->channel.fd, NULL);
	console_read(&worker->console);
	worker_release(pool, worker);
	worker->dead = false;
	worker_become(pool, worker, WORKER_NONE);
}

static void pool_reap(struct pool *pool)
{
	for (unsigned i = 0; i < pool->n_max; i++) {
		struct worker *worker = &pool->workers[i];

		if (worker->state == WORKER_NONE || worker->dead)
			continue;
		if (waitpid(worker->pid, &worker->status, WNOHANG) == worker->pid)
			worker->dead = true;
	}
}

/* Kill what runs past its limit; returns how long to wait for the next such moment, for epoll. */
static int pool_enforce_limits(struct pool *pool)
{
	int64_t now_ns = clock_now_ns();
	int64_t next_ns = INT64_MAX;

	for (unsigned i = 0; i < pool->n_max; i++) {
		struct worker *worker = &pool->workers[i];
		int64_t left_ns = worker->limit_ns - (now_ns - worker->started_ns);

		if (worker->late || worker->state < WORKER_OPENING ||
		    worker->state > WORKER_WAITING)
			continue;
		if (left_ns <= 0) {
			worker->late = true;
			worker_kill(worker);
		} else if (left_ns < next_ns) {
			next_ns = left_ns;
		}
	}
	if (next_ns == INT64_MAX)
		return -1;
	next_ns = next_ns / NS_PER_MS + 1;
	return next_ns < INT32_MAX ? next_ns : INT32_MAX;
}

/* True if somebody wants the run to end. */
static bool pool_read_signals(struct pool *pool)
{
	struct signalfd_siginfo info;
	bool interrupted = false;

	while (read(pool->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			interrupted = true;
	}
	pool_reap(pool);
	return interrupted;
}

static struct worker *pool_find_dead(const struct pool *pool)
{
	for (unsigned i = 0; i < pool->n_max; i++) {
		if (pool->workers[i].dead)
			return &pool->workers[i];
	}
	return NULL;
}

static void pool_listen(struct pool *pool, uint32_t index)
{
	struct worker *worker = &pool->workers[index & ~CONSOLE_BIT];

	if (index & CONSOLE_BIT) {
		if (!console_read(&worker->console))
			epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->console.fd, NULL);
	} else if (channel_fill(&worker->channel, false) > 0) {
		pool->heard = worker;
	} else {
		epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->channel.fd, NULL);
	}
}

int pool_next(struct pool *pool, struct pool_event *ret, struct err *err)
{
	for (;;) {
		struct epoll_event event;
		struct worker *dead;
		int n;

		if (pool->heard && worker_next(pool, pool->heard, ret))
			return 0;
		pool->heard = NULL;
		dead = pool_find_dead(pool);
		if (dead) {
			pool_bury(pool, dead, ret);
			return 0;
		}
		n = epoll_wait(pool->epoll_fd, &event, 1, pool_enforce_limits(pool));
		if (n < 0 && errno != EINTR)
			return err_sys(err, "wait for the workers");
		if (n <= 0)
			continue;
		if (event.data.u32 != SIGNALS_INDEX) {
			pool_listen(pool, event.data.u32);
		} else if (pool_read_signals(pool)) {
			*ret = (struct pool_event){POOL_INTERRUPTED};
			return 0;
		}
	}
}

void pool_close(struct pool *pool)
{
	for (unsigned i = 0; i < pool->n_max; i++) {
		if (pool->workers[i].state == WORKER_NONE || pool->workers[i].dead)
			continue;
		kill(pool->workers[i].pid, SIGKILL);
	}
	for (unsigned i = 0; i < pool->n_max; i++) {
		if (pool->workers[i].state == WORKER_NONE)
			continue;
		if (!pool->workers[i].dead)
			waitpid(pool->workers[i].pid, NULL, 0);
		worker_release(pool, &pool->workers[i]);
	}
	for (unsigned i = 0; i < pool->n_max; i++)
		console_close(&pool->workers[i].console);
	free(pool->workers);
	if (pool->epoll_fd >= 0)
		close(pool->epoll_fd);
	if (pool->signal_fd >= 0)
		close(pool->signal_fd);
	sigprocmask(SIG_SETMASK, &pool->old_mask, NULL);
}

void pool_obituary(const struct worker *worker, struct text *out)
{
	_cleanup_text_ struct text console = {0};
	const char *who = worker->guest.pid ? "guest" : "worker";
	char limit[32];

	if (worker->late && worker->guest.pid)
		text_add(out,
			 "the guest gave no sign for %s of real time: its kernel loops, or sleeps "
			 "for ever",
			 duration_format(worker->limit_ns, limit, sizeof(limit)));
	else if (worker->late)
		text_add(out, "still running after %s (the cell's limit)",
			 duration_format(worker->limit_ns, limit, sizeof(limit)));
	else if (WIFSIGNALED(worker->status))
		text_add(out, "the %s died of signal %d (%s)", who, WTERMSIG(worker->status),
			 strsignal(WTERMSIG(worker->status)));
	else
		text_add(out, "the %s left with exit code %d", who, WEXITSTATUS(worker->status));
	console_tell(&worker->console, &console);
	if (console.len)
		text_add(out, "; its console: %s", text_str(&console));
}
