/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advise_plan: which cell, under which settings, tells what a line does.
 *
 * A line reaches a cell in one of three ways. Where the cell's scenario varies that sysctl, the
 * cell with the line's value is the same as the cell with the baseline's, moved along that
 * dimension; neither needs the settings. Where that dimension has other values only, the line's
 * stands in place of the baseline's. Elsewhere the settings are the hosts' baseline; where the
 * scenario sets the sysctl of both ends itself, the line has no say. So what a set of lines does to
 * a cell is the record of the moved cell under those lines that reach it by the baseline, and many
 * sets share one record.
 */
#ifndef AFTERCLOSE_CMD_ADVISE_PLAN_H
#define AFTERCLOSE_CMD_ADVISE_PLAN_H

#include "cmd/select.h"
#include "lab/feature.h"
#include "lab/knob.h"
#include "lab/settings.h"

#include <jansson.h>

#define PLAN_LINES_MAX 128 /* more than there are knobs */

/* A line that changes the baseline on this kernel. */
struct plan_line {
	const struct setting *setting;
	const struct knob *knob;
	char *refused; /* the kernel's word on its value; NULL: it takes it */
};

struct plan {
	const struct suite *suite;
	const struct features *features;
	json_t *index; /* a cell's id -> its number among all of the suite's */
	const struct cell **all;
	size_t n_all;
	struct plan_line lines[PLAN_LINES_MAX];
	size_t n_lines;
	size_t order[PLAN_LINES_MAX]; /* of the lines: what is in every handshake comes first */
	struct cell_list cells; /* of those that some line reaches, with the baseline's values */
	size_t n_reached;	/* how many these are */
	unsigned cover;		/* by which they were chosen; 0: all are there */
};

/* A set of lines, by their numbers. */
typedef unsigned __int128 line_set;

static inline line_set line_bit(size_t line)
{
	return (line_set)1 << line;
}

int lines_count(line_set lines);
size_t lines_first(line_set lines); /* of a set that is not empty */

/* Errors: E2BIG more than PLAN_LINES_MAX lines change something. selected: borrowed. */
int plan_open(const struct suite *suite, const struct settings *settings,
	      const struct features *features, struct plan *ret, struct err *err);
/* Choose the cells, once it is known which lines the kernel refuses: all of those whose scenario
 * varies a line's sysctl, and of the others as cover_choose() has it. cover: 0 for all. What varies
 * a sysctl that this kernel lacks is none of them: it would be skipped. */
void plan_choose(struct plan *plan, const struct cell_list *selected, unsigned cover);
void plan_close(struct plan *plan);

/* The lines that the kernel refuses: [{"name", "value", "why"}...], a new reference; and marked as
 * such a list says, which may be NULL. */
json_t *plan_refused(const struct plan *plan);
void plan_refuse(struct plan *plan, const json_t *refused);

/* All lines that the kernel takes; these without the first n of the order. */
line_set plan_all(const struct plan *plan);
line_set plan_rest(const struct plan *plan, size_t n);

/* Does one of these lines reach this cell, in any way? */
bool plan_reaches(const struct plan *plan, const struct cell *cell, line_set lines);

/* Which record it is: the cell to play, and under which lines. NULL: the scenario leaves that cell
 * out. */
const struct cell *plan_record(const struct plan *plan, const struct cell *cell, line_set lines,
			       line_set *ret_under);

/* These lines as settings; free the array. */
struct settings plan_settings(const struct plan *plan, line_set lines);

#endif
