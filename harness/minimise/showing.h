/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * showing: what a record shows that a smaller scenario is to show too: how some of its facts were
 * judged and what they were, or its error.
 */
#ifndef AFTERCLOSE_MINIMISE_SHOWING_H
#define AFTERCLOSE_MINIMISE_SHOWING_H

#include "base/err.h"
#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct showing {
	json_t *rows;  /* those of the record's "judged" that matter */
	bool is_error; /* the record's verdict is error: nothing else matters */
	char *error;   /* its text, without the numbers in it */
};

/*
 * facts: names among what was judged; none: all that failed, or the record's error. Errors: ENOENT
 * nothing was judged of a fact; EINVAL a record that passed and no facts, or one that shows nothing
 * (a skip, an inconclusive one).
 */
int showing_take(const json_t *record, const char *const *facts, size_t n_facts,
		 struct showing *ret, struct err *err);
void showing_free(struct showing *showing);
#define _cleanup_showing_ __attribute__((cleanup(showing_free)))

/* Does another record show the same? Words and numbers must be the same ones; a duration, and how
 * many were missed before a step, need only be judged alike. */
bool showing_in(const struct showing *showing, const json_t *record);

/* Is the fact one of those? */
bool showing_has(const struct showing *showing, const char *fact);

/* A line each: "third: delivered, expected dropped". */
void showing_words(const struct showing *showing, const char *before, struct text *out);

#endif
