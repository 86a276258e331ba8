/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record: everything one cell yielded, as one JSON object a line. docs/record.md is its reference.
 *
 * A file of records holds three types of line. A "kernel" line comes once before the first cell
 * that ran on that kernel; cells name it by id:
 *
 *   {"type": "kernel", "schema": 1, "tool": "0.1.0", "id": HEX, "release": TEXT, "version": TEXT,
 *    "hz": 250, "has": [...], "counters": [...]}
 *
 * A "scenario" line (record/outline.h) comes before the first cell of that scenario; cells name it
 * by its id, their hash.
 *
 * A "cell" line:
 *   {"type": "cell", "schema": 1, "tool": "0.1.0", "kernel": ID, "target": "host" | "uml:KERNEL",
 *    "scenario": NAME, "file": PATH, "hash": HEX, "cell": ID, "dimensions": {NAME: VALUE...},
 *    "judged_as": {NAME: VALUE...},        a negative control only; "settings": of --sysctl
 *    "canonical": {
 *      "netem": "wire" | "kernel",         who carried the link's rule out
 *      "facts": {NAME: "word" | 3 | {"ns": 5}...},
 *      "segments": [SEGMENT...],
 *      "states": [STATE...],
 *      "counters": {HOST: {NAME: DELTA...}...},        those that moved
 *      "missed": [{"step": 7, "line": 31, "what": TEXT}...]},   awaits that were not reached
 *      "unsettled": [NAME...],             facts that frames of unknown fate leave open, if any
 *      "random": TEXT},                    what the kernel draws, and facts hang on, if any
 *    "volatile": {...},                   times, process ids, the seed
 *    "skip": TEXT, "error": TEXT, "known": TEXT,      where there is one
 *    "verdict": "pass" | "fail" | "skip" | "inconclusive" | "error" | "known",
 *    "judged": [{"fact", "expected", "observed", "verdict", "line", "column", "must_fail": true in
 *      a negative control}...],
 *    "rfc": [{"fact", "expected", "observed", "deviates": true, "source", "line"}...]}
 */
#ifndef AFTERCLOSE_RECORD_RECORD_H
#define AFTERCLOSE_RECORD_RECORD_H

#include "base/err.h"
#include "lab/feature.h"
#include "scenario/cell.h"
#include "scenario/value.h"

#include <jansson.h>
#include <stdio.h>

#define RECORD_SCHEMA 1

/* What every line begins with: its type, and the versions. New reference. */
json_t *record_head(const char *type);

/* The head of a cell's record: everything but canonical, volatile and verdict. New reference. */
json_t *record_new(const struct cell *cell, const char *kernel_id, const char *target);

/* A kernel line; its id is a hash of its content. New reference. */
json_t *record_kernel(const struct features *features);
int record_kernel_features(const json_t *kernel, struct features *ret, struct err *err);

/* Facts. set_fact takes the value as the fact's type says. A counter's fact ("server PAWSEstab")
 * is read from "counters". False: the record has no such fact. */
void record_set_fact(json_t *record, const char *name, const struct value *value);
bool record_fact(const json_t *record, const char *name, const struct fact_spec *spec,
		 struct value *ret);

/* Say that a fact is left open, by frames of which nobody knows what became of them. */
void record_add_unsettled(json_t *record, const char *name);
bool record_unsettled(const json_t *record, const char *name);

/* The fact that a guest's kernel warned of something while the cell ran: the warning's first line,
 * or "none". No rule can ask for it, and anything but "none" fails the cell. */
#define RECORD_WARNING "kernel.warning"

/* Members of any object of a record; preset where there is none of that type. */
const char *record_text(const json_t *object, const char *key, const char *preset);
int64_t record_number(const json_t *object, const char *key, int64_t preset);

/* "segment_us", "state_us" or "step_us", in whichever part the target put it; NULL: none. */
const json_t *record_times(const json_t *record, const char *name);

/* One line, flushed. Errors: ENOSPC and the like, with the file's name. */
int record_write(FILE *file, const char *path, const json_t *record, struct err *err);

/*
 * A file of records, line by line. fn borrows each line, and stops the reading where it returns
 * other than 0, which is returned then. without_segments: leave out what is large and seldom asked
 * for, the lists of segments, states and times; reading is several times as fast.
 * A last line cut short by a crash is left out and counted in ret_cut.
 */
typedef int (*record_line_fn)(void *ctx, json_t *line, struct err *err);
int records_read(const char *path, bool without_segments, record_line_fn fn, void *ctx,
		 size_t *ret_cut, struct err *err);

/* The same without what the cells yielded: which ones there are, and their verdicts. */
int records_read_heads(const char *path, record_line_fn fn, void *ctx, size_t *ret_cut,
		       struct err *err);
bool record_is_cell(const json_t *line);
bool record_is_kernel(const json_t *line);
/* The same, with the offset of each line in the file, where record_read_at() finds it again. */
typedef int (*record_line_at_fn)(void *ctx, json_t *line, int64_t offset, struct err *err);
int records_read_at(const char *path, record_line_at_fn fn, void *ctx, size_t *ret_cut,
		    struct err *err);
int record_read_at(FILE *file, const char *path, int64_t offset, json_t **ret, struct err *err);

struct records { /* a file of them, read whole */
	json_t **kernels;
	size_t n_kernels;
	json_t **scenarios;
	size_t n_scenarios;
	json_t **cells;
	size_t n_cells;
	size_t cut; /* lines that were cut short */
};

int records_load(const char *path, struct records *ret, struct err *err);
/* A record_line_fn whose ctx, a struct records, keeps the line. */
int records_keep(void *ctx, json_t *line, struct err *err);
void records_free(struct records *records);
const json_t *records_kernel(const struct records *records, const json_t *cell);
/* The last record of a cell: what it came to at the end. NULL: there is none. */
json_t *record_find(json_t *const *records, size_t n, const char *cell);

#endif
