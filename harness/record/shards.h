/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shards: the files of records that the parts of one run wrote (`run --shard I/N`), put together.
 * Each of their records says which place of which plan it fills, so that it shows whether all are
 * there, and their order is the plan's: target by target, repetition by repetition.
 */
#ifndef AFTERCLOSE_RECORD_SHARDS_H
#define AFTERCLOSE_RECORD_SHARDS_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct shards {
	const char *const *paths; /* borrowed */
	size_t n_paths;
	struct shard_line *lines; /* one a record */
	size_t n_lines;
	json_t *references; /* lines that cells refer to, by id, in order of appearance */
	json_t *targets;    /* names, in the run's order */
	json_t *first;	    /* a record's head, which the others are compared with */
	json_t *kernels;    /* ids, by the target's name */
	struct shard_part *parts;
	size_t n_parts;
	int64_t n_all, repeat;
};

/* Where a record is, and its place in the whole run. */
struct shard_line {
	size_t file, target, repetition;
	int64_t place, part, offset;
	char *scenario;
};

/*
 * Read every file, and put the lines in order. Errors: EINVAL with one message: files of different
 * runs (in cells, options, kernels, or the tool) or without shards, a shard given twice, one that
 * is missing or was cut short.
 */
int shards_open(const char *const *paths, size_t n_paths, struct shards *ret, struct err *err);
void shards_free(struct shards *shards);

/* The records in order, each read whole. fn returns other than 0 to stop. */
int shards_read(const struct shards *shards, int (*fn)(void *ctx, json_t *record, struct err *err),
		void *ctx, struct err *err);

#endif
