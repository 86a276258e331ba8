/* SPDX-License-Identifier: GPL-2.0-or-later */
/* worker: the process that plays cells, one at a time, and keeps its bench from cell to cell. */
#ifndef AFTERCLOSE_TARGET_WORKER_H
#define AFTERCLOSE_TARGET_WORKER_H

#include "target/target.h"

#include <sys/types.h>

/* What every worker of a run knows from its fork on; nothing of it is sent. */
struct worker_task {
	const struct cell *const *cells;
	size_t n_cells;
	const struct features *features;
	const char *kernel_id;
	const struct run_options *options;
	struct jiffies_map jiffies; /* what the first worker learnt, for those forked later */
};

/* Die with the runner from now on. A change of credentials forgets this: call it again after one.
 */
void worker_die_with(pid_t runner);

/* Open a bench and play what is ordered over fd until the other side shuts it. Never returns. */
void worker_main(int fd, pid_t runner, const struct worker_task *task) __attribute__((noreturn));

#endif
