/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child: a lab test's body, in a process of its own. Criterion runs a test beside a second thread,
 * where no user namespace can be entered, and an assertion of its own would hang in a forked child:
 * so the child says what is wrong through a pipe, and the parent asserts.
 */
#ifndef AFTERCLOSE_TESTS_LAB_CHILD_H
#define AFTERCLOSE_TESTS_LAB_CHILD_H

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILD_SKIPPED 77

static int child_pipe;

__attribute__((format(printf, 2, 3), noreturn)) static inline void child_end(int status,
									     const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(child_pipe, fmt, ap);
	va_end(ap);
	_exit(status);
}

/* In the child: go on if the condition holds, else end with the message. */
#define check(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			dprintf(child_pipe, "%s:%d: ", __FILE__, __LINE__);                        \
			child_end(EXIT_FAILURE, __VA_ARGS__);                                      \
		}                                                                                  \
	} while (0)

/* In the child: the environment does not allow this test. AFTERCLOSE_MUST_WORK=1 makes it fail. */
#define skip(...) child_end(CHILD_SKIPPED, __VA_ARGS__)

static inline void child_run(void (*body)(void))
{
	const char *must_work = getenv("AFTERCLOSE_MUST_WORK");
	char message[4096] = "";
	size_t len = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	cr_assert(!pipe(fds));
	pid = fork();
	cr_assert(pid >= 0);
	if (!pid) {
		close(fds[0]);
		child_pipe = fds[1];
		body();
		_exit(EXIT_SUCCESS);
	}
	close(fds[1]);
	while (len < sizeof(message) - 1 &&
	       (n = read(fds[0], message + len, sizeof(message) - 1 - len)) > 0)
		len += n;
	close(fds[0]);
	cr_assert(waitpid(pid, &status, 0) == pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CHILD_SKIPPED &&
	    (!must_work || strcmp(must_work, "1")))
		cr_skip_test("%s", message);
	cr_assert(WIFEXITED(status) && !WEXITSTATUS(status), "status 0x%x: %s", status, message);
}

#endif
