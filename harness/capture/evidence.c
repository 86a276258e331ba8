// SPDX-License-Identifier: GPL-2.0-or-later
/* evidence: owns what is looked up among a trail's segments to place one of them. */
#include "capture/evidence.h"

#define COPY_US_MIN   1000	/* a copy that comes later than this is a stray */
#define LOOK_BACK_MAX 512	/* segments that are looked through for an original */
#define ACK_AHEAD_MAX (1 << 20) /* further on, an acknowledgement is of something else */

bool number_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* A copy of what the same end sent before, to the bit; of IPv4 the kernel's count tells two equal
 * segments apart, and else a payload or a timestamp must. */
uint32_t seen_original(const struct trail *trail, size_t i)
{
	const struct seen *seen = &trail->of[i];
	size_t from = i > LOOK_BACK_MAX ? i - LOOK_BACK_MAX : 0;

	for (size_t j = i; j-- > from;) {
		const struct seen *other = &trail->of[j];

		if (other->from != seen->from || other->seq != seen->seq ||
		    other->ack != seen->ack || other->len != seen->len ||
		    other->flags != seen->flags || other->ip_id != seen->ip_id ||
		    other->has_ts != seen->has_ts || other->tsval != seen->tsval ||
		    other->tsecr != seen->tsecr || other->window != seen->window ||
		    other->sum != seen->sum)
			continue;
		if (seen->us - other->us >= COPY_US_MIN &&
		    (seen->ip_id || (seen->len && seen->has_ts)))
			return j;
	}
	return TRAIL_NONE;
}

/* Did the end send these bytes at this place in an older incarnation? */
bool seen_before(const struct trail *trail, size_t i, size_t incarnation)
{
	const struct seen *seen = &trail->of[i];
	size_t from = i > LOOK_BACK_MAX ? i - LOOK_BACK_MAX : 0;

	for (size_t j = i; seen->sum_len && j-- > from;) {
		const struct seen *other = &trail->of[j];

		if (other->incarnation == incarnation && other->from == seen->from &&
		    other->seq == seen->seq && other->sum_len == seen->sum_len &&
		    other->sum == seen->sum)
			return true;
	}
	return false;
}

/* Do other bytes come for the same place soon after? */
bool seen_replaced(const struct trail *trail, size_t i)
{
	const struct seen *seen = &trail->of[i];

	for (size_t j = i + 1; seen->sum_len && j < trail->n && j - i < LOOK_BACK_MAX; j++) {
		const struct seen *other = &trail->of[j];

		if (other->from != seen->from)
			continue;
		if (other->flags & TCP_SYN)
			return false;
		if (other->seq == seen->seq && other->sum_len == seen->sum_len)
			return other->sum != seen->sum;
	}
	return false;
}

/* Does the end send behind segment i what it has to send next? */
static bool hole_is_filled(const struct trail *trail, size_t i, int end, uint32_t next)
{
	for (size_t j = i + 1; j < trail->n; j++) {
		const struct seen *other = &trail->of[j];

		if (other->from != end || other->flags & TCP_SYN || number_after(other->seq, next))
			continue;
		if (other->flags & TCP_FIN && other->seq + other->len == next)
			return false; /* nothing is behind it */
		if (number_after(other->seq + seen_space(other), next))
			return true;
	}
	return false;
}

/* Does the other end acknowledge all that comes before this one, sooner or later? */
static bool is_acked_up_to(const struct trail *trail, size_t i)
{
	const struct seen *seen = &trail->of[i];

	for (size_t j = i > LOOK_BACK_MAX ? i - LOOK_BACK_MAX : 0; j < trail->n; j++) {
		const struct seen *other = &trail->of[j];

		if (j > i && (other->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN)
			return false;
		if (j < i && other->incarnation + 1 != trail->n_incarnations)
			continue;
		if (other->from != seen->from && !(other->flags & TCP_RST) &&
		    other->flags & TCP_ACK && other->ack - seen->seq < ACK_AHEAD_MAX)
			return true;
	}
	return false;
}

/* Nobody acknowledges what he did not get; of an end that is not in the capture nothing is known.
 */
bool seen_lacks(const struct trail *trail, const struct incarnation *now, size_t i)
{
	const struct seen *seen = &trail->of[i];
	int end = seen->from;

	return now->has_isn[end] && !(seen->flags & TCP_RST) &&
	       number_after(seen->seq, now->next[end]) &&
	       !hole_is_filled(trail, i, end, now->next[end]) &&
	       (!now->has_isn[!end] || is_acked_up_to(trail, i));
}

/* One number more may be a FIN's that the capture lacks, too. */
bool seen_acks_lacking(const struct trail *trail, const struct incarnation *now, size_t i)
{
	const struct seen *seen = &trail->of[i];
	uint32_t next = now->next[!seen->from];

	return now->has_isn[!seen->from] && (seen->flags & (TCP_ACK | TCP_RST)) == TCP_ACK &&
	       number_after(seen->ack, next + 1) && seen->ack - next < ACK_AHEAD_MAX &&
	       !hole_is_filled(trail, i, !seen->from, next);
}

/* No end of its own sends such a segment: who did forged it, or has another's state. */
bool seen_is_forged(const struct trail *trail, const struct incarnation *now, size_t i,
		    bool overtaken)
{
	const struct seen *seen = &trail->of[i];
	int end = seen->from;
	uint32_t next = now->next[end];

	if (!now->has_isn[end] || now->opening != OPENING_OPENED)
		return false;
	if (seen->flags & TCP_RST)
		return now->established && seen->flags == TCP_RST && seen->seq != next &&
		       !now->rsts[end] && seen->seq != now->ack_last[!end] &&
		       seen->seq != now->fin_end[end];
	if (!(seen->flags & TCP_ACK) || (now->has_ts[0] && now->has_ts[1] && !seen->has_ts))
		return true;
	if (seen->has_ts &&
	    number_after(overtaken ? now->ts_first[end] : now->ts_last[end], seen->tsval))
		return true;
	if (number_after(now->isn[end], seen->seq)) /* a keepalive's probe may have the SYN's */
		return true;
	if (now->fins[end] && number_after(seen->seq + seen_space(seen), now->fin_end[end]))
		return true;
	return number_after(seen->seq, next) && !seen->lacks &&
	       !hole_is_filled(trail, i, end, next);
}
