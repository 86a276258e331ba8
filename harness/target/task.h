/* SPDX-License-Identifier: GPL-2.0-or-later */
/* task: what every worker of a run knows; on `host` from its fork on, in a guest by a message. */
#ifndef AFTERCLOSE_TARGET_TASK_H
#define AFTERCLOSE_TARGET_TASK_H

#include "lab/jiffies.h"
#include "target/target.h"

struct worker_task {
	const struct job *jobs;
	size_t n_jobs;
	const struct features *features;
	const char *kernel_id;
	const char *target; /* as records name it */
	bool exact;	    /* times are part of what is canonical */
	bool counts;	    /* lines are counted (counts.h) */
	const struct run_options *options;
	struct jiffies_map jiffies; /* what the first fork learnt, for those forked later */
};

/* What a guest is told of it; and of a baseline other than the task's. The caller frees. */
char *task_encode(const struct worker_task *task);
char *baseline_encode(const struct settings *const baseline[HOSTS_MAX]);

/* The same inside a guest, where everything that it points to is its own. */
struct guest_task {
	struct worker_task task;
	struct run_options options;
	struct settings baseline[HOSTS_MAX];
	struct with with[HOSTS_MAX];
	char *target;
};

/* Each setting's status is as this kernel has it. Errors: EPROTO not what task_encode() makes. */
int task_decode(const char *bytes, size_t len, struct guest_task *ret, struct err *err);
/* The task's baseline from now on. Errors: EPROTO not what baseline_encode() makes. */
int baseline_decode(const char *bytes, size_t len, struct guest_task *task, struct err *err);

#endif
