/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tell: what a guest has to be told before an order, since it was not forked with it in its memory.
 */
#ifndef AFTERCLOSE_TARGET_TELL_H
#define AFTERCLOSE_TARGET_TELL_H

#include "base/text.h"
#include "target/task.h"

/* What one guest knows. Zero-initialised is nothing. */
struct told {
	bool task;
	char *baseline;			   /* as it was told last */
	const struct scenario **scenarios; /* a scenario's number is its place here */
	size_t n_scenarios;
};

/* Messages for what it does not know yet. */
void tell_task(struct told *told, const struct worker_task *task, struct text *out);
void tell_job(struct told *told, const struct job *job, struct text *out);

void told_free(struct told *told);

#endif
