// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-lab: what it costs to open and close the lab of a cell, the bench being kept: the median
 * and the 90th percentile of wall time, and the CPU a lab. Prints one line a topology.
 *
 *     bench-lab [LABS]
 */
#include "base/clock.h"
#include "base/mem.h"
#include "lab/lab.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define LABS_MAX 100000

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t cpu_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * NS_PER_S +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * NS_PER_US;
}

static int lab_time(struct bench *bench, const struct lab_spec *spec, int64_t *ret_ns,
		    struct err *err)
{
	int64_t began = clock_now_ns();
	struct lab lab = {0};

	if (lab_open(bench, spec, &lab, err) < 0)
		return -err->code;
	lab_close(&lab);
	*ret_ns = clock_now_ns() - began;
	return 0;
}

static int labs_time(struct bench *bench, const char *name, const struct lab_spec *spec, size_t n,
		     struct err *err)
{
	_cleanup_free_ int64_t *took_ns = mem_zalloc(n * sizeof(*took_ns));
	int64_t cpu_began = cpu_ns();

	for (size_t i = 0; i < n; i++) {
		if (lab_time(bench, spec, &took_ns[i], err) < 0)
			return -err->code;
	}
	cpu_began = cpu_ns() - cpu_began;
	qsort(took_ns, n, sizeof(*took_ns), by_size);
	printf("%s median_ms %.2f p90_ms %.2f cpu_ms %.2f labs %zu\n", name,
	       took_ns[n / 2] / (double)NS_PER_MS, took_ns[n * 9 / 10] / (double)NS_PER_MS,
	       cpu_began / (double)NS_PER_MS / n, n);
	return 0;
}

int main(int argc, char **argv)
{
	/* As cells have them: of one family. */
	struct lab_spec link = {.topology = TOPOLOGY_LINK, .family = AF_INET};
	struct lab_spec link6 = {.topology = TOPOLOGY_LINK, .family = AF_INET6};
	struct lab_spec three = {.topology = TOPOLOGY_LINK, .family = AF_INET, .client2 = true};
	struct lab_spec loopback = {.topology = TOPOLOGY_LOOPBACK, .family = AF_INET};
	struct bench bench = {0};
	struct err err = {0};
	int64_t n = 300;

	if (argc > 1 && (!number_parse(argv[1], &n) || n < 1 || n > LABS_MAX)) {
		fprintf(stderr, "usage: bench-lab [LABS]\n");
		return 2;
	}
	if (bench_open(&bench, &err) < 0 || labs_time(&bench, "link", &link, n, &err) < 0 ||
	    labs_time(&bench, "link-ipv6", &link6, n, &err) < 0 ||
	    labs_time(&bench, "link+client2", &three, n, &err) < 0 ||
	    labs_time(&bench, "loopback", &loopback, n, &err) < 0)
		fprintf(stderr, "bench-lab: %s\n", err.msg);
	bench_close(&bench);
	return err.code ? 1 : 0;
}
