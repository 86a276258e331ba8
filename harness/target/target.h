/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target: a place where cells run. On `host` a pool of worker processes plays them on the kernel
 * that runs, one cell at a time each; a crash or a hang costs one cell.
 *
 * A worker tells the pool when its cell begins to wait for long (a TIME_WAIT of a minute), and when
 * it goes on: a waiting cell takes no place among the cells that use the processors, so hundreds
 * of them wait side by side.
 */
#ifndef AFTERCLOSE_TARGET_TARGET_H
#define AFTERCLOSE_TARGET_TARGET_H

#include "base/err.h"
#include "lab/feature.h"
#include "lab/sysctl.h"
#include "netem/rule.h"
#include "record/judge.h"
#include "scenario/cell.h"

#include <jansson.h>

struct run_options {
	unsigned jobs;	      /* cells at work at once, waiting ones not counted; 0: 2 a core */
	unsigned workers_max; /* 0: what descriptors and memory allow, up to 600 */
	uint64_t seed;
	enum netem_by netem;
	bool fail_fast;
	int64_t timeout_ns; /* of a cell; 0: its scenario's limit */
	const struct settings *baseline[HOSTS_MAX];
	void (*progress)(void *ctx, size_t waiting); /* how many cells wait now; NULL: untold */
};

/* Called in order of completion with each finished, judged record (borrowed). False stops the run.
 */
typedef bool (*record_fn)(void *ctx, const struct cell *cell, json_t *record);

/*
 * Probe the kernel in a child of its own, so that this process stays where it is; and build one
 * lab there with the baseline. Errors: why no cell can run, and EINVAL where the kernel refuses a
 * value of the baseline.
 */
int host_probe(const struct run_options *options, struct features *ret, struct err *err);

/*
 * Run cells on this kernel. An inconclusive cell is run once more alone at the end, and both
 * attempts are recorded. Ctrl-C (SIGINT, SIGTERM) stops it: -EINTR, and whatever was complete was
 * given to fn. Errors before the first cell are the environment's: those of bench_open().
 */
int host_run(const struct cell *const *cells, size_t n_cells, const struct features *features,
	     const char *kernel_id, const struct run_options *options, record_fn fn, void *ctx,
	     struct err *err);

#endif
