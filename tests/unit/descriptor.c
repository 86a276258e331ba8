// SPDX-License-Identifier: GPL-2.0-or-later
/* descriptor: limits and closing where the open descriptors have holes between them. */
#include "base/descriptor.h"
#include "base/err.h"
#include "base/mem.h"
#include "../lab/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define HIGH 200

/* Every third one up to HIGH, and HIGH itself. */
static void make_holes(void)
{
	for (int fd = 20; fd < HIGH; fd += 3)
		check(dup2(child_pipe, fd) == fd, "dup2");
	check(dup2(child_pipe, HIGH) == HIGH, "dup2");
}

static unsigned open_until_refused(void)
{
	unsigned n = 0;

	while (dup(child_pipe) >= 0)
		n++;
	check(errno == EMFILE, "errno %d", errno);
	return n;
}

static void limit_set(unsigned more)
{
	struct err err;
	unsigned n;

	check(!descriptor_allow(more, &err), "%s", err.msg);
	n = open_until_refused();
	check(n == more, "%u can be opened, not %u", n, more);
}

static void few_more(void)
{
	make_holes();
	limit_set(8); /* below the holes and in them */
}

static void many_more(void)
{
	make_holes();
	limit_set(400); /* above them all */
}

static void one_after_another(void)
{
	make_holes();
	limit_set(0);
	limit_set(30);
	limit_set(3);
}

Test(descriptor, limit_counts_what_is_free)
{
	child_run(few_more);
	child_run(many_more);
	child_run(one_after_another);
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* All but two of what is open, under a limit below them and with no descriptor to be had. */
static void close_others(void)
{
	const int keep[] = {child_pipe, HIGH};

	make_holes();
	limit_set(0);
	descriptor_close_others(keep, ARRAY_SIZE(keep));
	for (int fd = 0; fd < 2 * HIGH; fd++)
		check(is_open(fd) == (fd == child_pipe || fd == HIGH), "%d is %s", fd,
		      is_open(fd) ? "open" : "closed");
}

/* As before Linux 5.9. */
static void close_range_forbid(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_SIZE(filter), .filter = filter};

	check(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		skip("no seccomp filters here");
}

static void close_others_listed(void)
{
	close_range_forbid();
	check(close_range(HIGH, HIGH, 0) < 0 && errno == ENOSYS, "close_range works");
	close_others();
}

Test(descriptor, others_are_closed)
{
	child_run(close_others);
	child_run(close_others_listed);
}
