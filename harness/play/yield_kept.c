// SPDX-License-Identifier: GPL-2.0-or-later
/* yield_kept: owns what is observed of a segment that was held, copied or crafted. */
#include "play/yield.h"
#include "play/dropped.h"
#include "play/log.h"
#include "play/sockopt.h"
#include "play/sticky.h"

#include <string.h>

/* Did the bytes of a kept segment reach the application of the incarnation they were released
 * into? Its own bytes count only if they were not there before. */
static bool kept_delivered(const struct kept *kept)
{
	const struct segment *seg = &kept->frame->seg;
	const struct conn *into = kept->into;
	const struct end *sender, *receiver;
	uint32_t offset;

	if (!into)
		return false;
	sender = &into->ends[kept->note.from];
	receiver = conn_peer(sender);
	offset = flow_offset(&sender->flow, seg);
	if (!sender->flow.has_isn || offset > receiver->read.len ||
	    seg->payload_len > receiver->read.len - offset)
		return false;
	if (into == kept->note.conn && kept->read_before > offset)
		return false;
	return !memcmp(receiver->read.data + offset, seg->payload, seg->payload_len);
}

void yield_kept(struct stage *stage, const struct kept *kept)
{
	const char *fate = "dropped";

	if (!kept->frame)
		fate = "absent";
	else if (!kept->released)
		fate = "held";
	else if (!kept->frame->seg.payload_len)
		fate = "empty";
	else if (kept_delivered(kept))
		fate = "delivered";
	stage_fact_word(stage, kept->name->name, "", fate);
	stage_fact_word(stage, kept->name->name, "answer", kept->answers ? kept->answer : "none");
	stage_fact_word(stage, kept->name->name, "answer_numbers",
			kept->answers ? text_str(&kept->numbers) : "none");
	stage_fact_word(stage, kept->name->name, "answer_tsecr",
			kept->answers ? text_str(&kept->tsecr) : "none");
	stage_fact_number(stage, kept->name->name, "answer_tos", kept->tos);
	stage_fact_word(stage, kept->name->name, "answer_label",
			kept->answers ? kept->label : "none");
	stage_fact_word(stage, kept->name->name, "answer_extension_headers",
			sticky_extensions_word(kept->extensions));
	stage_fact_word(stage, kept->name->name, "answer_signature",
			kept->answers ? kept->signature : "none");
	stage_fact_word(stage, kept->name->name, "answer_ip_options",
			sockopt_ip_options_word(1U << kept->ip_options));
	dropped_yield_kept(stage, kept);
	stage_fact_number(stage, kept->name->name, "answers", kept->answers);
}

/* Where a released or crafted segment stood for the incarnation that it came into: why it was
 * taken, or dropped. Of the clock's initial sequence numbers, so it is volatile. */
static json_t *kept_position(const struct kept *kept)
{
	const struct segment *seg = &kept->frame->seg;
	const struct flow *sender = &kept->into->ends[kept->note.from].flow;
	const struct flow *receiver = &conn_peer(&kept->into->ends[kept->note.from])->flow;
	json_t *position = json_pack("{s:I, s:s}", "n", (json_int_t)kept->released_n, "conn",
				     kept->into->name);

	if (sender->has_isn)
		json_object_set_new(position, "seq", json_integer(seg->seq - sender->isn));
	if (seg->flags & TCP_ACK && receiver->has_isn)
		json_object_set_new(position, "ack", json_integer(seg->ack - receiver->isn));
	if (seg->has_ts && sender->has_ts)
		json_object_set_new(position, "tsval",
				    json_integer((int32_t)(seg->tsval - sender->ts_base)));
	return position;
}

void yield_positions(const struct stage *stage, json_t *volatile_part)
{
	json_t *into = json_array();

	for (size_t i = 0; i < stage->n_kept; i++) {
		const struct kept *kept = &stage->kept[i];

		if (kept->released && kept->into && kept->released_n != LOG_NONE)
			json_array_append_new(into, kept_position(kept));
	}
	json_object_set_new(volatile_part, "into", into);
}
