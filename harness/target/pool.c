// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pool: owns the worker processes of a run.
 *
 * A worker is forked when it is first needed, with the cells in its memory and one end of a
 * socketpair; it dies with the runner. SIGCHLD tells of its end, not the end of its channel, which
 * an agent of its last cell may still hold open. What it had sent before it died is read first.
 */
#include "target/pool.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "target/limits.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define SIGNALS_INDEX UINT32_MAX

/* Whatever a worker leaks, it leaks for so many cells only. */
#define WORKER_CELLS_MAX 500

static void worker_become(struct pool *pool, struct worker *worker, enum worker_state state)
{
	pool->n_of[worker->state]--;
	worker->state = state;
	pool->n_of[state]++;
}

static struct worker *pool_find(const struct pool *pool, enum worker_state state)
{
	for (unsigned i = 0; i < pool->n_max && pool->n_of[state]; i++) {
		if (pool->workers[i].state == state && !pool->workers[i].dead)
			return &pool->workers[i];
	}
	return NULL;
}

unsigned pool_busy(const struct pool *pool)
{
	return pool->n_of[WORKER_OPENING] + pool->n_of[WORKER_WORKING] + pool->n_of[WORKER_WAITING];
}

static int pool_watch(struct pool *pool, int fd, uint32_t index, struct err *err)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};

	if (epoll_ctl(pool->epoll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
		return err_sys(err, "watch a worker");
	return 0;
}

int pool_open(struct pool *ret, const struct worker_task *task, struct err *err)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	*ret = (struct pool){.task = task, .epoll_fd = -1, .signal_fd = -1};
	sigprocmask(SIG_BLOCK, &signals, &ret->old_mask);
	ret->n_max = task->options->workers_max;
	if (!ret->n_max)
		ret->n_max = limits_workers();
	ret->workers = mem_zalloc(ret->n_max * sizeof(*ret->workers));
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

static void worker_leave(struct pool *pool, struct worker *worker)
{
	epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->channel.fd, NULL);
	shutdown(worker->channel.fd, SHUT_RDWR);
	worker_become(pool, worker, WORKER_LEAVING);
}

/* The runner's files are no business of a worker. */
static void pool_forget(struct pool *pool)
{
	for (unsigned i = 0; i < pool->n_max; i++) {
		if (pool->workers[i].state != WORKER_NONE)
			close(pool->workers[i].channel.fd);
	}
	close(pool->epoll_fd);
	close(pool->signal_fd);
}

static void pool_become_worker(struct pool *pool, int fd, pid_t runner)
{
	const struct worker_task *task = pool->task;

	/* Ctrl-C goes to all processes of a terminal; the runner ends its workers itself. */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigprocmask(SIG_SETMASK, &pool->old_mask, NULL);
	pool_forget(pool);
	worker_main(fd, runner, task);
}

static int pool_fork(struct pool *pool, struct worker **ret, struct err *err)
{
	struct worker *worker = pool_find(pool, WORKER_NONE);
	_cleanup_fd_ int theirs = -1;
	pid_t runner = getpid();
	int ends[2], ret_watch;
	pid_t pid;

	if (!worker)
		return err_set(err, EAGAIN, "all %u workers have a cell", pool->n_max);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make a worker's channel");
	theirs = ends[1];
	pid = fork();
	if (!pid) {
		close(ends[0]);
		pool_become_worker(pool, ends[1], runner);
	}
	*worker = (struct worker){.state = WORKER_NONE, .pid = pid, .channel.fd = ends[0]};
	if (pid < 0) {
		err_sys(err, "fork a worker");
		channel_close(&worker->channel);
		return -err->code;
	}
	worker_become(pool, worker, WORKER_OPENING);
	ret_watch = pool_watch(pool, ends[0], worker - pool->workers, err);
	if (ret_watch < 0) {
		kill(pid, SIGKILL);
		worker_become(pool, worker, WORKER_LEAVING);
	}
	*ret = worker;
	return ret_watch;
}

int pool_order(struct pool *pool, struct order order, int64_t limit_ns, struct err *err)
{
	struct worker *worker = pool_find(pool, WORKER_IDLE);
	int ret = 0;

	if (worker)
		worker_become(pool, worker, WORKER_WORKING);
	else
		ret = pool_fork(pool, &worker, err);
	if (ret < 0) {
		/* Too few processes or descriptors: those that there are must do. */
		return pool_busy(pool) ? -EAGAIN : ret;
	}
	worker->order = order;
	worker->limit_ns = limit_ns;
	worker->started_ns = clock_now_ns();
	/* A worker that is gone already is found out when it is reaped. */
	channel_send(worker->channel.fd, MESSAGE_PLAY, &order, sizeof(order));
	return 0;
}

void pool_retire(struct pool *pool, unsigned keep)
{
	struct worker *worker;

	while (pool->n_of[WORKER_IDLE] > keep && (worker = pool_find(pool, WORKER_IDLE)))
		worker_leave(pool, worker);
}

static void worker_take_record(struct pool *pool, struct worker *worker)
{
	worker_become(pool, worker, WORKER_IDLE);
	if (++worker->played >= WORKER_CELLS_MAX || worker->late || worker->dead)
		worker_leave(pool, worker);
}

/* What one message means. Returns 1, or 0 where it makes no sense in the worker's state. */
static int worker_hear(struct pool *pool, struct worker *worker, struct pool_event *ret)
{
	*ret = (struct pool_event){POOL_CHANGED, worker, ret->message};
	switch (ret->message.kind) {
	case MESSAGE_OPENED:
		ret->kind = POOL_OPENED;
		worker->started_ns = clock_now_ns();
		worker_become(pool, worker, WORKER_WORKING);
		return ret->message.len == sizeof(struct jiffies_map);
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
	case MESSAGE_RECORD:
		ret->kind = POOL_RECORD;
		worker_take_record(pool, worker);
		return 1;
	case MESSAGE_PLAY:
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
		kill(worker->pid, SIGKILL);
	return whole > 0;
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
	channel_close(&worker->channel);
	worker->dead = false;
	worker_become(pool, worker, WORKER_NONE);
}

static void pool_reap(struct pool *pool)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (unsigned i = 0; i < pool->n_max; i++) {
			struct worker *worker = &pool->workers[i];

			if (worker->state == WORKER_NONE || worker->pid != pid)
				continue;
			worker->dead = true;
			worker->status = status;
		}
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
			kill(worker->pid, SIGKILL);
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

static void pool_listen(struct pool *pool, struct worker *worker)
{
	if (channel_fill(&worker->channel, false) > 0)
		pool->heard = worker;
	else
		epoll_ctl(pool->epoll_fd, EPOLL_CTL_DEL, worker->channel.fd, NULL);
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
			pool_listen(pool, &pool->workers[event.data.u32]);
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
		channel_close(&pool->workers[i].channel);
	}
	free(pool->workers);
	if (pool->epoll_fd >= 0)
		close(pool->epoll_fd);
	if (pool->signal_fd >= 0)
		close(pool->signal_fd);
	sigprocmask(SIG_SETMASK, &pool->old_mask, NULL);
}

void pool_obituary(const struct worker *worker, struct text *out)
{
	char limit[32];

	if (worker->late)
		text_add(out, "still running after %s (the cell's limit)",
			 duration_format(worker->limit_ns, limit, sizeof(limit)));
	else if (WIFSIGNALED(worker->status))
		text_add(out, "the worker died of signal %d (%s)", WTERMSIG(worker->status),
			 strsignal(WTERMSIG(worker->status)));
	else
		text_add(out, "the worker left with exit code %d", WEXITSTATUS(worker->status));
}
