// SPDX-License-Identifier: GPL-2.0-or-later
/* incarnation: owns what its segments say of an incarnation, one after the other. */
#include "capture/incarnation.h"
#include "capture/evidence.h"

#define FIN_AGAIN_US 1000000 /* within that, one that is not acknowledged comes again */

bool incarnation_has(const struct incarnation *incarnation, int end, uint32_t number,
		     uint32_t slack)
{
	return incarnation->has_isn[end] &&
	       number - incarnation->isn[end] <=
		       incarnation->next[end] - incarnation->isn[end] + slack;
}

/* Does it acknowledge the other end's SYN, and what came with that (RFC 7413)? */
bool incarnation_acks_opening(const struct incarnation *now, const struct seen *seen)
{
	return seen->ack != now->isn[!seen->from] &&
	       incarnation_has(now, !seen->from, seen->ack, 0);
}

unsigned incarnation_time_wait(const struct incarnation *incarnation)
{
	if (incarnation->ending != ENDING_ORDERLY)
		return 0;
	return incarnation->closer == 2 ? 3 : 1U << incarnation->closer;
}

/* A filter may leave out the last acknowledgement of all (that keeps SYN, FIN and RST only): a FIN
 * that nobody acknowledges comes again. */
void incarnation_settle(struct incarnation *before, int64_t us)
{
	if (before->ending == ENDING_HALF && (before->lacking[0] || before->lacking[1]) &&
	    before->fins[0] == 1 && before->fins[1] == 1 && us - before->end_us > FIN_AGAIN_US)
		before->ending = ENDING_ORDERLY;
}

void incarnation_end_begins(struct incarnation *now, const struct seen *seen, uint32_t isn)
{
	int end = seen->from;

	now->has_isn[end] = true;
	now->isn[end] = isn;
	now->next[end] = seen->seq + seen_space(seen);
	now->has_ts[end] = seen->has_ts;
	now->ts_first[end] = now->ts_last[end] = seen->tsval;
}

void incarnation_take_fin(struct incarnation *now, const struct seen *seen)
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

void incarnation_take_ack(struct incarnation *now, const struct seen *seen)
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

/* What this end sent up to the number is not in the capture. */
void incarnation_lacks(struct incarnation *now, int end, uint32_t number)
{
	now->lacking[end] += number - now->next[end];
	now->next[end] = number;
}

void incarnation_take_end(struct incarnation *now, const struct seen *seen)
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

void incarnation_take_syn(struct incarnation *now, const struct seen *seen)
{
	incarnation_end_begins(now, seen, seen->seq);
	now->syn_len = seen->len;
}
