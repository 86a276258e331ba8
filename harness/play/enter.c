// SPDX-License-Identifier: GPL-2.0-or-later
/* enter: owns the shell inside a host of a lab that was stopped after a step. */
#include "base/clock.h"
#include "play/loop.h"
#include "play/stage.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static void shell_run(const struct stage *stage, enum host_id host, pid_t parent)
{
	const char *shell = getenv("SHELL");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || setns(stage->lab.hosts[host].ns_fd, CLONE_NEWNET) < 0)
		_exit(126);
	signal(SIGINT, SIG_DFL);
	setenv("AFTERCLOSE_HOST", host_names[host], 1);
	setenv("AFTERCLOSE_CELL", stage->cell->id, 1);
	execlp(shell ? shell : "/bin/sh", shell ? shell : "/bin/sh", (char *)NULL);
	execl("/bin/sh", "/bin/sh", (char *)NULL);
	_exit(127);
}

static void shell_ended(struct stage *stage, struct source *source, uint32_t events)
{
	(void)stage;
	(void)events;
	*(bool *)source->owner = true;
}

static bool is_true(struct stage *stage, void *arg)
{
	(void)stage;
	return *(bool *)arg;
}

int enter_shell(struct stage *stage, enum host_id host, struct err *err)
{
	bool ended = false;
	struct source source = {.ready = shell_ended, .owner = &ended};
	void (*interrupt)(int) = signal(SIGINT, SIG_IGN); /* it is the shell's */
	pid_t parent = getpid(), pid = fork();
	int r;

	if (pid < 0)
		return err_sys(err, "starting a shell");
	if (!pid)
		shell_run(stage, host, parent);
	source.fd = syscall(SYS_pidfd_open, pid, 0);
	if (source.fd < 0) {
		r = err_sys(err, "waiting for the shell (pidfd_open, Linux 5.3)");
		kill(pid, SIGKILL);
	} else {
		r = loop_add(stage, &source, EPOLLIN, err);
		if (!r)
			r = loop_wait(stage, is_true, &ended, LOOP_FOREVER, err);
		loop_remove(stage, &source);
		close(source.fd);
	}
	waitpid(pid, NULL, 0);
	signal(SIGINT, interrupt);
	return r < 0 ? r : 0;
}
