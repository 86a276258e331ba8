// SPDX-License-Identifier: GPL-2.0-or-later
/* standing: owns the words for an answer's numbers. */
#include "play/standing.h"
#include "base/text.h"
#include "play/flow.h"

/* What reached the end in order, or what it has acknowledged beyond. */
static uint32_t receive_next(const struct flow *own, const struct end *other)
{
	const struct flow *peer = &other->flow;

	if (!peer->has_isn)
		return other->raw_isn;
	return own->has_ack && seq_after(own->ack_last, peer->delivered) ? own->ack_last
									 : peer->delivered;
}

void standing_of(const struct end *end, struct standing *ret)
{
	const struct end *other = conn_peer((struct end *)end);
	const struct flow *own = &end->flow, *peer = &other->flow;

	*ret = (struct standing){
		.snd_nxt = own->next,
		.rcv_nxt = receive_next(own, other),
		.edge = own->has_edge ? own->edge : receive_next(own, other),
		.ts_recent = peer->has_ts ? peer->ts_delivered : other->raw_tsval,
		.flow_label = own->flow_label,
		.speaks_ts = (peer->has_ts || (other->raw && other->raw_timestamps)) &&
			     (own->has_ts || !own->has_isn),
	};
}

/* "snd_nxt", "snd_nxt+65537", "rcv_nxt-1". */
static void number_describe(uint32_t number, uint32_t against, const char *name, struct text *out)
{
	int32_t apart = (int32_t)(number - against);

	text_add(out, "%s", name);
	if (apart)
		text_add(out, "%+d", apart);
}

static void seq_describe(const struct standing *at, const struct segment *to,
			 const struct segment *answer, struct text *out)
{
	uint32_t apart = answer->seq - at->snd_nxt;

	if (answer->flags & TCP_RST && !(answer->flags & TCP_ACK))
		number_describe(answer->seq, to->ack, "seg_ack", out);
	else if (answer->flags & TCP_RST && !answer->seq)
		text_add(out, "0");
	else if (answer->flags & TCP_SYN && apart != TIME_WAIT_ISN_STEP && apart != UINT32_MAX)
		text_add(out, "isn");
	else
		number_describe(answer->seq, at->snd_nxt, "snd_nxt", out);
}

void answer_describe(const struct standing *at, const struct segment *to,
		     const struct segment *answer, struct text *out)
{
	bool of_segment = answer->flags & TCP_SYN || (answer->flags & TCP_RST && !answer->seq);

	text_add(out, "seq=");
	seq_describe(at, to, answer, out);
	if (!(answer->flags & TCP_ACK))
		return;
	text_add(out, " ack=");
	if (of_segment)
		number_describe(answer->ack, to->seq + segment_space(to), "seg_end", out);
	else
		number_describe(answer->ack, at->rcv_nxt, "rcv_nxt", out);
}

void answer_describe_tsecr(const struct standing *at, const struct segment *kept,
			   const struct segment *answer, struct text *out)
{
	if (!answer->has_ts)
		text_add(out, "none");
	else if (!answer->tsecr)
		text_add(out, "0");
	else if (kept && answer->tsecr == kept->tsval && answer->tsecr != at->ts_recent)
		text_add(out, "seg_tsval");
	else
		number_describe(answer->tsecr, at->ts_recent, "ts_recent", out);
}
