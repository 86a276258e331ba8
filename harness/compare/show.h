/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show: a comparison told to a person, from the JSON of compare_halves() alone. */
#ifndef AFTERCLOSE_COMPARE_SHOW_H
#define AFTERCLOSE_COMPARE_SHOW_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>

/*
 * all: every finding. Otherwise, of facts that no rule settles, times and counters only those that
 * dimension values explain without exception, since the others may be chance; and of each class
 * ten.
 */
void compare_show_text(const json_t *comparison, bool all, struct text *out);
void compare_show_markdown(const json_t *comparison, bool all, struct text *out);
void compare_show_html(const json_t *comparison, bool all, struct text *out);

/* The findings alone, for a part of something larger: empty if there are none. */
void findings_show_text(const json_t *findings, bool all, struct text *out);
void findings_show_markdown(const json_t *findings, bool all, struct text *out);
void findings_show_html(const json_t *findings, bool all, struct text *out);

/* "with timestamps=1 in 48 of 48 cells; nowhere else" */
void finding_where(const json_t *finding, struct text *out);

/* A row of a table: scenario, fact, was and now by code, and where it is by words. */
typedef void column_fn(struct text *out, const char *s);
void finding_row(const json_t *finding, column_fn *code, column_fn *words, struct text *out);

/* How a format words a chapter of findings. */
struct finding_wording {
	void (*heading)(const char *heading, struct text *out);
	/* before: the one told before it in the chapter, or NULL. */
	void (*finding)(const json_t *finding, const json_t *before, struct text *out);
	void (*hidden)(size_t n, struct text *out);
	void (*end)(struct text *out); /* of a chapter; NULL: nothing is said there */
};

/* Chapter by chapter, those that are told. */
void findings_show(const json_t *findings, bool all, const struct finding_wording *wording,
		   struct text *out);

/* "2 changed outcomes, in 9 cells; besides: 3 times": one line without its end. */
void comparison_sum(const json_t *comparison, bool all, struct text *out);

#endif
