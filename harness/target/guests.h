/* SPDX-License-Identifier: GPL-2.0-or-later */
/* guests: one kernel's guests during a run: their pool, and the first of them booted. */
#ifndef AFTERCLOSE_TARGET_GUESTS_H
#define AFTERCLOSE_TARGET_GUESTS_H

#include "target/pool.h"

struct guests {
	const struct guest_kind *kind;
	struct kernel kernel;
	char *program;
	struct worker_task task; /* without cells until the run */
	struct pool pool;
};

/* Boot one guest and learn its features. target: its name and options are there already. */
int guests_open(const struct guest_kind *kind, const char *kernel, struct target *target,
		struct err *err);
void guests_close(struct guests *guests);

#endif
