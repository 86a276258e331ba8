/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shard: one of N parts of a run's cells, that machines can play without knowing of each other.
 *
 * A cell's part follows from its id alone. Each record of a part says which one it is, of which
 * plan, and its cell's place there, so that `merge` can tell whether all are there (shards.h).
 */
#ifndef AFTERCLOSE_CMD_SHARD_H
#define AFTERCLOSE_CMD_SHARD_H

#include "base/err.h"
#include "scenario/cell.h"
#include "target/target.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct shard {
	int64_t part, of;	  /* part from 1; 0: the run is not divided */
	const struct cell **plan; /* every cell of all parts, in order */
	size_t n_plan, n_cells;	  /* of all parts; of this one */
	char plan_hash[17];
	json_t *run; /* what else its records say of the run; NULL: nothing */
};

/*
 * "I/N"; "auto": both as Slurm's array says; "auto/N": I as Slurm's array or an indexed job of
 * Kubernetes says. Errors: EINVAL.
 */
int shard_parse(const char *text, struct shard *ret, struct err *err);

/* Keep the plan, and of the cells those that are in this part; the new number of cells. */
size_t shard_take(struct shard *shard, const struct cell **cells, size_t n);

/* What has to be the same in all parts: which targets, how often each cell is played, and what is
 * set for it. */
void shard_describe(struct shard *shard, const struct target *targets, size_t n_targets,
		    int64_t repeat);

/* Say in a record's volatile part which place of which plan it fills. */
void shard_tell(const struct shard *shard, const struct cell *cell, json_t *record);
void shard_free(struct shard *shard);

#endif
