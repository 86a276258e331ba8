// SPDX-License-Identifier: GPL-2.0-or-later
/* program: owns a child that is somebody else's program: its pipe, its log, its end. */
#include "kernel/program.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* So long it has to end by itself when it is asked to. */
#define END_MS	   2000

#define TAIL_KEPT  4096 /* bytes of what it printed last */
#define TAIL_BYTES 350	/* of that an error quotes */

struct running {
	const struct program *program;
	pid_t pid;
	int out_fd; /* what it prints on standard output, and on standard error if nobody reads it
		     */
	int signal_fd; /* what would end us */
	int signal;    /* that has come from there; 0: none */
	int log_fd;
	struct text line; /* the last one that has begun */
	struct text tail; /* of all that it printed */
};

static void running_free(struct running *running)
{
	mem_cleanup_close(&running->out_fd);
	mem_cleanup_close(&running->signal_fd);
	mem_cleanup_close(&running->log_fd);
	text_free(&running->line);
	text_free(&running->tail);
}

static sigset_t signals_that_end(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return set;
}

void program_hold_signals(void)
{
	sigset_t set = signals_that_end();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* The child, up to its exec. What it cannot do it says on its standard error, which we read. */
static void child(const struct program *program, int out_fd, int log_fd, pid_t parent)
{
	sigset_t none;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int err_fd = log_fd >= 0 && program->ret_output ? log_fd : out_fd;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out_fd, STDOUT_FILENO) < 0 ||
	    dup2(err_fd, STDERR_FILENO) < 0)
		_exit(127);
	if (program->dir && chdir(program->dir))
		dprintf(STDERR_FILENO, "%s: %s\n", program->dir, strerror(errno));
	else
		execvp(program->argv[0], (char *const *)program->argv);
	dprintf(STDERR_FILENO, "%s: %s\n", program->argv[0], strerror(errno));
	_exit(127);
}

static int start(struct running *running, struct err *err)
{
	const struct program *program = running->program;
	sigset_t set = signals_that_end();
	pid_t parent = getpid();
	int fds[2];

	if (program->log) {
		running->log_fd =
			open(program->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
		if (running->log_fd < 0)
			return err_sys(err, "%s", program->log);
	}
	running->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	if (running->signal_fd < 0)
		return err_sys(err, "signalfd");
	if (pipe2(fds, O_CLOEXEC))
		return err_sys(err, "a pipe");
	running->out_fd = fds[0];
	running->pid = fork();
	if (!running->pid)
		child(program, fds[1], running->log_fd, parent);
	close(fds[1]);
	if (running->pid < 0)
		return err_sys(err, "fork");
	setpgid(running->pid, running->pid);
	return 0;
}

/* Keep the last of it, in whole lines as far as they go. */
static void tail_add(struct text *tail, const char *bytes, size_t len)
{
	size_t drop;

	text_addn(tail, bytes, len);
	if (tail->len < 2 * TAIL_KEPT)
		return;
	drop = tail->len - TAIL_KEPT;
	memmove(tail->data, tail->data + drop, tail->len - drop + 1);
	tail->len -= drop;
}

static void progress_add(struct running *running, const char *bytes, size_t len)
{
	const struct progress *progress = running->program->progress;
	const char *end;

	if (!progress || !progress->say)
		return;
	while ((end = memchr(bytes, '\n', len))) {
		text_addn(&running->line, bytes, end - bytes);
		progress->say(text_str(&running->line), progress->ctx);
		text_free(&running->line);
		len -= end + 1 - bytes;
		bytes = end + 1;
	}
	text_addn(&running->line, bytes, len);
}

static int take(struct running *running, const char *bytes, size_t len, struct err *err)
{
	if (running->program->ret_output)
		text_addn(running->program->ret_output, bytes, len);
	tail_add(&running->tail, bytes, len);
	progress_add(running, bytes, len);
	for (ssize_t n = 0; running->log_fd >= 0 && len; bytes += n, len -= n) {
		n = write(running->log_fd, bytes, len);
		if (n < 0)
			return err_sys(err, "%s", running->program->log);
	}
	return 0;
}

static int interrupted(struct running *running, struct err *err)
{
	struct signalfd_siginfo info;

	if (read(running->signal_fd, &info, sizeof(info)) == sizeof(info))
		running->signal = (int)info.ssi_signo;
	return err_set(err, EINTR, "interrupted");
}

/* Until it closes its output. */
static int listen_to(struct running *running, struct err *err)
{
	struct pollfd fds[] = {{.fd = running->out_fd, .events = POLLIN},
			       {.fd = running->signal_fd, .events = POLLIN}};
	char buf[8192];

	for (;;) {
		ssize_t n;

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return err_sys(err, "poll");
		if (fds[1].revents)
			return interrupted(running, err);
		if (!fds[0].revents)
			continue;
		n = read(running->out_fd, buf, sizeof(buf));
		if (n <= 0)
			return n < 0 ? err_sys(err, "%s", running->program->argv[0]) : 0;
		if (take(running, buf, n, err) < 0)
			return -err->code;
	}
}

static bool is_noise(const struct program *program, const char *line)
{
	return program->noise && !strncmp(line, program->noise, strlen(program->noise));
}

/* The last lines that are worth it, joined by " | " so that an error stays one line. */
static void tail_format(const struct program *program, const struct text *tail, struct text *ret)
{
	_cleanup_free_ char *all = mem_strdup(text_str(tail));
	_cleanup_text_ struct text lines = {0};
	char *rest = all, *line;
	const char *from;

	while ((line = strsep(&rest, "\n"))) {
		if (*line && !is_noise(program, line))
			text_add(&lines, "%s%s", lines.len ? " | " : "", line);
	}
	from = text_str(&lines) + (lines.len > TAIL_BYTES ? lines.len - TAIL_BYTES : 0);
	text_add(ret, "%s%s", from > text_str(&lines) ? "..." : "", from);
}

static int ended(const struct running *running, int status, struct err *err)
{
	_cleanup_text_ struct text last = {0};
	const struct program *program = running->program;

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	tail_format(program, &running->tail, &last);
	return err_set(err, ECHILD, "%s failed%s%s%s%s%s",
		       program->name ? program->name : program->argv[0], program->log ? " (" : "",
		       program->log ? program->log : "", program->log ? ")" : "",
		       last.len ? ": " : "", text_str(&last));
}

/* One that does not end when it is asked to is killed with its group, at once if we are asked to
 * end once more. It is not reaped before, so the group is still its own. */
static void end_it(const struct running *running)
{
	/* A kernel before 5.3 has none: then that time is waited. */
	_cleanup_fd_ int pid_fd = (int)syscall(SYS_pidfd_open, running->pid, 0);
	struct pollfd fds[] = {
		{.fd = running->signal_fd, .events = POLLIN},
		{.fd = pid_fd, .events = POLLIN},
	};

	kill(-running->pid, SIGTERM);
	poll(fds, ARRAY_SIZE(fds), END_MS);
	kill(-running->pid, SIGKILL);
}

int program_run(const struct program *program, struct err *err)
{
	_cleanup_(running_free) struct running running = {
		.program = program, .out_fd = -1, .signal_fd = -1, .log_fd = -1};
	sigset_t set = signals_that_end(), old;
	int status = 0, ret;

	sigprocmask(SIG_BLOCK, &set, &old);
	ret = start(&running, err);
	if (ret >= 0) {
		ret = listen_to(&running, err);
		if (ret < 0)
			end_it(&running);
	}
	while (running.pid > 0 && waitpid(running.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (running.signal) /* for whoever else it was meant for */
		raise(running.signal);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret < 0 ? ret : ended(&running, status, err);
}

int program_is_there(const char *name)
{
	_cleanup_free_ char *path = mem_strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	char *rest = path, *dir;

	while ((dir = strsep(&rest, ":"))) {
		_cleanup_free_ char *file = mem_printf("%s/%s", *dir ? dir : ".", name);

		if (!access(file, X_OK))
			return 1;
	}
	return 0;
}
