// SPDX-License-Identifier: GPL-2.0-or-later
/* hooks: owns the fate of each frame: which verb it meets, its line in the log, whose answer it is.
 */
#include "play/hooks.h"
#include "base/clock.h"
#include "play/loop.h"
#include "play/raw.h"
#include "play/translate.h"
#include "play/watch.h"

/* Between two established ends only these flags, or a call, can change a state; a call's FIN or
 * RST comes by here too. */
static bool may_change(const struct conn *conn, const struct segment *seg)
{
	return seg->flags & (TCP_SYN | TCP_FIN | TCP_RST) ||
	       conn->ends[SIDE_CLIENT].watch.seen.state != STATE_ESTABLISHED ||
	       conn->ends[SIDE_SERVER].watch.seen.state != STATE_ESTABLISHED;
}

static void look_at(struct stage *stage, struct conn *conn, const struct segment *seg,
		    uint32_t after)
{
	if (conn && conn->watched && !stage->failure.code && may_change(conn, seg))
		watch_conn(stage, conn, after, &stage->failure);
}

/* Which hosts a segment goes between: the wire knows; a tap's, and those of clients behind a
 * router, follow from the connection. */
static void frame_hosts(const struct stage *stage, const struct wire_frame *frame,
			const struct note *note, enum host_id *ret_from, enum host_id *ret_to)
{
	*ret_from = HOST_CLIENT;
	*ret_to = HOST_SERVER;
	if (stage->lab.topology == TOPOLOGY_NAT && note->conn) {
		struct end *end = note_sender(note);

		*ret_from = end->host;
		*ret_to = conn_peer(end)->host;
	} else if (frame->from != WIRE_PORT_NONE) {
		*ret_from = frame->from;
		*ret_to = frame->to;
	} else if (note->conn && note->from == SIDE_SERVER) {
		*ret_from = HOST_SERVER;
		*ret_to = HOST_CLIENT;
	}
}

static void note_answer(struct stage *stage, const struct wire_frame *frame)
{
	const struct kept *kept = stage->awaiting;

	if (kept && frame->from == kept->frame->to && frame->seg.sport == kept->frame->seg.dport &&
	    frame->seg.dport == kept->frame->seg.sport)
		kept_answered(stage->awaiting, frame);
}

static enum wire_action apply_verb(struct stage *stage, const struct verb *verb,
				   struct wire_frame *frame, const struct note *note,
				   struct log_segment *entry, int64_t *delay_ns)
{
	static const enum fate fates[N_STEP_KINDS] = {
		[STEP_HOLD] = FATE_HELD,	 [STEP_COPY] = FATE_COPIED,
		[STEP_DROP] = FATE_DROPPED,	 [STEP_DUPLICATE] = FATE_DUPLICATED,
		[STEP_CORRUPT] = FATE_CORRUPTED, [STEP_DELAY] = FATE_DELAYED,
	};
	struct kept *kept = verb->name && verb->name->class == NAME_SEGMENT
				    ? kept_find(stage, verb->name)
				    : NULL;

	if (kept && !kept->frame)
		kept_fill(kept, frame, note, frame->n);
	if (entry) {
		entry->fate = fates[verb->kind];
		entry->by_verb = true;
		entry->name = verb->name ? verb->name->name : NULL;
	}
	if (verb->kind == STEP_CORRUPT)
		wire_spoil(frame);
	*delay_ns = verb->delay_ns;
	if (verb->kind == STEP_HOLD || verb->kind == STEP_DROP)
		return WIRE_TAKE;
	return verb->kind == STEP_DUPLICATE ? WIRE_DUPLICATE : WIRE_CARRY;
}

static enum wire_action hook_arrived(void *ctx, struct wire_frame *frame, int64_t *delay_ns)
{
	struct stage *stage = ctx;
	bool tap = stage->wire.tap;
	struct log_segment *entry = NULL;
	enum host_id from, to;
	struct note note;
	struct verb *verb;

	if (frame->from == HOST_ROUTER && !stage->failure.code)
		translate_arrived(stage, &frame->seg, &stage->failure);
	story_begin(stage, &frame->seg, frame->at_ns);
	flow_arrived(stage, &frame->seg, &note);
	story_sent(stage, &note, &frame->seg, frame->at_ns);
	stage->arrived = note;
	frame_hosts(stage, frame, &note, &from, &to);
	frame->sender = note_sender(&note);
	if (frame->sender)
		flow_clock(frame->sender, &frame->seg, frame->at_ns);
	frame->n = log_segment(&stage->log, &frame->seg, &note, tap ? FATE_SEEN : FATE_CARRIED,
			       from, to, frame->at_ns);
	if (frame->n != LOG_NONE) {
		entry = &stage->log.segments[frame->n];
		log_packet(&stage->log, frame->n, frame->bytes, frame->len);
		if (stage->cause != LOG_NONE && frame->from == stage->cause_to)
			entry->cause = stage->cause;
	}
	note_answer(stage, frame);
	if (note.conn && frame->seg.flags & TCP_RST && stage->cause == LOG_NONE)
		note_sender(&note)->watch.gave_up = true;
	look_at(stage, note.conn, &frame->seg, LOG_NONE);
	if (tap && note.conn)
		flow_delivered(note_sender(&note), &frame->seg);
	verb = tap ? NULL : verb_match(stage, frame, &note);
	if (verb && verb->kind == STEP_DROP)
		flow_lost(&note, frame->seg.flags, 1);
	return verb ? apply_verb(stage, verb, frame, &note, entry, delay_ns) : WIRE_CARRY;
}

/* Which frame this is, for a link that draws its fate; asked right after it arrived. */
static uint64_t hook_identity(void *ctx, const struct wire_frame *frame)
{
	struct stage *stage = ctx;

	return identity_of(&stage->identities, &frame->seg, &stage->arrived);
}

/* The one word for what a link did; of several things the gravest. */
static enum fate link_fate(const struct impair_fate *fate)
{
	const struct impair_copy *copy = &fate->copies[0];

	if (!fate->n_copies)
		return FATE_LOST;
	if (fate->n_copies > 1)
		return FATE_DUPLICATED;
	if (copy->corrupt_bit >= 0)
		return FATE_CORRUPTED;
	if (copy->overtook)
		return FATE_REORDERED;
	return copy->late ? FATE_DELAYED : FATE_CARRIED;
}

static bool comes_intact(const struct impair_fate *fate)
{
	bool intact = false;

	for (size_t i = 0; i < fate->n_copies; i++)
		intact |= !fate->copies[i].damaged;
	return intact;
}

/* A verb's word stands, unless nothing came out of the link. */
static void hook_impaired(void *ctx, const struct wire_frame *frame, const struct impair_fate *fate)
{
	struct stage *stage = ctx;
	struct log_segment *entry;
	bool reaches = !frame->damaged && (!fate || comes_intact(fate));

	if (!fate)
		flow_unknown(&stage->arrived, frame->seg.flags, 1);
	if (!reaches)
		flow_lost(&stage->arrived, frame->seg.flags, 1);
	if (frame->n == LOG_NONE)
		return;
	entry = &stage->log.segments[frame->n];
	entry->lost = !reaches;
	if (!entry->by_verb || (fate && !fate->n_copies))
		entry->fate = fate ? link_fate(fate) : FATE_UNKNOWN;
}

/* A second copy may come intact where the first was damaged: then nothing was lost after all. One
 * of two that a verb sent may come damaged after the other one was intact. */
static void hook_settled(void *ctx, uint32_t n, const struct impair_fate *fate)
{
	struct stage *stage = ctx;
	struct log_segment *entry;
	bool lost;

	if (n == LOG_NONE)
		return;
	entry = &stage->log.segments[n];
	lost = (entry->by_verb && entry->fate == FATE_CORRUPTED) || !comes_intact(fate);
	if (entry->settled && !entry->lost)
		lost = false;
	if (!entry->settled)
		flow_unknown(&entry->note, entry->flags, -1);
	entry->settled = true;
	if (lost != entry->lost)
		flow_lost(&entry->note, entry->flags, lost ? 1 : -1);
	entry->lost = lost;
	if (!entry->by_verb || !fate->n_copies)
		entry->fate = link_fate(fate);
}

static bool is_crafted(const struct stage *stage, const struct wire_frame *frame)
{
	const struct kept *kept = stage->awaiting;

	return kept && kept->crafted && kept->frame == frame;
}

/* What the kernel's netem brought came before it was read; the wire's own has just gone in. */
static int64_t came_ns(const struct wire_frame *frame)
{
	return frame->from == WIRE_PORT_NONE ? frame->at_ns - frame->late_ns : INT64_MAX;
}

/* It is intact, and its receiver is the other end. What became of a crafted one only the receiver's
 * own segments tell. */
static void segment_reached(struct stage *stage, struct end *sender, const struct wire_frame *frame)
{
	struct end *receiver = conn_peer(sender);

	if (receiver->raw)
		raw_receive(receiver, &frame->seg);
	if (!is_crafted(stage, frame))
		flow_delivered(sender, &frame->seg);
	story_reached(stage, sender, &frame->seg);
	watch_met(stage, receiver, &frame->seg, came_ns(frame));
}

/* Its line in the log is not written, and it changes no state that is looked at. */
static bool hook_is_plain(void *ctx, const struct wire_frame *frame)
{
	const struct stage *stage = ctx;
	const struct end *sender = frame->sender;

	return frame->n == LOG_NONE && !stage->awaiting &&
	       !(sender && sender->conn->watched && may_change(sender->conn, &frame->seg));
}

static void hook_delivered(void *ctx, const struct wire_frame *frame)
{
	struct stage *stage = ctx;
	struct end *sender = frame->sender;

	if (sender && !frame->damaged)
		segment_reached(stage, sender, frame);
	if (stage->awaiting && stage->awaiting->released_n != frame->n &&
	    stage->awaiting->frame->to == frame->to)
		stage->awaiting = NULL; /* what the host sends now may answer this frame */
	if (hook_is_plain(stage, frame))
		return;
	look_at(stage, sender ? sender->conn : NULL, &frame->seg, frame->n);
	/* What the receiver sent while this frame was handed to it already waits to be read. Of
	 * several frames that came together nobody knows which one it answers. */
	stage->cause = frame->together ? LOG_NONE : frame->n;
	stage->cause_to = frame->to;
	if (!stage->failure.code)
		wire_read(&stage->wire, &stage->failure);
	stage->cause = LOG_NONE;
}

const struct wire_hooks stage_hooks = {
	.arrived = hook_arrived,
	.identity = hook_identity,
	.impaired = hook_impaired,
	.settled = hook_settled,
	.delivered = hook_delivered,
	.is_plain = hook_is_plain,
};

static bool answered(struct stage *stage, void *arg)
{
	const struct kept *kept = arg;

	return !kept->counts && (kept->answers || !stage->awaiting);
}

/* A kept segment's numbers are about the incarnation that it is released into; a crafted one was
 * made for where its receiver stood. */
static void note_standing(struct kept *kept)
{
	if (!kept->crafted && kept->into)
		standing_of(conn_peer(&kept->into->ends[kept->note.from]), &kept->at);
}

int stage_deliver(struct stage *stage, struct kept *kept, enum fate fate, int64_t deadline_ns,
		  struct err *err)
{
	struct wire_frame *frame = kept->frame;
	enum host_id from_host, to_host;
	enum side from;
	/* What a host has sent by now is no answer to what is delivered now. */
	int r = loop_catch_up(stage, err);

	if (r)
		return r;
	kept->into = flow_find(stage, &frame->seg, &from);
	if (kept->into)
		kept->read_before = conn_peer(&kept->into->ends[from])->read.len;
	note_standing(kept);
	kept->released = true;
	frame->sender = note_sender(&kept->note);
	frame_hosts(stage, frame, &kept->note, &from_host, &to_host);
	frame->n = log_segment(&stage->log, &frame->seg, &kept->note, fate, from_host, to_host,
			       clock_now_ns());
	if (frame->n != LOG_NONE) {
		log_packet(&stage->log, frame->n, frame->bytes, frame->len);
		stage->log.segments[frame->n].name = kept->name ? kept->name->name : NULL;
		stage->log.segments[frame->n].of = kept->n;
	}
	kept->released_n = frame->n;
	stage->awaiting = kept;
	r = wire_inject(&stage->wire, frame, err);
	/* The incarnation that lives now is the one whose ends it may have changed. */
	look_at(stage, kept->into, &frame->seg, frame->n);
	if (!r)
		r = loop_wait(stage, answered, kept, deadline_ns, err);
	stage->awaiting = NULL;
	return r < 0 ? r : 0;
}

int stage_send_raw(struct stage *stage, struct wire_frame *frame, struct err *err)
{
	struct note note;
	enum host_id from, to;
	int r = loop_catch_up(stage, err);

	if (r)
		return r;
	flow_arrived(stage, &frame->seg, &note);
	frame->sender = note_sender(&note);
	frame_hosts(stage, frame, &note, &from, &to);
	frame->n = log_segment(&stage->log, &frame->seg, &note, FATE_CARRIED, from, to,
			       clock_now_ns());
	if (frame->n != LOG_NONE)
		log_packet(&stage->log, frame->n, frame->bytes, frame->len);
	return wire_inject(&stage->wire, frame, err);
}
