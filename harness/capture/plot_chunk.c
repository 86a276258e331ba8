// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_chunk: owns the cutting of streams into what each write was. */
#include "capture/plot.h"

#include <stdlib.h>
#include <string.h>

#define EDGES_MAX 4096

struct edges {
	uint32_t of[EDGES_MAX];
	size_t n;
	bool cut;
};

static void edge_add(struct edges *edges, uint32_t offset)
{
	if (edges->n < EDGES_MAX)
		edges->of[edges->n++] = offset;
	else
		edges->cut = true;
}

static int edge_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Wherever a segment began or ended, a write may have. */
static void edges_find(const struct plot *plot, size_t incarnation, int end, struct edges *ret)
{
	const struct trail *trail = plot->trail;
	const struct incarnation *in = &trail->incarnations[incarnation];

	for (size_t i = 0; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i];
		uint32_t offset = seen_offset(in, seen);

		if (seen->incarnation == incarnation && seen->from != end && seen->acks_lacking)
			edge_add(ret, seen_ack_offset(in, seen));
		if (seen->incarnation != incarnation || seen->from != end || !in->has_isn[end] ||
		    offset > INT32_MAX || (!seen_writes(seen) && !seen->lacks))
			continue;
		/* A late one tells where a write ended, a forged one does not. */
		if (seen->role == ROLE_STRAY &&
		    offset + seen->len > in->next[end] - in->isn[end] - 1)
			continue;
		edge_add(ret, offset);
		edge_add(ret, offset + seen->len);
	}
	qsort(ret->of, ret->n, sizeof(ret->of[0]), edge_compare);
}

static bool chunk_add(struct plot_flow *flow, uint32_t end)
{
	if (flow->n == PLOT_CHUNKS_MAX) {
		flow->cut = true;
		return false;
	}
	flow->ends[flow->n++] = end;
	return true;
}

static void flow_cut(struct plot *plot, size_t incarnation, int end, struct plot_flow *flow)
{
	struct edges edges = {.n = 0};
	uint32_t at = 0;

	edges_find(plot, incarnation, end, &edges);
	flow->cut = edges.cut;
	for (size_t i = 0; i < edges.n; i++) {
		while (edges.of[i] - at > PLOT_CHUNK_LEN_MAX && edges.of[i] > at) {
			at += PLOT_CHUNK_LEN_MAX;
			if (!chunk_add(flow, at))
				return;
		}
		if (edges.of[i] > at && !chunk_add(flow, edges.of[i]))
			return;
		at = edges.of[i];
	}
}

void plot_cut(struct plot *plot)
{
	for (size_t k = 0; k < plot->n; k++) {
		for (int end = 0; end < 2; end++) {
			flow_cut(plot, plot->first + k, end, &plot->of[k].flows[end]);
			plot->cut |= plot->of[k].flows[end].cut;
		}
		plot->cut |= plot->of[k].in->abbreviated;
	}
}

size_t plot_chunk_at(const struct plot_flow *flow, uint32_t offset)
{
	size_t i = 0;

	while (i < flow->n && flow->ends[i] <= offset)
		i++;
	return i;
}
