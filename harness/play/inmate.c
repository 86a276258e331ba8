// SPDX-License-Identifier: GPL-2.0-or-later
/* inmate: owns the first process of a program's namespace, and the way from there to its exec. */
#include "play/inmate.h"
#include "base/descriptor.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define EXIT_CANNOT_RUN 127

/*
 * A program has mounts and queues (System V's, POSIX's) of its own, which go with it; a kernel may
 * have none of the latter. A stand-in has no use for either, and in virtual time what the kernel
 * does to free them, when it comes to it, would not repeat.
 */
static pid_t namespace_clone(bool of_program)
{
	unsigned long flags = SIGCHLD | CLONE_NEWPID | (of_program ? CLONE_NEWNS : 0);
	pid_t pid =
		syscall(SYS_clone, flags | (of_program ? CLONE_NEWIPC : 0), NULL, NULL, NULL, NULL);

	if (pid < 0 && errno == EINVAL && of_program)
		pid = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
	return pid;
}

/* The channel's other side is the worker's alone, once what was inherited of it is closed: it may
 * have gone before PDEATHSIG was set. In a new process namespace getppid() says nothing. */
static void die_with_worker(void)
{
	struct pollfd worker = {.fd = INMATE_CHANNEL, .events = POLLIN};

	if (poll(&worker, 1, 0) > 0 && worker.revents & POLLHUP)
		_exit(EXIT_FAILURE);
}

/* Files come to lie at 0 to 3, and nothing else of the worker's stays open. */
static int arrange_files(const struct inmate *inmate)
{
	static const int kept[N_INMATE_FDS] = {INMATE_IN, INMATE_OUT, INMATE_ERR, INMATE_CHANNEL};
	int high[N_INMATE_FDS];

	for (int i = 0; i < N_INMATE_FDS; i++) {
		high[i] = fcntl(inmate->fds[i], F_DUPFD_CLOEXEC, N_INMATE_FDS);
		if (high[i] < 0)
			return -1;
	}
	for (int i = 0; i < N_INMATE_FDS; i++) {
		if (dup3(high[i], i, i == INMATE_CHANNEL ? O_CLOEXEC : 0) < 0 && high[i] != i)
			return -1;
	}
	descriptor_close_others(kept, N_INMATE_FDS);
	return 0;
}

/* Where a container forbids a /proc of its own, a program sees that of the machine. */
static int arrange_mounts(void)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		return -1;
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0 &&
	    errno != EPERM)
		return -1;
	return mount("tmpfs", WITH_TMP, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
}

static void complain(int fd, const char *what, const char *which)
{
	dprintf(fd, "afterclose: %s %s: %s\n", what, which, strerror(errno));
	_exit(EXIT_CANNOT_RUN);
}

static void signals_reset(void)
{
	sigset_t none;

	for (int i = 1; i < SIGRTMIN; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void program_exec(const struct inmate *inmate)
{
	if (chdir(inmate->with->directory) < 0)
		complain(INMATE_ERR, "cannot go to", inmate->with->directory);
	setenv("AFTERCLOSE_HOST", inmate->host, 1);
	setenv("AFTERCLOSE_CELL", inmate->cell, 1);
	setenv("TMPDIR", WITH_TMP, 1);
	execv(inmate->with->path, inmate->words);
	complain(INMATE_ERR, "cannot run", inmate->with->path);
}

static pid_t first_start(const struct inmate *inmate)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	close(INMATE_CHANNEL);
	signals_reset();
	setsid();
	prctl(PR_SET_TIMERSLACK,
	      inmate->words ? 0 : 1); /* 0: the usual; 1 ns: so that it repeats */
	if (!inmate->words)
		_exit(stand_in_run(inmate->stand_in));
	program_exec(inmate);
	_exit(EXIT_CANNOT_RUN);
}

static void tell(enum inmate_what what, int status, int others)
{
	const struct inmate_news news = {what, status, others};

	if (send(INMATE_CHANNEL, &news, sizeof(news), MSG_NOSIGNAL) != sizeof(news))
		_exit(EXIT_FAILURE);
}

/* Reap all that has ended: what is left then are others that run. Returns false when nothing is. */
static bool reap(pid_t first)
{
	bool first_ended = false, left;
	int status, of_first = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != first)
			continue;
		first_ended = true;
		of_first = status;
	}
	left = pid == 0 || errno != ECHILD;
	if (first_ended)
		tell(INMATE_FIRST_ENDED, of_first, left);
	return left;
}

/* Process 1 is spared by kill(-1). The worker's end of the channel is its own end. */
static void pass_signal_on(void)
{
	uint8_t number;

	if (recv(INMATE_CHANNEL, &number, sizeof(number), 0) != sizeof(number))
		_exit(EXIT_FAILURE);
	kill(-1, number);
}

static void first_watch(pid_t first, int signals)
{
	struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
			       {.fd = INMATE_CHANNEL, .events = POLLIN}};
	struct signalfd_siginfo info;

	while (reap(first)) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		if (fds[0].revents && read(signals, &info, sizeof(info)) < 0)
			continue;
		if (fds[1].revents)
			pass_signal_on();
	}
	tell(INMATE_ALL_ENDED, 0, 0);
}

static void inmate_run(const struct inmate *inmate)
{
	sigset_t child;
	pid_t first;
	int signals;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	if (setns(inmate->netns_fd, CLONE_NEWNET) < 0 || arrange_files(inmate) < 0)
		complain(inmate->fds[INMATE_ERR], "cannot start", "a program");
	die_with_worker();
	if (inmate->words && arrange_mounts() < 0)
		complain(INMATE_ERR, "cannot mount what is private to", inmate->words[0]);
	signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	first = first_start(inmate);
	if (signals < 0 || first < 0)
		complain(INMATE_ERR, "cannot start",
			 inmate->words ? inmate->words[0] : "a stand-in");
	/* A pipe that only process 1 holds would never end. */
	close(INMATE_OUT);
	close(INMATE_ERR);
	first_watch(first, signals);
	_exit(EXIT_SUCCESS);
}

pid_t inmate_start(const struct inmate *inmate, struct err *err)
{
	pid_t pid = namespace_clone(inmate->words != NULL);

	if (pid < 0)
		return err_sys(err, "a process namespace for a program");
	if (!pid) {
		inmate_run(inmate);
		_exit(EXIT_FAILURE);
	}
	return pid;
}
