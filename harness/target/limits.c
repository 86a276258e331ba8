// SPDX-License-Identifier: GPL-2.0-or-later
/* limits: owns the figures that bound a run: open files, memory, processors. */
#include "target/limits.h"

#include "base/err.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>

#define WORKERS_MAX 600

/* Measured: a worker with its lab, its share of the runner's pages left out. */
#define WORKER_KIB 1229

/* Open files of the runner that are no worker's: records, reports, epoll and the standard three. */
#define RUNNER_FILES 32

/* Enough for a cell that uses every port of an address; more would only cost. */
#define FILES_MAX (1u << 18)

/* A lab of three hosts, its sockets, and a few connections. */
#define FILES_MIN 64

int limits_raise(struct err *err)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(err, "ask for the limit of open files");
	if (files.rlim_max < FILES_MIN)
		return err_set(
			err, EMFILE,
			"%llu open files are too few for a lab; allow at least %d (ulimit -Hn)",
			(unsigned long long)files.rlim_max, FILES_MIN);
	if (files.rlim_cur >= files.rlim_max || files.rlim_cur >= FILES_MAX)
		return 0;
	files.rlim_cur = files.rlim_max < FILES_MAX ? files.rlim_max : FILES_MAX;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		return err_sys(err, "raise the limit of open files");
	return 0;
}

/* MemAvailable; 0 if it cannot be read. */
static uint64_t memory_available_kib(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %llu", &kib) == 1)
			break;
	}
	fclose(file);
	return kib;
}

unsigned limits_workers(void)
{
	uint64_t kib = memory_available_kib();
	uint64_t workers = WORKERS_MAX;
	struct rlimit files;

	if (kib && kib / WORKER_KIB < workers)
		workers = kib / WORKER_KIB;
	if (!getrlimit(RLIMIT_NOFILE, &files) && files.rlim_cur < workers + RUNNER_FILES)
		workers = files.rlim_cur > RUNNER_FILES ? files.rlim_cur - RUNNER_FILES : 1;
	return workers ? workers : 1;
}

unsigned limits_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return CPU_COUNT(&set);
}

void limits_stay(unsigned nth)
{
	cpu_set_t allowed, one;
	unsigned n;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0 || !CPU_COUNT(&allowed))
		return;
	n = nth % CPU_COUNT(&allowed);
	for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed) || n--)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}
