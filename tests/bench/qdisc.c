// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-qdisc: what it takes to set each profile by the kernel's netem and to read it back: the
 * median and the 99th percentile over all of them. Exit code 77: this kernel has no sch_netem.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "lab/bench.h"
#include "lab/link.h"
#include "lab/qdisc.h"
#include "netem/profile.h"

#include <errno.h>
#include <stdio.h>

#define LO_IFINDEX 1
#define ROUNDS	   100
#define SKIPPED	   77

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int profiles_time(struct bench *bench, int64_t *ret_ns, size_t *ret_n, struct err *err)
{
	struct netem_profile profile;
	int r = 0;

	for (size_t i = 0; !r && i < ROUNDS * netem_n_profile_files; i++) {
		int64_t began_ns;

		r = netem_profile_parse(&netem_profile_files[i % netem_n_profile_files], &profile,
					err);
		if (r || netem_rule_is_none(&profile.link.up))
			continue;
		r = qdisc_clear(bench->wire, LO_IFINDEX, err);
		if (r)
			continue;
		began_ns = clock_now_ns();
		r = qdisc_set_netem(bench->wire, LO_IFINDEX, &profile.link.up, err);
		ret_ns[(*ret_n)++] = clock_now_ns() - began_ns;
	}
	return r;
}

int main(void)
{
	_cleanup_free_ int64_t *took_ns =
		mem_zalloc(ROUNDS * netem_n_profile_files * sizeof(*took_ns));
	struct bench bench;
	struct err err;
	size_t n = 0;
	int r = bench_open(&bench, &err);

	if (!r)
		r = link_set_up(bench.wire, LO_IFINDEX, LINK_MTU, &err);
	if (!r)
		r = profiles_time(&bench, took_ns, &n, &err);
	bench_close(&bench);
	if (r) {
		fprintf(stderr, "bench-qdisc: %s\n", err.msg);
		return r == -EOPNOTSUPP ? SKIPPED : 1;
	}
	qsort(took_ns, n, sizeof(*took_ns), by_size);
	printf("qdisc median_us %.0f p99_us %.0f profiles %zu\n",
	       took_ns[n / 2] / (double)NS_PER_US, took_ns[n * 99 / 100] / (double)NS_PER_US, n);
	return 0;
}
