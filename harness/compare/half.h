/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * half: one half of a comparison: the cells of one run on one kernel, each reduced to what is
 * compared. Several records of a cell (--repeat, or files joined) become one: where they differ, a
 * fact has several values.
 */
#ifndef AFTERCLOSE_COMPARE_HALF_H
#define AFTERCLOSE_COMPARE_HALF_H

#include "base/intern.h"
#include "record/judge.h"

#include <jansson.h>

enum half_kind { HALF_PLAIN, HALF_TIME, HALF_COUNTER };

/* What was observed of one fact; texts are interned in the half. */
struct half_fact {
	const char *name;
	enum half_kind kind;
	const char *value;     /* several ones of repeats: "ok or pending", sorted */
	int64_t min, max;      /* of a time in ns, of a number or counter */
	const char *expected;  /* by the rule that settled it; NULL: none did */
	bool missed;	       /* that rule was not met */
	unsigned line, column; /* where that rule stands in its file */
};

struct half_cell {
	const char *id, *scenario, *hash;
	const char **dimensions, **values;
	size_t n_dimensions;
	enum verdict verdict; /* of its first record that passed or failed, if one did */
	bool mixed;	      /* some repeats passed, some failed */
	bool random;	      /* the kernel draws what facts hang on */
	bool link_drew;	      /* what became of a segment was chance */
	int64_t seed;	      /* its first record's; 0: none is said */
	const char *kernel;   /* the id of that which played it, its first record's */
	const char *reason;   /* of a skip or error; "" */
	int64_t noise_ns;     /* the most of its records */
	unsigned hz;
	struct half_fact *facts; /* sorted by name */
	size_t n_facts, n_records;
};

struct half {
	char *name; /* what it is called: the file, or the settings */
	struct half_cell *cells;
	size_t n_cells;
	json_t *index;	 /* id -> position in cells */
	json_t *kernels; /* id -> its line */
	json_t *places;	 /* "host:6.1.0" -> number of records met there */
	struct intern strings;
};

void half_init(struct half *half, const char *name);
void half_free(struct half *half);
#define _cleanup_half_ __attribute__((cleanup(half_free)))

/* A kernel line, or a cell's record. Negative controls are left out: each plays what another cell
 * plays, and is about the rules. */
void half_add(struct half *half, const json_t *line);

/* What was observed in `like`, as an observation of the cell `as`; both are of another half. */
void half_add_as(struct half *half, const struct half_cell *like, const struct half_cell *as);

/*
 * Read FILE[:PLACE]. A comparison is of one kernel with another, so where a file holds records of
 * several, PLACE says which: a target (uml), a release (6.12.1), TARGET:RELEASE, or a kernel's id.
 * Errors: EINVAL names the places there are; those of records_read(). A line cut short is said in
 * ret_cut.
 */
int half_load(struct half *half, const char *spec, size_t *ret_cut, struct err *err);

const struct half_cell *half_find(const struct half *half, const char *id);
const struct half_fact *half_fact(const struct half_cell *cell, const char *name);

/* What stands in its place where it is not there: "0", "reached" of an await, else "nothing". */
const char *half_absent(const struct half_fact *fact);

/* Has it a pass or a fail, so that its facts can be compared? */
bool half_cell_conclusive(const struct half_cell *cell);

/* One kernel's name for a heading: "host, Linux 6.18.44, HZ 250, seed 1", the seed where
 * all cells have one. The caller frees. */
char *half_place(const struct half *half);

#endif
