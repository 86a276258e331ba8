// SPDX-License-Identifier: GPL-2.0-or-later
/* start: owns how a worker comes to be: a fork of the runner, or a guest of its pool's kind. */
#include "target/start.h"

#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int start_check_program(const char *path, struct err *err)
{
	struct stat own, there;

	if (stat("/proc/self/exe", &own))
		return err_sys(err, "find this program's own file");
	if (!stat(path, &there) && file_is_same(&there, &own))
		return 0;
	return err_set(err, ESTALE,
		       "%s was replaced or removed since this program started; its guests would "
		       "play with another one",
		       path);
}

int start_own_program(char **ret, struct err *err)
{
	static const char gone[] = " (deleted)"; /* how the kernel says so, behind the path */
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		return err_sys(err, "find this program's own file");
	path[len] = '\0';
	if (access(path, F_OK) && len > (ssize_t)strlen(gone) &&
	    !strcmp(path + len - strlen(gone), gone))
		path[len - strlen(gone)] = '\0';
	if (start_check_program(path, err) < 0)
		return -err->code;
	*ret = mem_strdup(path);
	return 0;
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
	int ret = start_check_program(pool->boot.program, err);

	if (ret < 0)
		return ret;
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
