// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * twice: finds the segments of a trail that are one packet, seen more than once.
 *
 * A machine may see a packet at several interfaces within a moment, and a capture of both ends of a
 * link has each packet twice, as far apart as the link is long (and the clocks are). That is so
 * where about every packet comes again; where few do, these were held up on their way: such a one
 * is late, and that is what a trail is read for.
 */
#include "capture/trail.h"
#include "base/mem.h"

#define NEAR_US_MAX 1000    /* one packet at two interfaces of a machine */
#define FAR_US_MAX  1000000 /* or at two machines */
#define LOOK_MAX    1024    /* segments that are looked through for it */
#define SHARE_MIN   3	    /* one in so many is a pair's second where there are two places */

static bool seen_alike(const struct seen *a, const struct seen *b)
{
	return a->from == b->from && a->seq == b->seq && a->ack == b->ack && a->len == b->len &&
	       a->flags == b->flags && a->tsval == b->tsval && a->tsecr == b->tsecr &&
	       a->window == b->window && a->ip_id == b->ip_id && a->sum == b->sum;
}

/* Does anything tell it from the next one with the same numbers? */
static bool is_unique(const struct seen *seen)
{
	return seen->ip_id || seen->has_ts;
}

/* Of two that are alike, so far apart: one packet? far_us: how far apart two places are. A sender
 * numbers its packets, and two at one place with the same number are one. */
static bool is_once(const struct seen *before, const struct seen *seen, int64_t far_us)
{
	int64_t apart_us = seen->us - before->us;

	if (!seen->place)
		return apart_us <= NEAR_US_MAX;
	if (before->place == seen->place)
		return seen->ip_id && apart_us <= NEAR_US_MAX;
	return apart_us <= far_us;
}

/* The first sighting of a packet among the n first segments; NULL. */
static const struct seen *seen_first(const struct trail *trail, size_t n, const struct seen *seen,
				     int64_t far_us)
{
	for (size_t i = n; i && n - i < LOOK_MAX; i--) {
		const struct seen *before = &trail->of[i - 1];

		if (seen->us - before->us > far_us)
			return NULL;
		if (seen_alike(before, seen) && is_once(before, seen, far_us))
			return before;
	}
	return NULL;
}

static int us_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How long after the first a second sighting of what this end sent may be. */
static int64_t far_us_of(const struct trail *trail, uint8_t end)
{
	_cleanup_free_ int64_t *apart_us = NULL;
	size_t n = 0, n_all = 0;
	int64_t median_us;

	if (!trail->several)
		return NEAR_US_MAX;
	apart_us = mem_zalloc((trail->n + 1) * sizeof(*apart_us));
	for (size_t i = 0; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i], *first;

		if (seen->from != end || !is_unique(seen))
			continue;
		n_all++;
		first = seen_first(trail, i, seen, FAR_US_MAX);
		if (first && first->place != seen->place)
			apart_us[n++] = seen->us - first->us;
	}
	if (!n || n * SHARE_MIN < n_all)
		return NEAR_US_MAX;
	qsort(apart_us, n, sizeof(*apart_us), us_compare);
	median_us = apart_us[n / 2];
	return NEAR_US_MAX + 2 * median_us;
}

void trail_once(struct trail *trail)
{
	const int64_t far_us[2] = {far_us_of(trail, 0), far_us_of(trail, 1)};
	size_t kept = 0;

	for (size_t i = 0; i < trail->n; i++) {
		if (seen_first(trail, kept, &trail->of[i], far_us[trail->of[i].from]))
			trail->twice++;
		else
			trail->of[kept++] = trail->of[i];
	}
	trail->n = kept;
}
