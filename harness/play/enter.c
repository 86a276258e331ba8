// SPDX-License-Identifier: GPL-2.0-or-later
/* enter: owns the shell inside a host of a lab that was stopped after a step. */
#include "play/enter.h"
#include "base/clock.h"
#include "play/loop.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

static void shell_run(const struct stage *stage, enum host_id host, pid_t parent,
		      const sigset_t *signals)
{
	const char *shell = getenv("SHELL");

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || setns(stage->lab.hosts[host].ns_fd, CLONE_NEWNET) < 0)
		_exit(126);
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_SETMASK, signals, NULL);
	setenv("AFTERCLOSE_HOST", host_names[host], 1);
	setenv("AFTERCLOSE_CELL", stage->cell->id, 1);
	execlp(shell ? shell : "/bin/sh", shell ? shell : "/bin/sh", (char *)NULL);
	execl("/bin/sh", "/bin/sh", (char *)NULL);
	_exit(127);
}

struct shell {
	pid_t pid;
	bool ended;
};

/* An agent's end, or a stop of the shell, is told by the same signal. */
static void child_signalled(struct stage *stage, struct source *source, uint32_t events)
{
	struct shell *shell = source->owner;
	struct signalfd_siginfo info;

	(void)stage;
	(void)events;
	while (read(source->fd, &info, sizeof(info)) == sizeof(info))
		;
	if (waitpid(shell->pid, NULL, WNOHANG) == shell->pid)
		shell->ended = true;
}

static bool shell_ended(struct stage *stage, void *arg)
{
	const struct shell *shell = arg;

	(void)stage;
	return shell->ended;
}

static int shell_wait(struct stage *stage, struct shell *shell, const sigset_t *child,
		      struct err *err)
{
	struct source source = {.ready = child_signalled, .owner = shell};
	int r;

	source.fd = signalfd(-1, child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (source.fd < 0)
		return err_sys(err, "waiting for the shell");
	r = loop_add(stage, &source, EPOLLIN, err);
	if (!r)
		r = loop_wait(stage, shell_ended, shell, LOOP_FOREVER, err);
	loop_remove(stage, &source);
	close(source.fd);
	return r < 0 ? r : 0;
}

int enter_shell(struct stage *stage, enum host_id host, struct err *err)
{
	void (*interrupt)(int) = signal(SIGINT, SIG_IGN); /* it is the shell's */
	struct shell shell = {0};
	sigset_t child, before;
	pid_t parent = getpid();
	int r;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	shell.pid = fork();
	if (!shell.pid)
		shell_run(stage, host, parent, &before);
	r = shell.pid < 0 ? err_sys(err, "starting a shell")
			  : shell_wait(stage, &shell, &child, err);
	if (shell.pid > 0 && !shell.ended) {
		kill(shell.pid, SIGKILL);
		waitpid(shell.pid, NULL, 0);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGINT, interrupt);
	return r;
}
