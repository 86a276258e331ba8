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
#include "capture/holes.h"
#include "capture/incarnation.h"
#include "base/mem.h"

#include <string.h>

#define WINDOW_MAX (1 << 20) /* how far ahead a segment may plausibly be */

/* What is known of the newest incarnation while its segments are read. */
struct tracing {
	struct trail *trail;
	struct incarnation *now; /* NULL: none yet */
	struct holes holes[2];
	bool gap[2]; /* segments of this end were given up since its last one: where it is by now
		      * is not known */
};

static void incarnation_begin(struct tracing *tracing, const struct seen *seen, uint8_t client)
{
	struct trail *trail = tracing->trail;
	struct incarnation *now;

	if (tracing->now)
		incarnation_settle(tracing->now, seen->us);
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
	memset(tracing->holes, 0, sizeof(tracing->holes));
	memset(tracing->gap, 0, sizeof(tracing->gap));
	tracing->now = now;
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
			    incarnation_acks_opening(now, seen))
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

/* Was it sent before others that came first? Its timestamp is older then, and nothing is wrong. */
static bool is_overtaken(struct tracing *tracing, const struct seen *seen)
{
	const struct incarnation *now = tracing->now;

	if (seen->len)
		return holes_find(&tracing->holes[seen->from], seen->seq);
	return !now->closed && number_after(now->ack_last[seen->from], seen->ack);
}

static enum role data_role(struct tracing *tracing, const struct seen *seen)
{
	struct incarnation *now = tracing->now;
	uint32_t next = now->next[seen->from];

	if (number_after(seen->seq, next) && !seen->lacks && !tracing->gap[seen->from])
		holes_open(&tracing->holes[seen->from], next, seen->seq);
	if (!number_after(next, seen->seq))
		return ROLE_PLAIN;
	if (seen->len && holes_fill(&tracing->holes[seen->from], seen->seq, seen->len))
		return ROLE_FILL;
	return ROLE_AGAIN; /* a keepalive's probe, too */
}

/* A segment of the newest incarnation, in its turn. */
static void trace_own(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;
	int end = seen->from;

	if (!now->has_isn[end] && !(seen->flags & TCP_RST)) {
		incarnation_end_begins(now, seen, seen->seq - 1);
		now->next[end] = seen->seq; /* what it has is new */
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
	} else if (seen->flags & TCP_RST && now->opening == OPENING_UNANSWERED && now->challenges) {
		seen->role = ROLE_DENIAL; /* the SYN comes again */
		now->denials++;
		return;
	} else if (seen->len || seen->flags & TCP_FIN) {
		seen->role = data_role(tracing, seen);
		now->again += seen->role == ROLE_AGAIN;
	}
	if (seen->has_ts && !(seen->flags & TCP_RST) &&
	    !number_after(now->ts_last[end], seen->tsval))
		now->ts_last[end] = seen->tsval;
	if (seen->flags & TCP_FIN)
		incarnation_take_fin(now, seen);
	if (seen->flags & TCP_ACK && !(seen->flags & TCP_RST))
		incarnation_take_ack(now, seen);
	if (seen->acks_lacking)
		incarnation_lacks(now, !end, seen->ack);
	if (seen->lacks)
		incarnation_lacks(now, end, seen->seq);
	if (!(seen->flags & TCP_RST) && number_after(seen->seq + seen_space(seen), now->next[end]))
		now->next[end] = seen->seq + seen_space(seen);
	incarnation_take_end(now, seen);
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
		incarnation_take_syn(now, seen);
	else if (now->syns)
		seen->role = ROLE_AGAIN;
	now->syns++;
}

/* Does it answer a SYN that the capture lacks: of no incarnation that is known, after the end of
 * the newest? */
static bool is_reopened_unseen(const struct tracing *tracing, const struct seen *seen)
{
	const struct trail *trail = tracing->trail;
	const struct incarnation *now = tracing->now;
	size_t n = trail->n_incarnations;

	if (!now->closed || !now->has_isn[seen->from] || now->isn[seen->from] == seen->seq)
		return false;
	for (size_t older = n; older-- > 0 && n - older <= INCARNATIONS_SPAN;) {
		if (incarnation_acks_opening(&trail->incarnations[older], seen))
			return false;
	}
	return true;
}

/* Of the incarnation whose SYN it acknowledges. */
static void trace_syn_ack(struct tracing *tracing, struct seen *seen)
{
	struct incarnation *now = tracing->now;

	seen->incarnation = tracing->trail->n_incarnations - 1;
	if (is_reopened_unseen(tracing, seen)) {
		incarnation_begin(tracing, seen, !seen->from);
		now = tracing->now;
		seen->incarnation++;
	}
	if (now->has_isn[!seen->from] && !incarnation_acks_opening(now, seen)) {
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
		incarnation_end_begins(now, seen, seen->seq);
	now->opening = OPENING_OPENED;
	now->client = !seen->from;
	now->syn_data_acked = seen->ack - now->isn[now->client] - 1 >= now->syn_len;
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

/* Of the newest incarnation, and not in its turn? */
static bool is_stray(struct tracing *tracing, size_t i)
{
	const struct trail *trail = tracing->trail;
	struct seen *seen = &trail->of[i];

	if (seen->origin != TRAIL_NONE || tracing->gap[seen->from])
		return seen->origin != TRAIL_NONE;
	seen->lacks = seen_lacks(trail, tracing->now, i);
	seen->acks_lacking =
		!tracing->gap[!seen->from] && seen_acks_lacking(trail, tracing->now, i);
	return seen_is_forged(trail, tracing->now, i, is_overtaken(tracing, seen));
}

static void trace_segment(struct tracing *tracing, size_t i)
{
	struct trail *trail = tracing->trail;
	struct seen *seen = &trail->of[i];

	seen->role = ROLE_PLAIN;
	seen->lacks = seen->acks_lacking = false;
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
			} else if (is_stray(tracing, i)) {
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
