/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * known: a file of what is known to fail, or to have changed: of which cell or fact, why, and until
 * when. docs/compare.md is its reference.
 *
 * A known failure is shown and not counted; a cell that passes although it is known to fail, fails;
 * and an entry past its date counts no more.
 */
#ifndef AFTERCLOSE_RECORD_KNOWN_H
#define AFTERCLOSE_RECORD_KNOWN_H

#include "record/judge.h"

#define KNOWN_SIZE_MAX (256 * 1024)

/* One dimension, and the values that are meant. */
struct known_with {
	char *dimension;
	char **values;
	size_t n_values;
};

struct known_entry {
	struct place at;
	char *cell; /* the one cell's id; NULL: by scenario and with */
	char *scenario;
	struct known_with *with;
	size_t n_with;
	char *fact;	 /* NULL: whatever fails there */
	char **observed; /* what is seen of the fact; none: whatever it is */
	size_t n_observed;
	char *why;
	char *until; /* "2027-03-31" or "fixed" */
	bool expired;
	size_t n_met; /* how often it was asked about something that it names */
};

struct known {
	char *file;
	struct known_entry *of;
	size_t n;
};

/* A cell, as an entry sees it. */
struct known_cell {
	const char *id, *scenario;
	const char *const *dimensions, *const *values;
	size_t n_dimensions;
	bool control; /* met by its id only: it fails on purpose */
};

/* Errors: those of reading; EINVAL with FILE:LINE:COLUMN. */
int known_load(const char *path, struct known *ret, struct err *err);
void known_free(struct known *known);

/*
 * Hold a judged record against the file. Where each failed row is covered by an entry the record's
 * verdict becomes `known`, and its member "known" says by which; where an entry's cell or fact
 * passed, a row that says so is added and the verdict becomes `fail`.
 */
void known_apply(struct known *known, json_t *record);

/* The entry that covers this value of a cell's fact; NULL: none that is not past its date. */
const struct known_entry *known_find(struct known *known, const struct known_cell *cell,
				     const char *fact, const char *value);

/* What is to be said of an entry at the end, with its place: that it met nothing, that it is past
 * its date. False: nothing. */
bool known_remark(const struct known *known, size_t i, struct text *out);

#endif
