// SPDX-License-Identifier: GPL-2.0-or-later
/* Labs without root, and the words where the kernel forbids them. */
#include "lab/lab.h"
#include "child.h"
#include "lab/netns.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define NOBODY 65534

/* A process that changed its uid owns its files in /proc only if it is dumpable again. */
static void become_nobody(void)
{
	if (geteuid())
		return;
	check(!setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY), "setuid");
	check(!prctl(PR_SET_DUMPABLE, 1), "prctl");
}

static void labs_without_root(void)
{
	static const enum topology topologies[] = {TOPOLOGY_LINK, TOPOLOGY_LOOPBACK};
	struct bench bench;
	struct err err;

	become_nobody();
	if (bench_open(&bench, &err))
		skip("%s", err.msg);
	check(bench.rootless, "not in a user namespace");
	for (size_t i = 0; i < 2; i++) {
		struct lab_spec spec = {.topology = topologies[i]};
		struct lab lab;

		check(!lab_open(&bench, &spec, &lab, &err), "%s", err.msg);
		check(!lab_enter(&lab, HOST_SERVER, &err), "%s", err.msg);
		check(!sysctl_write("net.ipv4.tcp_rfc1337", "1", &err), "%s", err.msg);
		check(!sysctl_write("net.ipv4.tcp_max_tw_buckets", "0", &err), "%s", err.msg);
		lab_leave(&lab);
		lab_close(&lab);
	}
	bench_close(&bench);
}

Test(rootless, labs_work)
{
	child_run(labs_without_root);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	check(file && fputs(text, file) >= 0 && !fclose(file), "write %s", path);
}

static void forbidden(void)
{
	struct bench bench;
	struct err err;
	char map[32];

	snprintf(map, sizeof(map), "0 %u 1\n", geteuid());
	if (unshare(CLONE_NEWUSER))
		skip("no user namespace here");
	write_file("/proc/self/uid_map", map);
	write_file("/proc/sys/user/max_user_namespaces", "0\n");
	setenv("AFTERCLOSE_ROOTLESS", "1", 1);
	check(bench_open(&bench, &err) == -EPERM, "%s", err.msg);
	check(!strcmp(err.msg, "a user namespace is forbidden: user.max_user_namespaces = 0; run "
			       "as root, or set it to 15000 (sudo sysctl -w "
			       "user.max_user_namespaces=15000)"),
	      "%s", err.msg);
	check(bench.wire_fd == -1, "something is left");
}

/* Each limit that can be the reason, and only a child tries which of them it is. */
static void limited(void)
{
	char before[64] = "", after[64] = "";
	unsigned uid = geteuid(), gid = getegid();
	struct err err;

	if (unshare(CLONE_NEWUSER) || userns_map(uid, gid, &err) < 0)
		skip("no user namespace here");
	check(readlink("/proc/self/ns/user", before, sizeof(before) - 1) > 0, "readlink");
	write_file("/proc/sys/user/max_mnt_namespaces", "1\n");
	check(!unshare(CLONE_NEWNS), "unshare");
	userns_refused(&err, "it", CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, ENOSPC);
	check(strstr(err.msg, "no further process in namespaces of its own: the limit "
			      "user.max_mnt_namespaces = 1 is reached"),
	      "%s", err.msg);
	userns_refused(&err, "it", CLONE_NEWPID | CLONE_NEWNS, ENOSPC);
	check(strstr(err.msg, "the limit user.max_mnt_namespaces = 1 is reached"), "%s", err.msg);
	userns_refused(&err, "it", CLONE_NEWUSER | CLONE_NEWNET, ENOSPC);
	check(strstr(err.msg, "the limit user.max_net_namespaces"), "%s", err.msg);
	write_file("/proc/sys/user/max_pid_namespaces", "0\n");
	userns_refused(&err, "it", CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, ENOSPC);
	check(!strncmp(err.msg, "it is forbidden: user.max_pid_namespaces = 0;", 45), "%s",
	      err.msg);
	check(readlink("/proc/self/ns/user", after, sizeof(after) - 1) > 0, "readlink");
	check(!strcmp(before, after), "it was in %s and is in %s", before, after);
}

Test(rootless, which_limit_is_named)
{
	child_run(limited);
}

Test(rootless, what_forbids_it_is_named)
{
	child_run(forbidden);
}

static void too_few_descriptors(void)
{
	struct rlimit limit = {14, 14};
	struct lab_spec spec = {.topology = TOPOLOGY_LINK};
	struct bench bench;
	struct lab lab;
	struct err err;

	if (bench_open(&bench, &err))
		skip("%s", err.msg);
	check(!setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
	check(lab_open(&bench, &spec, &lab, &err) < 0, "a lab out of nothing");
	check(strstr(err.msg, "host "), "%s", err.msg);
	bench_close(&bench);
}

Test(rootless, too_few_descriptors_are_an_error)
{
	child_run(too_few_descriptors);
}
