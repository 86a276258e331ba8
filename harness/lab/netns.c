// SPDX-License-Identifier: GPL-2.0-or-later
/* netns: owns entering and creating namespaces. */
#include "lab/netns.h"
#include "lab/sysctl.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Network or user namespaces that no run comes near. */
#define LIMIT_ENOUGH 15000

int netns_current(int *ret_fd, struct err *err)
{
	*ret_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	return *ret_fd < 0 ? err_sys(err, "open /proc/thread-self/ns/net") : 0;
}

/* A user namespace starts with a limit that nobody reaches, and bears those of all around it. */
static int limit_reached(struct err *err, const char *what, const char *limit)
{
	char value[64] = "0";
	struct err ignored;
	long is, enough;

	sysctl_read(limit, value, sizeof(value), &ignored);
	is = strtol(value, NULL, 10);
	enough = is > LIMIT_ENOUGH / 2 && is <= INT_MAX / 2 ? 2 * is : LIMIT_ENOUGH;
	return err_set(err, ENOSPC,
		       "no further %s: the limit %s%s%s is reached; raise it%s (sudo sysctl -w "
		       "%s=%ld), or play fewer cells at once (--jobs)",
		       what, limit, is > INT_MAX / 2 ? " outside this user namespace" : " = ",
		       is > INT_MAX / 2 ? "" : value, is > INT_MAX / 2 ? " there" : "", limit,
		       enough);
}

int netns_create(int *ret_fd, struct err *err)
{
	if (!unshare(CLONE_NEWNET))
		return netns_current(ret_fd, err);
	switch (errno) {
	case ENOSPC:
		return limit_reached(err, "network namespace", "user.max_net_namespaces");
	case EINVAL:
		return err_set(err, EINVAL,
			       "this kernel has no network namespaces (CONFIG_NET_NS)");
	default:
		return err_sys(err, "create a network namespace");
	}
}

int netns_enter(int fd, struct err *err)
{
	return setns(fd, CLONE_NEWNET) ? err_sys(err, "enter a network namespace") : 0;
}

int netns_visit(int fd, int (*visit)(void *ctx, struct err *err), void *ctx, struct err *err)
{
	_cleanup_fd_ int here_fd = -1;
	struct err ignored;
	int rc = netns_current(&here_fd, err);

	if (!rc)
		rc = netns_enter(fd, err);
	if (rc)
		return rc;
	rc = visit(ctx, err);
	if (netns_enter(here_fd, &ignored))
		abort(); /* what follows would be done in a stranger's namespace */
	return rc;
}

/* What may forbid a user namespace to those without privilege, or what is to be in it, and the
 * value that does. */
static const struct userns_guard {
	int flag;
	const char *sysctl;
	const char *forbids;
	const char *allow;
} userns_guards[] = {
	{CLONE_NEWUSER, "kernel.unprivileged_userns_clone", "0", "1"},
	{CLONE_NEWUSER, "user.max_user_namespaces", "0", "15000"},
	{CLONE_NEWNET, "user.max_net_namespaces", "0", "15000"},
	{CLONE_NEWPID, "user.max_pid_namespaces", "0", "15000"},
	{CLONE_NEWNS, "user.max_mnt_namespaces", "0", "15000"},
	{CLONE_NEWUSER, "kernel.apparmor_restrict_unprivileged_userns", "1", "0"},
};

/* In the order of the kernel's. The last is named where none is reached any more. */
static const struct userns_limit {
	int flag;
	const char *sysctl;
} userns_limits[] = {
	{CLONE_NEWUSER, "user.max_user_namespaces"},
	{CLONE_NEWNS, "user.max_mnt_namespaces"},
	{CLONE_NEWPID, "user.max_pid_namespaces"},
	{CLONE_NEWNET, "user.max_net_namespaces"},
};

/* Which limit is reached? A child of ours tries: who has entered a user namespace cannot go back,
 * and is somebody else there. It sends no SIGCHLD, which a pool would take for a worker's. */
static const char *limit_find(int flags)
{
	const char *last = userns_limits[0].sysctl;
	pid_t pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	int status = 0;

	if (!pid) {
		for (size_t i = 0; i < ARRAY_SIZE(userns_limits); i++) {
			if (flags & userns_limits[i].flag && unshare(userns_limits[i].flag) &&
			    errno == ENOSPC)
				_exit(i + 1);
		}
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status))
		return userns_limits[WEXITSTATUS(status) - 1].sysctl;
	for (size_t i = 0; i < ARRAY_SIZE(userns_limits); i++)
		last = flags & userns_limits[i].flag ? userns_limits[i].sysctl : last;
	return last;
}

int userns_refused(struct err *err, const char *what, int flags, int code)
{
	char value[64];
	struct err ignored;

	for (size_t i = 0; i < ARRAY_SIZE(userns_guards); i++) {
		const struct userns_guard *guard = &userns_guards[i];

		if (!(flags & guard->flag) ||
		    sysctl_read(guard->sysctl, value, sizeof(value), &ignored) ||
		    strcmp(value, guard->forbids))
			continue;
		return err_set(err, EPERM,
			       "%s is forbidden: %s = %s; run as root, or set it to %s "
			       "(sudo sysctl -w %s=%s)",
			       what, guard->sysctl, value, guard->allow, guard->sysctl,
			       guard->allow);
	}
	if (code == ENOSPC)
		return limit_reached(err,
				     flags & CLONE_NEWNET
					     ? "user namespace with a network of its own"
					     : "process in namespaces of its own",
				     limit_find(flags));
	return err_set(err, code,
		       "%s is refused (%s), perhaps by a container's seccomp filter; "
		       "run as root, or start the container with --privileged",
		       what, strerror(code));
}

static int file_write(const char *path, const char *text)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = strlen(text);

	return fd >= 0 && write(fd, text, len) == len ? 0 : -errno;
}

/* Ids inside and outside, one each. */
static int userns_map_ids(unsigned uid_inside, unsigned uid, unsigned gid_inside, unsigned gid,
			  struct err *err)
{
	char uid_map[32], gid_map[32];
	int rc;

	snprintf(uid_map, sizeof(uid_map), "%u %u 1\n", uid_inside, uid);
	snprintf(gid_map, sizeof(gid_map), "%u %u 1\n", gid_inside, gid);
	rc = file_write("/proc/self/setgroups", "deny");
	if (!rc || rc == -ENOENT)
		rc = file_write("/proc/self/uid_map", uid_map);
	if (!rc)
		rc = file_write("/proc/self/gid_map", gid_map);
	return rc ? userns_refused(err, "having an identity in a user namespace", CLONE_NEWUSER,
				   -rc)
		  : 0;
}

int userns_map(unsigned uid, unsigned gid, struct err *err)
{
	return userns_map_ids(uid, uid, gid, gid, err);
}

int userns_enter(struct err *err)
{
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return userns_refused(err, "a user namespace", CLONE_NEWUSER | CLONE_NEWNET, errno);
	return userns_map_ids(0, uid, 0, gid, err);
}
