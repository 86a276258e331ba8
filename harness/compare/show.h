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

/* The findings alone, for a part of something larger: empty if there are none. */
void findings_show_text(const json_t *findings, bool all, struct text *out);
void findings_show_markdown(const json_t *findings, bool all, struct text *out);

/* "with timestamps=1 in 48 of 48 cells; nowhere else" */
void finding_where(const json_t *finding, struct text *out);

/* A class of findings as a chapter. */
struct finding_class {
	const char *class;
	bool accepted; /* those that are, or those that are not */
	bool chance;   /* may be chance: hidden where nothing explains it */
	const char *heading;
};
extern const struct finding_class finding_classes[];
extern const size_t n_finding_classes;

/* Is the finding of this class? ret_hidden: it is told only if all are asked for. */
bool finding_is(const json_t *finding, const struct finding_class *class, bool *ret_hidden);

/* "2 changed outcomes, in 9 cells; besides: 3 times": one line without its end. */
void comparison_sum(const json_t *comparison, bool all, struct text *out);

#define FINDINGS_MAX 10 /* of a class that may be chance */

#endif
