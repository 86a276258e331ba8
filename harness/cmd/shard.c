// SPDX-License-Identifier: GPL-2.0-or-later
/* shard: owns which part of a run a process is to play, and how the environment says so. */
#include "cmd/shard.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

#define SHARDS_MAX 10000
#define AUTO	   "auto"

/* Schedulers that number their tasks, and how. */
static const struct scheduler {
	/* Variables; NULL: it has none, and counts from 0. */
	const char *index, *first, *last, *step, *count;
} schedulers[] = {
	{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
	 "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT"},
	{"JOB_COMPLETION_INDEX", NULL, NULL, NULL, NULL},
};

struct array {
	int64_t index, first, last, step, count;
};

/* preset where the variable is not set; false where it is no number. */
static bool variable_read(const char *name, int64_t preset, int64_t *ret, struct err *err)
{
	const char *value = name ? getenv(name) : NULL;

	*ret = preset;
	if (!value || number_parse(value, ret))
		return true;
	err_set(err, EINVAL, "%s is no number: \"%s\"", name, value);
	return false;
}

static bool array_read(const struct scheduler *scheduler, struct array *ret, struct err *err)
{
	return variable_read(scheduler->index, 0, &ret->index, err) &&
	       variable_read(scheduler->first, 0, &ret->first, err) &&
	       variable_read(scheduler->step, 1, &ret->step, err) &&
	       variable_read(scheduler->count, 0, &ret->count, err) &&
	       variable_read(scheduler->last, ret->first + (ret->count - 1) * ret->step, &ret->last,
			     err);
}

/* One that is a run in whole. Some tasks of another, given to the scheduler once more, look like an
 * array of their own, and would be other parts than they were. */
static bool array_is_whole(const struct array *array)
{
	return array->count > 1 && array->first >= 0 && array->first <= 1 && array->step > 0 &&
	       array->last == array->first + (array->count - 1) * array->step;
}

static int part_of(const struct scheduler *scheduler, struct shard *ret, struct err *err)
{
	struct array array;

	if (!array_read(scheduler, &array, err))
		return -EINVAL;
	/* Of so many parts the index is one itself, however many are played now. */
	if (ret->of) {
		ret->part = array.index + !array.first;
		return 0;
	}
	if (!array.count)
		return err_set(err, EINVAL,
			       "--shard auto: %s says which part this is, and nothing of how many "
			       "there are: --shard auto/N",
			       scheduler->index);
	if (!array_is_whole(&array))
		return err_set(err, EINVAL,
			       "--shard auto: an array of %lld from %lld to %lld may be some of "
			       "another's tasks once more: --shard auto/N, of how many parts",
			       (long long)array.count, (long long)array.first,
			       (long long)array.last);
	ret->part = (array.index - array.first) / array.step + 1;
	ret->of = array.count;
	return 0;
}

static int part_from_environment(struct shard *ret, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(schedulers); i++) {
		if (getenv(schedulers[i].index))
			return part_of(&schedulers[i], ret, err);
	}
	return err_set(err, EINVAL,
		       "--shard auto: neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set: "
		       "--shard I/N");
}

static bool shard_read(const char *text, struct shard *ret, bool *ret_auto)
{
	size_t left_len = strcspn(text, "/");
	_cleanup_free_ char *left = mem_strndup(text, left_len);

	*ret_auto = !strcmp(left, AUTO);
	if (text[left_len] ? !number_parse(text + left_len + 1, &ret->of) : !*ret_auto)
		return false;
	return *ret_auto || number_parse(left, &ret->part);
}

int shard_parse(const char *text, struct shard *ret, struct err *err)
{
	bool automatic;
	int r = 0;

	*ret = (struct shard){0};
	if (!shard_read(text, ret, &automatic))
		return err_set(err, EINVAL, "--shard takes I/N, auto or auto/N, not \"%s\"", text);
	if (automatic)
		r = part_from_environment(ret, err);
	if (!r && (ret->part < 1 || ret->of < ret->part || ret->of > SHARDS_MAX))
		r = err_set(err, EINVAL, "--shard %s is %lld/%lld; I/N is to be 1 <= I <= N <= %d",
			    text, (long long)ret->part, (long long)ret->of, SHARDS_MAX);
	return r;
}

static uint64_t cell_hash(const struct cell *cell)
{
	return hash_bytes(cell->id, strlen(cell->id), HASH_START);
}

/* Of the cells' ids and of what their scenarios say: two plans of one hash are one. */
static void plan_hash(struct shard *shard)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < shard->n_plan; i++) {
		const struct cell *cell = shard->plan[i];

		hash = hash_bytes(cell->id, strlen(cell->id) + 1, hash);
		hash = hash_bytes(cell->scenario->hash, strlen(cell->scenario->hash), hash);
	}
	hash_format(hash, shard->plan_hash);
}

size_t shard_take(struct shard *shard, const struct cell **cells, size_t n)
{
	shard->plan = mem_resize(NULL, n + 1, sizeof(*shard->plan));
	for (size_t i = 0; i < n; i++) {
		shard->plan[shard->n_plan++] = cells[i];
		if (cell_hash(cells[i]) % shard->of == (uint64_t)shard->part - 1)
			cells[shard->n_cells++] = cells[i];
	}
	plan_hash(shard);
	return shard->n_cells;
}

static uint64_t hash_text(const char *text, uint64_t hash)
{
	return hash_bytes(text ? text : "", text ? strlen(text) + 1 : 1, hash);
}

static uint64_t hash_settings(const struct settings *settings, uint64_t hash)
{
	for (size_t i = 0; settings && i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (!setting->by && setting_of_labs(setting))
			hash = hash_text(setting->value, hash_text(setting->name, hash));
	}
	return hash_text(NULL, hash);
}

static uint64_t hash_program(const struct with *with, uint64_t hash)
{
	for (size_t i = 0; with && i < with->n; i++)
		hash = hash_text(with->words[i], hash);
	return hash_bytes(with ? &with->drain : &(int){0}, sizeof(int), hash_text(NULL, hash));
}

/* Wherever the files and programs lie, which differs among machines. */
static void options_hash(const struct run_options *options, char ret[17])
{
	const int64_t numbers[] = {options->netem, options->timeout_ns, options->late_ns};
	uint64_t hash = hash_bytes(numbers, sizeof(numbers), HASH_START);

	for (enum host_id host = 0; host < HOSTS_MAX; host++) {
		hash = hash_settings(options->baseline[host], hash);
		hash = hash_program(options->with[host], hash);
	}
	hash_format(hash, ret);
}

void shard_describe(struct shard *shard, const struct target *targets, size_t n_targets,
		    int64_t repeat)
{
	json_t *names = json_array();
	char options[17];

	for (size_t i = 0; i < n_targets; i++)
		json_array_append_new(names, json_string(targets[i].name));
	options_hash(targets[0].options, options);
	shard->run = json_pack("{s:o, s:I, s:s}", "targets", names, "repeat", (json_int_t)repeat,
			       "options", options);
}

void shard_tell(const struct shard *shard, const struct cell *cell, json_t *record)
{
	json_t *volatile_part = json_object_get(record, "volatile"), *told;
	size_t place = 0;

	if (!shard->part)
		return;
	if (!volatile_part) {
		volatile_part = json_object();
		json_object_set_new(record, "volatile", volatile_part);
	}
	while (place < shard->n_plan && shard->plan[place] != cell)
		place++;
	told = json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "part", (json_int_t)shard->part, "of",
			 (json_int_t)shard->of, "cells", (json_int_t)shard->n_cells, "place",
			 (json_int_t)place, "all", (json_int_t)shard->n_plan, "plan",
			 shard->plan_hash);
	json_object_update(told, shard->run);
	json_object_set_new(volatile_part, "shard", told);
}

void shard_free(struct shard *shard)
{
	free(shard->plan);
	json_decref(shard->run);
	*shard = (struct shard){0};
}
