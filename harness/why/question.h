/* SPDX-License-Identifier: GPL-2.0-or-later */
/* question: the facts that differ between A and B, and where another cell stands between the two.
 */
#ifndef AFTERCLOSE_WHY_QUESTION_H
#define AFTERCLOSE_WHY_QUESTION_H

#include "compare/half.h"
#include "why/flip.h"

struct asked {
	char *fact;
	char *a, *b; /* what it is there */
	bool any;    /* no rule tells the two apart: every other value is another one */
};

struct question {
	const struct half_cell *a, *b; /* the caller's */
	struct asked *of;
	size_t n;
	size_t n_other; /* facts that differ, of which no outcome depends */
};

/*
 * facts: those that are meant; none: all outcomes (compare/change.h) that differ. Both cells passed
 * or failed. Errors: ENOENT one that is meant does not differ. Free in any case.
 */
int question_ask(const struct half_cell *a, const struct half_cell *b, const char *const *facts,
		 size_t n_facts, struct question *ret, struct err *err);
void question_free(struct question *question);
#define _cleanup_question_ __attribute__((cleanup(question_free)))

/* cell: NULL, or one that neither passed nor failed, is untold. */
enum stand question_stand(const struct question *question, size_t fact,
			  const struct half_cell *cell);

/* What the fact is there; a value that A's cannot be told from is A's. The caller frees. */
char *question_shown(const struct question *question, size_t fact, const struct half_cell *cell);

#endif
