// SPDX-License-Identifier: GPL-2.0-or-later
/* lanes: owns which cell of a run comes next. */
#include "target/lanes.h"

#include "base/mem.h"

#include <stdlib.h>

struct ordering {
	const struct job *jobs;
	bool heavy_last;
};

static int order_compare(const void *a, const void *b, void *ctx)
{
	const struct ordering *ordering = ctx;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	const struct scenario *left_scenario = ordering->jobs[left].cell->scenario;
	const struct scenario *right_scenario = ordering->jobs[right].cell->scenario;

	if (left_scenario->heavy != right_scenario->heavy)
		return left_scenario->heavy == ordering->heavy_last ? 1 : -1;
	if (left_scenario->limit_ns != right_scenario->limit_ns)
		return left_scenario->limit_ns > right_scenario->limit_ns ? -1 : 1;
	return left < right ? -1 : left > right;
}

static void lanes_rewind(struct lanes *lanes)
{
	for (unsigned lane = 0; lane < lanes->n_lanes; lane++)
		lanes->next[lane] = lane;
}

void lanes_open(struct lanes *ret, const struct job *jobs, size_t n_jobs, bool heavy_last,
		unsigned n_lanes)
{
	struct ordering ordering = {jobs, heavy_last};

	*ret = (struct lanes){
		.of = mem_zalloc(n_jobs * sizeof(*ret->of)),
		.n = n_jobs,
		.next = mem_zalloc(n_lanes * sizeof(*ret->next)),
		.n_lanes = n_lanes,
	};
	for (size_t i = 0; i < n_jobs; i++)
		ret->of[i] = i;
	qsort_r(ret->of, n_jobs, sizeof(*ret->of), order_compare, &ordering);
	lanes_rewind(ret);
}

void lanes_close(struct lanes *lanes)
{
	free(lanes->of);
	free(lanes->next);
	*lanes = (struct lanes){0};
}

const uint32_t *lanes_peek(const struct lanes *lanes, unsigned lane)
{
	return lanes->next[lane] < lanes->n ? &lanes->of[lanes->next[lane]] : NULL;
}

void lanes_pass(struct lanes *lanes, unsigned lane)
{
	lanes->next[lane] += lanes->n_lanes;
}

bool lanes_has_more(const struct lanes *lanes)
{
	for (unsigned lane = 0; lane < lanes->n_lanes; lane++) {
		if (lanes_peek(lanes, lane))
			return true;
	}
	return false;
}

void lanes_clear(struct lanes *lanes)
{
	lanes->n = 0;
	lanes_rewind(lanes);
}

void lanes_add(struct lanes *lanes, uint32_t index)
{
	lanes->of[lanes->n++] = index;
}
