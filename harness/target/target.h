/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target: a place where cells run: `host`, the kernel that runs, or a guest's. A pool of workers
 * plays them, one cell at a time each; a crash or a hang costs one cell.
 *
 * On `host` a worker tells the pool when its cell begins to wait for long (a TIME_WAIT of a
 * minute), and when it goes on: a waiting cell takes no place among the cells that use the
 * processors, so hundreds of them wait side by side. In a guest's virtual time waiting costs
 * nothing, and there are as many guests as processors.
 */
#ifndef AFTERCLOSE_TARGET_TARGET_H
#define AFTERCLOSE_TARGET_TARGET_H

#include "base/err.h"
#include "coverage/coverage.h"
#include "lab/feature.h"
#include "lab/settings.h"
#include "netem/rule.h"
#include "play/with.h"
#include "record/judge.h"
#include "scenario/cell.h"

#include <jansson.h>

struct run_options {
	unsigned jobs;	      /* cells at work at once, waiting ones not counted; 0: 2 a core, and
			       * guests 1 a core */
	unsigned workers_max; /* 0: what descriptors and memory allow, up to 600 */
	uint64_t seed;
	enum netem_by netem;
	bool fail_fast;
	int64_t timeout_ns; /* of a cell; 0: its scenario's limit */
	int64_t late_ns;    /* as in play_options */
	const struct settings *baseline[HOSTS_MAX];
	const struct with *with[HOSTS_MAX]; /* programs in the place of stand-ins; NULL: none */
	struct coverage *coverage;	    /* gets what lines cells executed; NULL: uncounted */
	void (*progress)(void *ctx, size_t waiting); /* how many cells wait now; NULL: untold */
};

/* A cell, and what its hosts have for a baseline: HOSTS_MAX of them, as in run_options. */
struct job {
	const struct cell *cell;
	const struct settings *const *baseline;
};

/* Called in order of completion with each finished, judged record (borrowed). False stops the run.
 */
typedef bool (*record_fn)(void *ctx, const struct cell *cell, json_t *record);

struct target {
	char *name; /* "host", "uml:linux-6.12" */
	bool exact; /* its records' times are canonical */
	struct features features;
	json_t *kernel;	       /* the records' kernel line */
	char *remark;	       /* how its guests boot, where a person should know; or NULL */
	struct guests *guests; /* NULL on `host` */
	const struct run_options *options; /* the caller's */
};

/*
 * spec: "host", or "KIND[:KERNEL]" with a kernel of `afterclose kernel list`; without KERNEL the
 * one that was built or fetched last. Boots the first guest, and builds one lab there with the
 * baseline. Errors: EDOM no such target, or one that cannot count its lines; ENOENT no such kernel,
 * why no cell can run, EINVAL the kernel refuses a value of the baseline; EINTR a signal.
 */
int target_open(const char *spec, const struct run_options *options, struct target *ret,
		struct err *err);
void target_close(struct target *target);

/* Every kind's name, for usage texts and doctor; NULL past the last. */
const char *target_kind_nth(size_t i);

/*
 * Run cells there. An inconclusive cell is run once more alone at the end, and both attempts are
 * recorded. Ctrl-C (SIGINT, SIGTERM) stops it: -EINTR, and whatever was complete was given to fn.
 * Errors before the first cell are the environment's: those of bench_open().
 */
int target_run(struct target *target, const struct cell *const *cells, size_t n_cells, record_fn fn,
	       void *ctx, struct err *err);

/* The same, where each cell has a baseline of its own in place of the target's. A value that the
 * kernel refuses there is the cell's error. */
int target_run_jobs(struct target *target, const struct job *jobs, size_t n_jobs, record_fn fn,
		    void *ctx, struct err *err);

/*
 * Probe this kernel in a child of its own, so that this process stays where it is; and build one
 * lab there with the baseline. Errors: as target_open().
 */
int host_probe(const struct run_options *options, struct features *ret, struct err *err);

#endif
