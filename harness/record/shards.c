// SPDX-License-Identifier: GPL-2.0-or-later
/* shards: owns whether files of records are all parts of one run, and the order of their records.
 */
#include "record/shards.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct shard_part {
	int64_t n_cells, n_missing; /* of the plan: as its records say, and not found */
	size_t file;		    /* that it came from; SIZE_MAX: none */
};

/* A file while it is read. */
struct opening {
	struct shards *shards;
	size_t file;
};

static const char *path_of(const struct opening *opening)
{
	return opening->shards->paths[opening->file];
}

/* SIZE_MAX: the run has none of this name. */
static size_t target_index(const struct shards *shards, const char *target)
{
	for (size_t i = 0; i < json_array_size(shards->targets); i++) {
		if (!strcmp(json_string_value(json_array_get(shards->targets, i)), target))
			return i;
	}
	return SIZE_MAX;
}

/* What each record of a run has alike, and what it is about where one has not. */
static const struct {
	const char *key; /* of "shard" */
	const char *other;
} alike[] = {
	{"plan", "other scenarios, --only or N"},
	{"all", "other scenarios, --only or N"},
	{"of", "other scenarios, --only or N"},
	{"targets", "other targets"},
	{"repeat", "another --repeat"},
	{"options", "another --sysctl, --with, --drain, --netem, --timeout or --late"},
};

static const json_t *shard_of(const json_t *record)
{
	return json_object_get(json_object_get(record, "volatile"), "shard");
}

static int senseless(const char *path, struct err *err)
{
	return err_set(err, EINVAL, "%s: its \"shard\" makes no sense", path);
}

static int plan_begin(struct shards *shards, const json_t *record, const char *path,
		      struct err *err)
{
	const json_t *shard = shard_of(record);
	int64_t n_parts = record_number(shard, "of", 0);
	const json_t *target;
	size_t i;

	shards->n_all = record_number(shard, "all", 0);
	shards->repeat = record_number(shard, "repeat", 0);
	json_array_extend(shards->targets, json_object_get(shard, "targets"));
	json_array_foreach(shards->targets, i, target)
	{
		if (!json_is_string(target))
			return senseless(path, err);
	}
	if (n_parts < 1 || n_parts > INT16_MAX || shards->n_all < 1 || shards->n_all > INT32_MAX ||
	    shards->repeat < 1 || shards->repeat > INT32_MAX || !i)
		return senseless(path, err);
	shards->first = json_pack("{s:s, s:{s:O}}", "tool", record_text(record, "tool", ""),
				  "volatile", "shard", (json_t *)shard);
	shards->n_parts = n_parts;
	shards->parts = mem_zalloc(shards->n_parts * sizeof(*shards->parts));
	for (i = 0; i < shards->n_parts; i++)
		shards->parts[i].file = SIZE_MAX;
	return 0;
}

static int of_another_run(const struct shards *shards, const char *path, const char *why,
			  struct err *err)
{
	return err_set(err, EINVAL, "%s is of another run than %s: %s", path, shards->paths[0],
		       why);
}

/* Under one name a kernel may be another one on another machine. */
static int kernel_check(const struct shards *shards, const json_t *record, const char *path,
			struct err *err)
{
	const char *target = record_text(record, "target", "?");
	json_t *kernel = json_object_get(record, "kernel");
	const json_t *known = json_object_get(shards->kernels, target);
	char why[128];

	if (!known)
		json_object_set(shards->kernels, target, kernel);
	if (!known || json_equal(known, kernel))
		return 0;
	snprintf(why, sizeof(why), "another kernel on the target %s", target);
	return of_another_run(shards, path, why, err);
}

static int plan_check(const struct shards *shards, const json_t *record, const char *path,
		      struct err *err)
{
	const json_t *first = shard_of(shards->first), *shard = shard_of(record);
	int64_t part = record_number(shard, "part", 0), place = record_number(shard, "place", -1);

	for (size_t i = 0; i < ARRAY_SIZE(alike); i++) {
		if (!json_equal(json_object_get(first, alike[i].key),
				json_object_get(shard, alike[i].key)))
			return of_another_run(shards, path, alike[i].other, err);
	}
	if (strcmp(record_text(shards->first, "tool", ""), record_text(record, "tool", "")))
		return of_another_run(shards, path, "another version of afterclose", err);
	if (part < 1 || part > (int64_t)shards->n_parts || place < 0 || place >= shards->n_all ||
	    target_index(shards, record_text(record, "target", "?")) == SIZE_MAX)
		return senseless(path, err);
	return kernel_check(shards, record, path, err);
}

static int part_check(const struct opening *opening, struct shard_part *part, int64_t number,
		      struct err *err)
{
	if (part->file == SIZE_MAX)
		part->file = opening->file;
	if (part->file == opening->file)
		return 0;
	return err_set(err, EINVAL, "%s and %s are both shard %lld/%zu",
		       opening->shards->paths[part->file], path_of(opening), (long long)number,
		       opening->shards->n_parts);
}

static void line_add(const struct opening *opening, const json_t *record, const json_t *shard,
		     int64_t offset)
{
	struct shards *shards = opening->shards;

	shards->lines = mem_grow(shards->lines, shards->n_lines, sizeof(*shards->lines));
	shards->lines[shards->n_lines++] = (struct shard_line){
		.file = opening->file,
		.target = target_index(shards, record_text(record, "target", "?")),
		.place = record_number(shard, "place", 0),
		.part = record_number(shard, "part", 0),
		.offset = offset,
		.scenario = mem_strdup(record_text(record, "scenario", "?")),
	};
}

static int line_take(void *ctx, json_t *line, int64_t offset, struct err *err)
{
	const struct opening *opening = ctx;
	struct shards *shards = opening->shards;
	const json_t *shard = shard_of(line);
	struct shard_part *part;
	int r = 0;

	if (!record_is_cell(line)) {
		json_object_set(shards->references, record_text(line, "id", "?"), line);
		return 0;
	}
	if (!shard)
		return err_set(err, EINVAL,
			       "%s: a record of a run without --shard; whole files are joined with "
			       "cat",
			       path_of(opening));
	if (!shards->first)
		r = plan_begin(shards, line, path_of(opening), err);
	if (!r)
		r = plan_check(shards, line, path_of(opening), err);
	if (r)
		return r;
	part = &shards->parts[record_number(shard, "part", 1) - 1];
	part->n_cells = record_number(shard, "cells", 0);
	r = part_check(opening, part, record_number(shard, "part", 0), err);
	if (!r)
		line_add(opening, line, shard, offset);
	return r;
}

static int line_order(const void *a, const void *b)
{
	const struct shard_line *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->repetition != y->repetition)
		return x->repetition < y->repetition ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* How many records of each cell the run has on this target, which may be named more than once. */
static size_t target_repeat(const struct shards *shards, size_t index)
{
	const json_t *name = json_array_get(shards->targets, index);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(shards->targets); i++)
		n += json_equal(json_array_get(shards->targets, i), name);
	return n * shards->repeat;
}

/* Repetitions of a cell are in one file, in the order in which they came. */
static int repetitions_number(struct shards *shards, struct err *err)
{
	size_t n_slots = json_array_size(shards->targets) * shards->n_all;
	_cleanup_free_ size_t *n = mem_zalloc((n_slots + 1) * sizeof(*n));

	for (size_t i = 0; i < shards->n_lines; i++) {
		struct shard_line *line = &shards->lines[i];

		line->repetition = n[line->target * shards->n_all + line->place]++;
		if (line->repetition == target_repeat(shards, line->target))
			return err_set(err, EINVAL, "%s has a record more of a cell than the run",
				       shards->paths[line->file]);
	}
	return 0;
}

/* "shard 2/4 is missing", "shard 3/4 (FILE) lacks 5 of its 12 records". */
static int parts_check(const struct shards *shards, int64_t n_each, int64_t n_lacking,
		       struct err *err)
{
	_cleanup_text_ struct text lacks = {0};
	_cleanup_free_ int64_t *n = mem_zalloc(shards->n_parts * sizeof(*n));

	for (size_t i = 0; i < shards->n_lines; i++)
		n[shards->lines[i].part - 1]++;
	for (size_t i = 0; i < shards->n_parts; i++) {
		const struct shard_part *part = &shards->parts[i];
		const char *comma = lacks.len ? ", " : "";

		if (part->file == SIZE_MAX)
			text_add(&lacks, "%sshard %zu/%zu is missing", comma, i + 1,
				 shards->n_parts);
		else if (n[i] < part->n_cells * n_each)
			text_add(&lacks, "%s%s (shard %zu/%zu) lacks %lld of its %lld records",
				 comma, shards->paths[part->file], i + 1, shards->n_parts,
				 (long long)(part->n_cells * n_each - n[i]),
				 (long long)(part->n_cells * n_each));
	}
	return err_set(err, EINVAL, "%lld of the run's %lld records are not there: %s",
		       (long long)n_lacking, (long long)(n_each * shards->n_all), text_str(&lacks));
}

static int shards_check(struct shards *shards, struct err *err)
{
	int64_t n_each, n_lacking;

	if (!shards->first)
		return err_set(err, EINVAL, "no record in %s", shards->paths[0]);
	if (repetitions_number(shards, err) < 0)
		return -err->code;
	n_each = shards->repeat * (int64_t)json_array_size(shards->targets);
	n_lacking = n_each * shards->n_all - (int64_t)shards->n_lines;
	return n_lacking ? parts_check(shards, n_each, n_lacking, err) : 0;
}

int shards_open(const char *const *paths, size_t n_paths, struct shards *ret, struct err *err)
{
	int r = 0;

	*ret = (struct shards){.paths = paths,
			       .n_paths = n_paths,
			       .references = json_object(),
			       .targets = json_array(),
			       .kernels = json_object()};
	for (size_t i = 0; i < n_paths && !r; i++) {
		struct opening opening = {ret, i};
		size_t cut;

		r = records_read_at(paths[i], line_take, &opening, &cut, err);
	}
	if (!r)
		r = shards_check(ret, err);
	if (r < 0)
		shards_free(ret);
	else
		qsort(ret->lines, ret->n_lines, sizeof(*ret->lines), line_order);
	return r;
}

void shards_free(struct shards *shards)
{
	for (size_t i = 0; i < shards->n_lines; i++)
		free(shards->lines[i].scenario);
	free(shards->lines);
	free(shards->parts);
	json_decref(shards->first);
	json_decref(shards->kernels);
	json_decref(shards->references);
	json_decref(shards->targets);
	*shards = (struct shards){0};
}

static int files_read(const struct shards *shards, FILE **files,
		      int (*fn)(void *ctx, json_t *record, struct err *err), void *ctx,
		      struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < shards->n_paths; i++) {
		files[i] = fopen(shards->paths[i], "re");
		if (!files[i])
			return err_sys(err, "cannot read %s", shards->paths[i]);
	}
	for (size_t i = 0; i < shards->n_lines && !r; i++) {
		const struct shard_line *line = &shards->lines[i];
		json_t *record = NULL;

		r = record_read_at(files[line->file], shards->paths[line->file], line->offset,
				   &record, err);
		if (!r)
			r = fn(ctx, record, err);
		json_decref(record);
	}
	return r;
}

int shards_read(const struct shards *shards, int (*fn)(void *ctx, json_t *record, struct err *err),
		void *ctx, struct err *err)
{
	_cleanup_free_ FILE **files = mem_zalloc(shards->n_paths * sizeof(FILE *));
	int r = files_read(shards, files, fn, ctx, err);

	for (size_t i = 0; i < shards->n_paths; i++) {
		if (files[i])
			fclose(files[i]);
	}
	return r;
}
