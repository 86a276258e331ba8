// SPDX-License-Identifier: GPL-2.0-or-later
/* doctor: owns the list of what labs need, and the wording of what to do where it is not there. */
#include "lab/doctor.h"
#include "lab/feature.h"
#include "lab/knob.h"
#include "lab/lab.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/sysctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#define WORKER_DESCRIPTORS 40 /* of its own: hosts, sockets, counters, connections */
#define RUNNER_DESCRIPTORS 2  /* in the runner, for each worker */
#define RUNNER_RESERVE	   64
#define CELL_MEMORY_KIB	   1600
#define CELLS_FEW	   100

struct list {
	struct doctor_item *of;
	size_t n;
};

static const char *const state_names[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_LIMITED] = "limited",
	[DOCTOR_MISSING] = "missing",
};

const char *doctor_state_name(enum doctor_state state)
{
	return state_names[state];
}

__attribute__((format(printf, 5, 6))) static void add(struct list *list, enum doctor_state state,
						      const char *name, const char *remedy,
						      const char *fmt, ...)
{
	va_list ap;
	char finding[700];

	va_start(ap, fmt);
	vsnprintf(finding, sizeof(finding), fmt, ap);
	va_end(ap);
	list->of = mem_resize(list->of, list->n + 1, sizeof(*list->of));
	list->of[list->n++] = (struct doctor_item){
		.name = mem_strdup(name),
		.state = state,
		.finding = mem_strdup(finding),
		.remedy = remedy ? mem_strdup(remedy) : NULL,
	};
}

static bool line_read(const char *path, const char *prefix, char *buf, int size)
{
	FILE *file = fopen(path, "re");
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(buf, size, file))
		found = !strncmp(buf, prefix, strlen(prefix));
	fclose(file);
	buf[strcspn(buf, "\n")] = '\0';
	return found;
}

static void probe_kernel(struct list *list)
{
	struct utsname uts;
	unsigned hz = clock_hz();

	uname(&uts);
	add(list, DOCTOR_OK, "kernel", NULL, "%s %s", uts.release, uts.version);
	if (hz)
		add(list, DOCTOR_OK, "HZ", NULL, "%u", hz);
	else
		add(list, DOCTOR_MISSING, "HZ",
		    "report it: clock_getres(CLOCK_MONOTONIC_COARSE) is expected to be 1/HZ",
		    "the coarse clock does not tell");
}

/* Reading any of these goes out to a device, microseconds each time. */
static const char *const slow_clocks[] = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"};

static void probe_clocksource(struct list *list)
{
	char name[64];

	if (!line_read("/sys/devices/system/clocksource/clocksource0/current_clocksource", "", name,
		       sizeof(name))) {
		add(list, DOCTOR_LIMITED, "clocksource", "mount sysfs on /sys", "not readable");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(slow_clocks); i++) {
		if (strcmp(name, slow_clocks[i]))
			continue;
		add(list, DOCTOR_LIMITED, "clocksource",
		    "boot with clocksource=tsc, if the processor's is stable",
		    "%s: slow or coarse, timing facts get noise", name);
		return;
	}
	add(list, DOCTOR_OK, "clocksource", NULL, "%s", name);
}

static void probe_descriptors(struct list *list)
{
	struct rlimit limit = {0};
	long long workers;

	getrlimit(RLIMIT_NOFILE, &limit);
	workers = limit.rlim_max > RUNNER_RESERVE
			  ? (long long)(limit.rlim_max - RUNNER_RESERVE) / RUNNER_DESCRIPTORS
			  : 0;
	if (limit.rlim_max < WORKER_DESCRIPTORS)
		workers = 0;
	add(list,
	    workers >= CELLS_FEW ? DOCTOR_OK
	    : workers		 ? DOCTOR_LIMITED
				 : DOCTOR_MISSING,
	    "open files", workers >= CELLS_FEW ? NULL : "ulimit -Hn 4096, as root",
	    "limit %llu, at most %llu: room for %lld workers", (unsigned long long)limit.rlim_cur,
	    (unsigned long long)limit.rlim_max, workers);
}

static void probe_memory(struct list *list)
{
	char line[128];
	long long kib, cells;

	if (!line_read("/proc/meminfo", "MemAvailable:", line, sizeof(line))) {
		add(list, DOCTOR_LIMITED, "memory", "mount proc on /proc", "not readable");
		return;
	}
	kib = strtoll(strchr(line, ':') + 1, NULL, 10);
	cells = kib / 2 / CELL_MEMORY_KIB;
	add(list, cells >= CELLS_FEW ? DOCTOR_OK : DOCTOR_LIMITED, "memory",
	    cells >= CELLS_FEW ? NULL : "run with fewer --jobs",
	    "%lld MiB available: room for %lld cells side by side", kib / 1024, cells);
}

static void probe_proc_sys(struct list *list)
{
	struct statvfs fs;

	if (statvfs("/proc/sys", &fs))
		add(list, DOCTOR_MISSING, "/proc/sys", "mount proc on /proc", "not there");
	else if (fs.f_flag & ST_RDONLY)
		add(list, DOCTOR_MISSING, "/proc/sys",
		    "mount -o remount,rw /proc/sys, or start the container with --privileged",
		    "mounted read-only: no sysctl can be set");
	else
		add(list, DOCTOR_OK, "/proc/sys", NULL, "writable");
}

/* What is lost without a feature, and how one gets it. */
static const struct need {
	const char *feature;
	enum doctor_state without;
	const char *lost;
	const char *remedy;
} needs[] = {
	{"ipv6", DOCTOR_LIMITED, "labs have IPv4 only",
	 "boot without ipv6.disable=1, or build with CONFIG_IPV6"},
	{"inet_diag", DOCTOR_MISSING, "states of sockets cannot be asked for",
	 "modprobe tcp_diag (CONFIG_INET_TCP_DIAG)"},
	{"inet_diag_destroy", DOCTOR_LIMITED, "sockets cannot be destroyed as ss -K does",
	 "a kernel with CONFIG_INET_DIAG_DESTROY"},
	{"tcp_repair", DOCTOR_LIMITED, "initial sequence numbers cannot be chosen",
	 "the capability CAP_NET_ADMIN"},
	{"sch_netem", DOCTOR_LIMITED,
	 "cells of --netem kernel are skipped; the wire impairs links by itself",
	 "modprobe sch_netem (CONFIG_NET_SCH_NETEM; on Ubuntu in linux-modules-extra)"},
	{"sch_netem_seed", DOCTOR_LIMITED,
	 "with --netem kernel what becomes of a frame does not follow from the seed",
	 "a kernel from 6.6 on, or --netem wire"},
	{"sch_netem_slot", DOCTOR_LIMITED, "with --netem kernel a link's rule can have no slot",
	 "a kernel from 4.16 on, or --netem wire"},
};

static void probe_features(struct list *list, const struct bench *bench)
{
	struct features features = {0};
	struct err err;

	if (features_probe(bench, &features, &err)) {
		add(list, DOCTOR_MISSING, "features", NULL, "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (features_has(&features, needs[i].feature))
			add(list, DOCTOR_OK, needs[i].feature, NULL, "works");
		else
			add(list, needs[i].without, needs[i].feature, needs[i].remedy, "%s",
			    needs[i].lost);
	}
	features_free(&features);
}

static void probe_knob(struct list *list, const struct knob *knob)
{
	const char *history = knob->history ? knob->history : "";

	if (knob->scope == KNOB_GLOBAL)
		add(list, DOCTOR_OK, knob->name, NULL,
		    "one value for the whole kernel: never set%s%s", *history ? "; " : "", history);
	else if (!sysctl_exists(knob->name) && !strncmp(history, "since", strlen("since")))
		add(list, DOCTOR_LIMITED, knob->name, "a newer kernel",
		    "absent from this kernel (%s): cells that vary it are skipped", history);
	else if (!sysctl_exists(knob->name))
		add(list, DOCTOR_OK, knob->name, NULL, "absent from this kernel%s%s%s",
		    *history ? " (" : "", history, *history ? ")" : "");
	else if (!sysctl_writable(knob->name))
		add(list, DOCTOR_LIMITED, knob->name, "run as root",
		    "cannot be written here: cells that vary it fail to build");
	else
		add(list, DOCTOR_OK, knob->name, NULL, "writable");
}

/* Knobs are looked at inside a host, where they will be written. */
static void probe_lab(struct list *list, struct bench *bench)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LINK};
	int64_t start_ns = clock_now_ns();
	struct lab lab;
	struct err err;

	if (lab_open(bench, &spec, &lab, &err)) {
		add(list, DOCTOR_MISSING, "lab", NULL, "%s", err.msg);
		return;
	}
	if (lab_enter(&lab, HOST_CLIENT, &err)) {
		add(list, DOCTOR_MISSING, "lab", NULL, "%s", err.msg);
		lab_close(&lab);
		return;
	}
	add(list, DOCTOR_OK, "lab", NULL, "two hosts joined by veth, ready in %.1f ms",
	    (double)(clock_now_ns() - start_ns) / NS_PER_MS);
	for (size_t i = 0; i < n_knobs; i++)
		probe_knob(list, &knobs[i]);
	lab_leave(&lab);
	lab_close(&lab);
}

static void probe_bench(struct list *list)
{
	struct bench bench;
	struct err err;

	if (bench_open(&bench, &err)) {
		add(list, DOCTOR_MISSING, "namespaces",
		    err.code == EPERM ? "run as root, or allow user namespaces" : NULL, "%s",
		    err.msg);
		return;
	}
	if (bench.rootless)
		add(list, DOCTOR_OK, "namespaces", NULL,
		    "without root: in a user namespace that belongs to us");
	else
		add(list, DOCTOR_OK, "namespaces", NULL, "root");
	add(list, DOCTOR_OK, "packet socket", NULL, "works");
	probe_lab(list, &bench);
	probe_features(list, &bench);
	bench_close(&bench);
}

size_t doctor_probe(struct doctor_item **ret)
{
	struct list list = {0};

	probe_kernel(&list);
	probe_clocksource(&list);
	probe_descriptors(&list);
	probe_memory(&list);
	probe_proc_sys(&list);
	probe_bench(&list);
	*ret = list.of;
	return list.n;
}

void doctor_free(struct doctor_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(items[i].name);
		free(items[i].finding);
		free(items[i].remedy);
	}
	free(items);
}
