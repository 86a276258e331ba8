/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report: a run as its readers want it, drawn from records only, while they come.
 *
 * A report is opened with the plan (how many cells of which scenario will come), is given the
 * kernel and each record in order of completion, and is closed. A scenario's cells may come mixed
 * with those of others; a format writes a scenario's part when its last cell has come.
 */
#ifndef AFTERCLOSE_REPORT_REPORT_H
#define AFTERCLOSE_REPORT_REPORT_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct report;

/* Zero-initialised is empty and valid. */
struct report_plan {
	struct planned {
		char *scenario;
		char *title;
		size_t n_cells;
	} * of;
	size_t n;
	bool by_target; /* several targets: a scenario is told of each apart */
};

/* One more cell of a scenario will come. title may be NULL. */
void report_plan_add(struct report_plan *plan, const char *scenario, const char *title);

/* The same where the plan is by_target. */
void report_plan_add_at(struct report_plan *plan, const char *target, const char *scenario,
			const char *title);
void report_plan_free(struct report_plan *plan);

/* The formats' names and what they are, for usage texts; false past the last. */
bool report_format_nth(size_t i, const char **ret_name, const char **ret_what);

/*
 * spec: FORMAT or FORMAT:FILE; without FILE the report goes to console (borrowed). Colours and the
 * progress line only where that is a terminal. The plan is copied.
 * Errors: EINVAL unknown format, and those of opening FILE for writing.
 */
int report_open(const char *spec, const struct report_plan *plan, FILE *console,
		struct report **ret, struct err *err);

/* A line that cells refer to: of a kernel, or of a scenario. */
void report_reference(struct report *report, const json_t *line);
void report_cell(struct report *report, const json_t *record);

/* How many cells wait now: draws the progress line, at most ten times a second. */
void report_progress(struct report *report, size_t waiting);

/*
 * Write what is left, flush and free. elapsed_ns: how long the run took; -1: nothing was run.
 * Errors: ENOSPC, EIO and the like, with the file's name; the report is freed all the same.
 */
int report_close(struct report *report, int64_t elapsed_ns, struct err *err);

#endif
