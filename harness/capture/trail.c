// SPDX-License-Identifier: GPL-2.0-or-later
/* trail: owns a four-tuple's segments, and what is given up where there are too many. */
#include "capture/trail.h"
#include "base/hash.h"
#include "base/mem.h"

#include <string.h>

#define STEP_US_MIN  1000000 /* further back it is the clock, and not two queues */
#define EDGE_KEPT    12	     /* segments at each end of a stream whose middle is given up */
#define GIVEN_UP_MIN 16	     /* one in so many, or a full trail would be traced for each segment */

uint8_t trail_end(const struct trail *trail, const struct segment *seg)
{
	return !(seg->sport == trail->port[0] && addr_equal(&seg->src, &trail->addr[0]));
}

uint32_t seen_space(const struct seen *seen)
{
	return seen->len + !!(seen->flags & TCP_SYN) + !!(seen->flags & TCP_FIN);
}

uint32_t seen_offset(const struct incarnation *incarnation, const struct seen *seen)
{
	return seen->seq + !!(seen->flags & TCP_SYN) - incarnation->isn[seen->from] - 1;
}

uint32_t seen_ack_offset(const struct incarnation *incarnation, const struct seen *seen)
{
	return seen->ack - incarnation->isn[!seen->from] - 1;
}

bool seen_writes(const struct seen *seen)
{
	return seen->len > 1 ||
	       (seen->len && (seen->role == ROLE_PLAIN || seen->role == ROLE_FILL));
}

static int seen_compare(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->us != y->us)
		return (x->us > y->us) - (x->us < y->us);
	return (x->packet > y->packet) - (x->packet < y->packet);
}

/* Who captures at several interfaces writes a while of one, then of the next. One interface writes
 * in order, but that of a clock which was set back goes on. */
void trail_order(struct trail *trail)
{
	bool ordered = true;
	int64_t back_us = 0;

	for (size_t i = 1; i < trail->n; i++) {
		trail->of[i].us += back_us;
		if (!trail->several && trail->of[i - 1].us - trail->of[i].us > STEP_US_MIN) {
			back_us += trail->of[i - 1].us - trail->of[i].us;
			trail->of[i].us = trail->of[i - 1].us;
		}
		ordered &= trail->of[i].us >= trail->of[i - 1].us;
	}
	if (!ordered)
		qsort(trail->of, trail->n, sizeof(*trail->of), seen_compare);
	trail_once(trail);
}

static void trail_remove(struct trail *trail, size_t n)
{
	memmove(trail->of, trail->of + n, (trail->n - n) * sizeof(*trail->of));
	trail->n -= n;
}

/* The incarnations before the last ones are traced for good, and keep their figures. */
static bool trail_drop_old(struct trail *trail)
{
	size_t done, i = 0;

	if (trail->n_incarnations - trail->n_done <= INCARNATIONS_SPAN)
		return false;
	done = trail->n_incarnations - INCARNATIONS_SPAN;
	while (i < trail->n && trail->of[i].incarnation < done)
		i++;
	trail_remove(trail, i);
	trail->n_done = done;
	return i > 0;
}

static bool is_middle(const struct trail *trail, size_t i)
{
	const struct seen *seen = &trail->of[i];

	return i >= EDGE_KEPT && trail->n - i > EDGE_KEPT && seen->role == ROLE_PLAIN &&
	       !(seen->flags & (TCP_SYN | TCP_FIN | TCP_RST));
}

/* If nothing can be given up but what matters, or so little that the next look is close, the last
 * segments are: the trail ends there. */
static void trail_thin(struct trail *trail)
{
	size_t kept = 0;

	for (size_t i = 0; i < trail->n; i++) {
		if (!is_middle(trail, i))
			trail->of[kept++] = trail->of[i];
		else
			trail->of[kept - 1].gap = true;
	}
	trail->cut |= kept + trail->max / GIVEN_UP_MIN >= trail->max;
	trail->n = kept;
}

static void trail_shrink(struct trail *trail)
{
	trail_trace(trail);
	if (!trail_drop_old(trail))
		trail_thin(trail);
}

static struct seen seen_of(const struct trail *trail, const struct dissected *packet, int64_t us,
			   uint32_t number)
{
	const struct segment *seg = &packet->seg;
	size_t len = packet->captured < SUM_LEN_MAX ? packet->captured : SUM_LEN_MAX;

	return (struct seen){
		.us = us,
		.seq = seg->seq,
		.ack = seg->ack,
		.tsval = seg->tsval,
		.tsecr = seg->tsecr,
		.len = seg->payload_len,
		.sum = len ? hash_bytes(seg->payload, len, HASH_START) : 0,
		.packet = number,
		.origin = TRAIL_NONE,
		.window = seg->window,
		.ip_id = packet->ip_id,
		.place = packet->place,
		.flags = seg->flags & (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK),
		.from = trail_end(trail, seg),
		.sum_len = len,
		.has_ts = seg->has_ts,
		.has_wscale = seg->has_wscale,
	};
}

void trail_add(struct trail *trail, const struct dissected *packet, int64_t us, uint32_t number,
	       bool several)
{
	struct seen seen = seen_of(trail, packet, us, number);

	trail->several |= several;
	if (trail->n >= trail->max && !trail->cut)
		trail_shrink(trail);
	if (trail->cut)
		return;
	if (trail->n == trail->size) {
		trail->size = trail->size ? trail->size + trail->size / 2 : 8;
		trail->of = mem_resize(trail->of, trail->size, sizeof(*trail->of));
	}
	trail->of[trail->n++] = seen;
}

void trail_free(struct trail *trail)
{
	free(trail->of);
	free(trail->incarnations);
	*trail = (struct trail){0};
}
