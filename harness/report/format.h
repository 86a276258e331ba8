/* SPDX-License-Identifier: GPL-2.0-or-later */
/* format: what a report format is made of: one row of functions, and what report.c counts for it.
 */
#ifndef AFTERCLOSE_REPORT_FORMAT_H
#define AFTERCLOSE_REPORT_FORMAT_H

#include "base/err.h"
#include "base/text.h"
#include "record/judge.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How often something was seen; in the order in which it first was. */
struct tally {
	struct tallied {
		char *what;
		size_t n;
	} * of;
	size_t n;
};

void tally_add(struct tally *tally, const char *what);
void tally_free(struct tally *tally);

/* The verdicts of the cells that have one value of one dimension. */
struct column {
	char *dimension;
	char *value;
	size_t counts[N_VERDICTS];
};

/* One scenario's part of a run. */
struct chapter {
	const char *scenario, *title; /* with its target, where there are several */
	size_t n_planned, n_done, n_controls;
	size_t counts[N_VERDICTS];
	int64_t wall_us; /* of its cells, added up */
	struct column *columns;
	size_t n_columns;
	struct tally skips;	 /* reasons */
	struct tally known;	 /* failures: why */
	struct tally deviations; /* from an RFC: fact and section */
	struct text body;	 /* of formats that write a scenario in one piece */
	size_t n_shown;		 /* failures printed in full */
	bool written;
};

/* How many of its cells did not run; not 0 only after a run that was stopped. */
size_t chapter_left(const struct chapter *chapter);

/* "3 of 8 cells did not run: the run was stopped early" */
void left_words(const struct chapter *chapter, struct text *out);

/* One place in a scenario's file, and what is to be said there. */
struct note {
	const char *level; /* "error", "warning" */
	char *file;
	int64_t line, column;
	char *words; /* of the first cell */
	char *cell;
	size_t n_cells;
};

struct report {
	const struct report_format *format;
	FILE *out;
	char *path; /* NULL: out is borrowed */
	struct chapter *chapters;
	size_t n_suites, n_planned, n_done, n_written, waiting;
	size_t counts[N_VERDICTS];
	struct text failures, kernels; /* of formats that write them at the end */
	struct text commands;	       /* that play what failed again, a line each */
	size_t n_shown;		       /* cells in `failures` */
	struct note *notes;
	size_t n_notes;
	int64_t elapsed_ns, drawn_ns;
	void *own;	    /* what a format keeps besides; its `end` frees it */
	struct err failure; /* the first thing that could not be written; code 0: none */
	bool tty, colour, interrupted, by_target;
};

/* Any function but `cell` may be NULL. chapter comes after the scenario's last cell. */
struct report_format {
	const char *name;
	const char *what;
	bool plain;	/* it is for terminals: what it is given is record_plain() */
	bool directory; /* path is one, and the format writes its files: out is not used */
	bool unplayed;	/* after a run that was stopped, chapter() has those of which nothing ran */
	void (*begin)(struct report *report);
	void (*kernel)(struct report *report, const json_t *kernel);
	void (*scenario)(struct report *report, const json_t *scenario);
	void (*cell)(struct report *report, struct chapter *chapter, const json_t *record);
	void (*chapter)(struct report *report, struct chapter *chapter);
	void (*progress)(struct report *report);
	void (*end)(struct report *report);
};

extern const struct report_format format_terminal, format_ktap, format_junit, format_markdown,
	format_github, format_html, format_pcapng;

/* The record's misses, one a line: "third: expected dropped, observed delivered  (FILE:31:7)".
 * before goes in front of each, at most max are told. */
void misses_format(const json_t *record, const char *before, size_t max, struct text *out);

/* One row of "judged": "third: expected dropped, observed delivered". */
void miss_words(const json_t *row, struct text *out);

/* Why a cell has no verdict of pass or fail: its error, its skip, or how its failure is known; "".
 */
const char *record_reason(const json_t *record);

/* Is this row of "judged" what made its cell's verdict? */
bool row_missed(const json_t *row);

#endif
