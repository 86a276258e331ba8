/* SPDX-License-Identifier: GPL-2.0-or-later */
/* advise_runs: the records that advice is drawn from: played, or read from a file. */
#ifndef AFTERCLOSE_CMD_ADVISE_RUNS_H
#define AFTERCLOSE_CMD_ADVISE_RUNS_H

#include "cmd/advise_plan.h"
#include "cmd/session.h"
#include "compare/half.h"

/* What was played under one set of lines. */
struct run_under {
	line_set lines;
	struct half half;
	json_t *bits; /* a cell's id -> a hash of its canonical part */
	struct cell_list queue;
};

struct runs {
	const struct plan *plan;
	const struct session_options *options;
	const struct session *session; /* NULL: nothing is played */
	bool exact;		       /* canonical parts are the same to the bit */
	struct run_under *of;
	size_t n;
	const char *out_path;
	FILE *out; /* NULL: records are not kept */
	size_t n_played;
};

void runs_init(struct runs *runs, const struct plan *plan);
void runs_free(struct runs *runs);

/* A record that was read. False: made under settings that are no set of these lines, or the
 * scenario has changed since. */
bool runs_take(struct runs *runs, const json_t *record);

/* Which lines does the kernel refuse? Marks them. Returns 0 or the exit code with its error said.
 */
int runs_probe(struct runs *runs, struct plan *plan);

/* Queue what this set of lines does to a cell, if it is not there yet. */
void runs_want(struct runs *runs, const struct cell *cell, line_set lines);
void runs_want_all(struct runs *runs, line_set lines); /* to all cells of the plan */

/* Play what is queued. Returns 0 or the exit code with its error said. */
int runs_play(struct runs *runs);

/* What is known of this set of lines in a cell; NULL: nothing. */
const struct half_cell *runs_find(const struct runs *runs, const struct cell *cell, line_set lines);

/* Does this kernel leave the cell out, as its record without any line says? */
bool runs_skipped(const struct runs *runs, const struct cell *cell);

/* Are the lines among some that together make no difference to the cell, as far as that was played?
 * Then each of them alone is taken to make none. */
bool runs_idle(const struct runs *runs, const struct cell *cell, line_set lines);

/* Are both the same, to the bit where that is promised, else in all that was observed? */
bool runs_same(const struct runs *runs, const struct cell *cell, line_set a, line_set b);

#endif
