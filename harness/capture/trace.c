// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * trace: finds out which incarnation each segment of a four-tuple belongs to, and what it is to it.
 *
 * A SYN with another number, or one after the end, begins an incarnation. A segment of an end that
 * has sent no SYN in the newest one belongs to the one before: a TIME-WAIT, or a connection that
 * the other end has forgotten, answers. For all others sequence space decides, then timestamps,
 * then the acknowledgement. Where all three fit two incarnations (both numbers the same again), the
 * bytes do: a segment ahead of its turn that has what the old one had at that place, or for whose
 * place the new one's bytes come later, is the old one's.
 */
#include "capture/evidence.h"
#include "base/mem.h"

#include <string.h>

#define HOLES_MAX  8
#define WINDOW_MAX (1 << 20) /* how far ahead a segment may plausibly be */

/* What is known of the newest incarnation while its segments are read. */
struct tracing {
	struct trail *trail;
	struct incarnation *now; /* NULL: none yet */
	struct hole {
		uint32_t from, to;
	} holes[2][HOLES_MAX];
	size_t n_holes[2];
	bool gap[2]; /* segments of this end were given up since its last one: where it is by now
		      * is not known */
};

bool incarnation_has(const struct incarnation *incarnation, int end, uint32_t number,
		     uint32_t slack)
{
	return incarnation->has_isn[end] &&
	       number - incarnation->isn[end] <=
		       incarnation->next[end] - incarnation->isn[end] + slack;
}

unsigned incarnation_time_wait(const struct incarnation *incarnation)
{
	if (incarnation->ending != ENDING_ORDERLY)
		return 0;
	return incarnation->closer == 2 ? 3 : 1U << incarnation->closer;
}

static void incarnation_begin(struct tracing *tracing, const struct seen *seen, uint8_t client)
{
	struct trail *trail = tracing->trail;
	struct incarnation *now;

	trail->incarnations =
		mem_grow(trail->incarnations, trail->n_incarnations, sizeof(*trail->incarnations));
	now = &trail->incarnations[trail->n_incarnations++];
	*now = (struct incarnation){
		.start_us = seen->us,
		.first_packet = seen->packet,
		.client = client,
		.opening = OPENING_UNANSWERED,
		.closer = 2,
		.reset_by = 2,
	};
	memset(tracing->n_holes, 0, sizeof(tracing->n_holes));
	memset(tracing->gap, 0, sizeof(tracing->gap));
	tracing->now = now;
}

static void end_begins(struct incarnation *now, const struct seen *seen, uint32_t isn)
{
	int end = seen->from;

	now->has_isn[end] = true;
	now->isn[end] = isn;
	now->next[end] = seen->seq + seen_space(seen);
	now->has_ts[end] = seen->has_ts;
	now->ts_first[end] = now->ts_last[end] = seen->tsval;
}

/* Both incarnations have the number: which of them is it of? */
static bool is_of_older(const struct tracing *tracing, size_t i, size_t older)
{
	const struct seen *seen = &tracing->trail->of[i];
	const struct incarnation *now = tracing->now, *then = &tracing->trail->incarnations[older];
	int other = !seen->from;

	if (seen->has_ts && now->has_ts[seen->from])
		return number_after(now->ts_first[seen->from], seen->tsval);
	if (seen->flags & TCP_ACK && now->has_isn[other]) {
		bool in_now = incarnation_has(now, other, seen->ack, 0);
		bool in_then = incarnation_has(then, other, seen->ack, 0);

		if (in_now != in_then)
			return in_then;
	}
	return seen->len && number_after(seen->seq, now->next[seen->from]) &&
	       (seen_before(tracing->trail, i, older) || seen_replaced(tracing->trail, i));
}

/* The index of its incarnation. */
static size_t owner_of(const struct tracing *tracing, size_t i)
{
	const struct trail *trail = tracing->trail;
	const struct seen *seen = &trail->of[i];
	const struct incarnation *now = tracing->now;
	size_t newest = trail->n_incarnations - 1;
	size_t oldest = newest > INCARNATIONS_SPAN ? newest - INCARNATIONS_SPAN : 0;
	uint32_t copy;

	for (size_t older = newest; older-- > oldest;) {
		const struct incarnation *then = &trail->incarnations[older];

		if (!then->has_isn[seen->from])
			continue;
		if (!now->has_isn[seen->from]) {
			if (seen->flags & TCP_RST && seen->flags & TCP_ACK &&
			    seen->ack == now->isn[!seen->from] + 1)
				return newest;
			return older;
		}
		if (seen->flags & TCP_RST && now->opening == OPENING_UNANSWERED && now->challenges)
			return older; /* a SYN-SENT denies what the challenge acknowledged */
		if (incarnation_has(then, seen->from, seen->seq, 0) &&
		    (!incarnation_has(now, seen->from, seen->seq, WINDOW_MAX) ||
		     is_of_older(tracing, i, older)))
			return older;
	}
	copy = seen_original(trail, i);
	return copy == TRAIL_NONE ? newest : trail->of[copy].incarnation;
}

/* Was the segment's first byte missing? The hole is closed as far as it goes. */
static bool hole_fill(struct tracing *tracing, const struct seen *seen)
{
	size_t *n = &tracing->n_holes[seen->from];
	struct hole *holes = tracing->holes[seen->from];

	for (size_t i = 0; i < *n; i++) {
		if (number_after(holes[i].from, seen->seq) || !number_after(holes[i].to, seen->seq))
			continue;
		holes[i].from = seen->seq + seen->len;
		if (!number_after(holes[i].to, holes[i].from))
			holes[i] = holes[--*n];
		return true;
	}
	return false;
}

static void hole_open(struct tracing *tracing, int end, uint32_t from, uint32_t to)
{
	if (tracing->gap[end] || tracing->n_holes[end] == HOLES_MAX)
		return;
	tracing->holes[end][tracing->n_holes[end]++] = (struct hole){from, to};
}

static enum role data_role(struct tracing *tracing, const struct seen *seen)
{
	struct incarnation *now = tracing->now;
	uint32_t next = now->next[seen->from];

	if (number_after(seen->seq, next))
		hole_open(tracing, seen->from, next, seen->seq);
	if (!number_after(next, seen->seq))
		return ROLE_PLAIN;
	if (seen->len && hole_fill(tracing, seen))
		return ROLE_FILL;
	return ROLE_AGAIN; /* a keepalive's probe, too */
}

static void note_fin(struct incarnation *now, const struct seen *seen)
{
	int end = seen->from, other = !end;

	if (!now->fins[end] && now->fins[other]) {
		/* Did it know of the other's FIN when it closed? */
		if (number_after(now->fin_end[other], seen->ack))
			now->closer = 2;
	} else if (!now->fins[end]) {
		now->closer = end;
	}
	now->fins[end]++;
	now->fin_end[end] = seen->seq + seen_space(seen);
	now->closed = true;
}

static void note_ack(struct incarnation *now, const struct seen *seen)
{
	int other = !seen->from;

	now->ack_last[seen->from] = seen->ack;
	if (now->fins[other] && !number_after(now->fin_end[other], seen->ack))
		now->fin_acked[other] = true;
	if (now->fins[other] && seen->len)
		now->data_after_fin++;
	if (seen->from == now->client && now->opening == OPENING_OPENED && !now->established) {
		now->established = true;
		now->ack_us = seen->us;
	}
}

static void note_end(struct incarnation *now, const struct seen *seen)
{
	if (seen->flags & TCP_RST) {
		now->rsts[seen->from]++;
		now->closed = true;
		if (now->ending != ENDING_ORDERLY && now->reset_by == 2) {
			now->reset_by = seen->from;
			now->ending = ENDING_RESET;
		}
	} else if (now->ending != ENDING_RESET && (now->fins[0] || now->fins[1])) {
		now->ending = now->fins[0] && now->fins[1] && now->fin_acked[0] && now->fin_acked[1]
				      ? ENDING_ORDERLY
				      : ENDING_HALF;
	}
}

/* A segment of the newest incarnation, in its turn. */
static void trace_own(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;
	int end = seen->from;

	if (!now->has_isn[end] && !(seen->flags & TCP_RST)) {
		end_begins(now, seen, seen->seq - 1);
		if (now->opening == OPENING_UNANSWERED) {
			seen->role = ROLE_CHALLENGE; /* of one that began before the capture */
			now->challenges++;
			return;
		}
	}
	if (seen->flags & TCP_RST && seen->from != now->client &&
	    now->opening == OPENING_UNANSWERED) {
		now->opening = OPENING_REFUSED;
		seen->role = ROLE_REFUSAL;
	} else if (seen->len || seen->flags & TCP_FIN) {
		seen->role = data_role(tracing, seen);
		now->again += seen->role == ROLE_AGAIN;
	}
	if (seen->has_ts && !(seen->flags & TCP_RST))
		now->ts_last[end] = seen->tsval;
	if (seen->flags & TCP_FIN)
		note_fin(now, seen);
	if (seen->flags & TCP_ACK && !(seen->flags & TCP_RST))
		note_ack(now, seen);
	if (!(seen->flags & TCP_RST) && number_after(seen->seq + seen_space(seen), now->next[end]))
		now->next[end] = seen->seq + seen_space(seen);
	note_end(now, seen);
}

/* Of an older incarnation, while a newer one is there. */
static void trace_older(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;

	if (seen->origin == TRAIL_NONE && !now->has_isn[seen->from]) {
		seen->role = ROLE_CHALLENGE;
		now->challenges++;
	} else if (seen->origin == TRAIL_NONE && seen->flags & TCP_RST && now->challenges) {
		seen->role = ROLE_DENIAL;
		now->denials++;
	} else {
		seen->role = ROLE_STRAY;
		now->strays++;
	}
}

static bool syn_begins(const struct tracing *tracing, const struct seen *seen)
{
	const struct incarnation *now = tracing->now;

	if (!now)
		return true;
	if (!now->has_isn[seen->from])
		return now->opening != OPENING_UNANSWERED; /* else both opened at once */
	return now->isn[seen->from] != seen->seq || (now->closed && seen->origin == TRAIL_NONE) ||
	       seen->from != now->client;
}

static void trace_syn(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;

	if (now && seen->origin != TRAIL_NONE &&
	    tracing->trail->of[seen->origin].incarnation + 1 < tracing->trail->n_incarnations) {
		seen->incarnation = tracing->trail->of[seen->origin].incarnation;
		trace_older(tracing, seen);
		return;
	}
	if (syn_begins(tracing, seen)) {
		incarnation_begin(tracing, seen, seen->from);
		now = tracing->now;
	}
	seen->incarnation = tracing->trail->n_incarnations - 1;
	if (now->closed && seen->origin != TRAIL_NONE) {
		seen->role = ROLE_STRAY;
		now->strays++;
		return;
	}
	if (!now->has_isn[seen->from])
		end_begins(now, seen, seen->seq);
	else if (now->syns)
		seen->role = ROLE_AGAIN;
	now->syns++;
}

/* Of the incarnation whose SYN it acknowledges. */
static void trace_syn_ack(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;

	seen->incarnation = tracing->trail->n_incarnations - 1;
	if (now->has_isn[!seen->from] && seen->ack != now->isn[!seen->from] + 1) {
		if (seen->incarnation)
			seen->incarnation--;
		trace_older(tracing, seen);
		return;
	}
	if (now->closed) {
		seen->role = ROLE_CHALLENGE; /* a late SYN began it, and nobody wants it */
		return;
	}
	if (now->opening != OPENING_OPENED)
		now->syn_ack_us = seen->us;
	else
		seen->role = ROLE_AGAIN;
	if (!now->has_isn[seen->from] || now->isn[seen->from] != seen->seq)
		end_begins(now, seen, seen->seq);
	now->opening = OPENING_OPENED;
	now->client = !seen->from;
	now->syn_acks++;
}

/* Of an incarnation that began before the capture: the client is who opens the next one. Where
 * there is none, whose port is higher is taken for it. */
static uint8_t client_before(const struct trail *trail, size_t i)
{
	for (; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i];

		if (seen->flags & TCP_SYN && !(seen->flags & TCP_RST))
			return seen->flags & TCP_ACK ? !seen->from : seen->from;
	}
	return trail->port[1] > trail->port[0];
}

/* What was given up may have been of both ends. A stray does not say where its end is by now. */
static void note_gap(struct tracing *tracing, const struct seen *seen)
{
	tracing->now->abbreviated |= seen->gap;
	if (seen->role < ROLE_STRAY)
		tracing->gap[seen->from] = false;
	tracing->gap[0] |= seen->gap;
	tracing->gap[1] |= seen->gap;
}

static void trace_segment(struct tracing *tracing, size_t i)
{
	struct trail *trail = tracing->trail;
	struct seen *seen = &trail->of[i];

	seen->role = ROLE_PLAIN;
	seen->origin = seen_original(trail, i);
	if ((seen->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && !(seen->flags & TCP_RST)) {
		trace_syn(tracing, seen);
	} else {
		if (!tracing->now) {
			incarnation_begin(tracing, seen, client_before(trail, i));
			tracing->now->opening = OPENING_UNSEEN;
		}
		if (seen->flags & TCP_SYN && !(seen->flags & TCP_RST)) {
			trace_syn_ack(tracing, seen);
		} else {
			seen->incarnation = owner_of(tracing, i);
			if (seen->incarnation + 1 < trail->n_incarnations) {
				trace_older(tracing, seen);
			} else if (seen->origin != TRAIL_NONE ||
				   (!tracing->gap[seen->from] &&
				    seen_is_forged(trail, tracing->now, i))) {
				seen->role = ROLE_STRAY;
				tracing->now->strays++;
			} else {
				trace_own(tracing, seen);
			}
		}
	}
	tracing->now->n_segments++;
	tracing->now->end_us = seen->us;
	note_gap(tracing, seen);
}

void trail_trace(struct trail *trail)
{
	struct tracing tracing = {.trail = trail};

	trail_order(trail);
	trail->n_incarnations = trail->n_done;
	for (size_t i = 0; i < trail->n; i++) {
		trace_segment(&tracing, i);
		if (trail->n_incarnations <= trail->max_incarnations)
			continue;
		/* This one is too many: the trail ends before it. */
		trail->n_incarnations--;
		trail->n = i;
		trail->cut = true;
	}
}
