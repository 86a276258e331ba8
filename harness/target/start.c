// SPDX-License-Identifier: GPL-2.0-or-later
/* start: owns how a worker comes to be: a fork of the runner, or a guest of its pool's kind. */
#include "target/start.h"

#include "base/mem.h"

#include <sys/socket.h>

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

int start_fork(struct pool *pool, struct worker *worker, struct err *err)
{
	_cleanup_fd_ int theirs = -1;
	pid_t runner = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make a worker's channel");
	theirs = ends[1];
	worker->pid = fork();
	if (!worker->pid) {
		close(ends[0]);
		pool_become_worker(pool, ends[1], runner);
	}
	if (worker->pid < 0) {
		err_sys(err, "fork a worker");
		close(ends[0]);
		return -err->code;
	}
	worker->channel.fd = ends[0];
	return 0;
}

int start_guest(struct pool *pool, struct worker *worker, struct err *err)
{
	int ret;

	/* Runs side by side do not all begin at the first processor. */
	pool->boot.nth = (unsigned)getpid() + (worker - pool->workers);
	ret = pool->kind->spawn(&pool->boot, &worker->guest, err);
	if (ret < 0)
		return ret;
	worker->pid = worker->guest.pid;
	worker->channel.fd = worker->guest.fd;
	worker->console.fd = worker->guest.console_fd;
	return 0;
}
