// SPDX-License-Identifier: GPL-2.0-or-later
/* Labs without root, and the words where the kernel forbids them. */
#include "lab/lab.h"
#include "child.h"
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
