// SPDX-License-Identifier: GPL-2.0-or-later
/* flow: owns the way from a frame to its incarnation, and the sequence space of each end. */
#include "play/flow.h"
#include "base/mem.h"
#include "play/stage.h"

bool seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

struct conn *flow_find(const struct stage *stage, const struct segment *seg, enum side *ret_from)
{
	const struct tuple sender = {.local = seg->src,
				     .remote = seg->dst,
				     .local_port = seg->sport,
				     .remote_port = seg->dport};
	const struct ends_entry *entry = ends_find(&stage->ends, &sender);
	struct end *end;

	if (!entry)
		return NULL;
	end = entry->end;
	*ret_from = end == &end->conn->ends[SIDE_CLIENT] ? SIDE_CLIENT : SIDE_SERVER;
	return end->conn;
}

/* The first chunk that does not begin before offset; they lie in order. */
static size_t first_chunk(const struct end *end, uint32_t offset)
{
	size_t low = 0, high = end->n_chunks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (end->chunks[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

uint32_t flow_offset(const struct flow *sender, const struct segment *seg)
{
	return seg->seq + !!(seg->flags & TCP_SYN) - sender->isn - 1;
}

/* Count one transmission of each chunk that begins inside the payload. */
static void count_chunks(struct end *end, const struct segment *seg, struct note *note)
{
	uint32_t offset = flow_offset(&end->flow, seg);

	for (size_t i = first_chunk(end, offset); i < end->n_chunks; i++) {
		struct chunk *chunk = &end->chunks[i];

		if (chunk->offset - offset >= seg->payload_len)
			return;
		chunk->transmissions++;
		if (!note->data) {
			note->data = i + 1;
			note->transmission = chunk->transmissions;
		}
	}
}

static void count_fin(struct end *end, const struct segment *seg, struct note *note)
{
	struct flow *flow = &end->flow;

	flow->fins++;
	note->transmission = flow->fins;
	flow->fin_next = seg->seq + segment_space(seg);
	if (flow->fin_order)
		return;
	flow->fin_order = conn_peer(end)->flow.fin_order ? 2 : 1;
	flow->fin_early = !conn_peer(end)->flow.fins_arrived;
}

/* An end's TSecr is its TS.Recent, whatever has reached it in between. */
static void count_echo(struct flow *peer, uint32_t tsecr)
{
	if (!peer->has_ts)
		peer->ts_base = tsecr;
	peer->has_ts = true;
	peer->ts_delivered = tsecr;
}

static void count_timestamps(struct end *end, const struct segment *seg)
{
	struct flow *flow = &end->flow;

	if (!seg->has_ts)
		return;
	if (!flow->has_ts) {
		const struct conn *before = conn_previous(end->conn);
		const struct flow *old = before ? &before->ends[end - end->conn->ends].flow : NULL;

		flow->has_ts = true;
		flow->ts_base = old && old->has_ts ? old->ts_base : seg->tsval;
	}
	flow->ts_last = seg->tsval;
	if (seg->flags & TCP_ACK)
		count_echo(&conn_peer(end)->flow, seg->tsecr);
}

/* How far the peer may send, as this end says (RFC 7323 2.3). */
static void count_window(struct end *end, const struct segment *seg)
{
	struct flow *flow = &end->flow;
	bool scaled =
		!(seg->flags & TCP_SYN) && flow->has_wscale && conn_peer(end)->flow.has_wscale;

	flow->edge = seg->ack + ((uint32_t)seg->window << (scaled ? flow->wscale : 0));
	flow->has_edge = true;
}

/* Where the first SYN stands for a TIME-WAIT of the incarnation before (as in
 * tcp_timewait_state_process). */
static void compare_syn(struct end *end, const struct segment *seg)
{
	const struct conn *before = conn_previous(end->conn);
	const struct flow *old = before ? &before->ends[end - end->conn->ends].flow : NULL;
	struct flow *flow = &end->flow;
	uint32_t beyond;

	if (!old || !old->has_isn)
		return;
	beyond = seg->seq - old->delivered;
	flow->syn_against_seq = beyond && beyond <= 1U << 31 ? "newer" : "older";
	if (!seg->has_ts || !old->has_ts)
		return;
	if (seg->tsval == old->ts_delivered)
		flow->syn_against_tsval = "equal";
	else
		flow->syn_against_tsval =
			seq_after(seg->tsval, old->ts_delivered) ? "newer" : "older";
}

static void count_segment(struct end *end, const struct segment *seg, struct note *note)
{
	struct flow *flow = &end->flow;
	uint32_t next = seg->seq + segment_space(seg);

	if (seg->flow_label && seg->flow_label != flow->flow_label) {
		flow->flow_label = seg->flow_label;
		flow->flow_labels++;
	}
	flow->ip_options |= 1U << seg->ip_options;
	flow->extended += !!seg->extensions;
	flow->bare += !seg->extensions;
	if (seg->flags & TCP_SYN) {
		if (!flow->syns++) {
			compare_syn(end, seg);
			flow->syn_data = seg->payload_len;
		}
		note->transmission = flow->syns;
		if (!flow->has_isn || flow->isn != seg->seq)
			flow->next = next;
		flow->isn = seg->seq;
		flow->has_isn = true;
		flow->has_wscale = seg->has_wscale;
		flow->wscale = seg->wscale;
		if (seg->flags & TCP_ACK)
			conn_peer(end)->flow.delivered = seg->ack;
		flow->has_tsecr = seg->has_ts;
		flow->syn_tsecr = seg->has_ts ? seg->tsecr : 0;
	}
	if (seg->payload_len && flow->has_isn)
		count_chunks(end, seg, note);
	if (seg->flags & TCP_FIN)
		count_fin(end, seg, note);
	if (seg->flags & TCP_ACK && !(seg->flags & TCP_RST)) {
		flow->ack_last = seg->ack;
		flow->has_ack = true;
		count_window(end, seg);
	}
	if (seg->flags & TCP_RST) {
		flow->rsts++;
		note->transmission = flow->rsts;
		return; /* its sequence number says nothing of SND.NXT */
	}
	if (flow->has_isn && seq_after(next, flow->next))
		flow->next = next;
	count_timestamps(end, seg);
}

/* A RST that refuses the SYN which the other end has sent in this incarnation. */
static bool refuses_syn(const struct conn *conn, enum side from, const struct segment *seg)
{
	const struct flow *other = &conn_peer((struct end *)&conn->ends[from])->flow;

	return seg->flags & TCP_RST && seg->flags & TCP_ACK && other->has_isn &&
	       seg->ack == other->isn + 1;
}

static struct conn *find_incarnation(struct conn *newest, enum side from, const struct segment *seg)
{
	if (seg->flags & TCP_SYN || refuses_syn(newest, from, seg))
		return newest;
	for (struct conn *conn = newest; conn; conn = conn_previous(conn)) {
		if (conn->ends[from].flow.has_isn)
			return conn;
	}
	return newest;
}

void flow_arrived(struct stage *stage, const struct segment *seg, struct note *ret)
{
	struct end *end;

	*ret = (struct note){0};
	ret->conn = flow_find(stage, seg, &ret->from);
	if (!ret->conn)
		return;
	ret->conn = find_incarnation(ret->conn, ret->from, seg);
	end = &ret->conn->ends[ret->from];
	count_segment(end, seg, ret);
	ret->final_ack = !segment_space(seg) && !(seg->flags & TCP_RST) && end->flow.fin_order &&
			 conn_peer(end)->flow.fin_order == 2 &&
			 seg->ack == conn_peer(end)->flow.fin_next;
	end->flow.final_acks += ret->final_ack;
}

void flow_clock(struct end *sender, const struct segment *seg, int64_t at_ns)
{
	struct flow *flow = &sender->flow;

	if (!seg->has_ts || sender->raw)
		return;
	if (!flow->ts_first_ns) {
		flow->ts_first = seg->tsval;
		flow->ts_first_ns = at_ns;
	}
	flow->ts_last_ns = at_ns;
}

static void toll_add(struct toll *toll, const struct note *note, uint8_t flags, int more)
{
	toll->all += more;
	toll->syns += flags & TCP_SYN ? more : 0;
	toll->fins += flags & TCP_FIN ? more : 0;
	toll->final_acks += note->final_ack ? more : 0;
}

void flow_lost(const struct note *note, uint8_t flags, int more)
{
	if (note->conn)
		toll_add(&note->conn->ends[note->from].flow.lost, note, flags, more);
}

void flow_unknown(const struct note *note, uint8_t flags, int more)
{
	if (note->conn)
		toll_add(&note->conn->ends[note->from].flow.unknown, note, flags, more);
}

struct end *note_sender(const struct note *note)
{
	return note->conn ? &note->conn->ends[note->from] : NULL;
}

void flow_delivered(struct end *sender, const struct segment *seg)
{
	struct flow *flow = &sender->flow;
	uint32_t next = seg->seq + segment_space(seg);

	if (seg->flags & TCP_RST)
		return;
	flow->fins_arrived += !!(seg->flags & TCP_FIN);
	flow->has_delivered = true;
	if (seg->flags & TCP_SYN)
		flow->delivered = next;
	else if (!seq_after(seg->seq, flow->delivered) && seq_after(next, flow->delivered))
		flow->delivered = next;
	if (seg->has_ts)
		flow->ts_delivered = seg->tsval;
}

bool segment_is(const struct segment *seg, const struct note *note, enum segment_kind kind)
{
	switch (kind) {
	case SEGMENT_ANY:
		return true;
	case SEGMENT_SYN:
		return (seg->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	case SEGMENT_SYN_ACK:
		return (seg->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	case SEGMENT_FIN:
		return seg->flags & TCP_FIN;
	case SEGMENT_RST:
		return seg->flags & TCP_RST;
	case SEGMENT_ACK:
		return !segment_space(seg) && (seg->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
	case SEGMENT_FINAL_ACK:
		return note->final_ack;
	case SEGMENT_DATA:
		return seg->payload_len > 0;
	}
	return false;
}
