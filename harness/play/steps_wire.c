// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_wire: owns the steps that act on single segments: the verbs, release, inject. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/carry.h"
#include "play/craft.h"
#include "play/hooks.h"
#include "play/loop.h"
#include "play/mangle.h"
#include "play/stage.h"

#include <errno.h>
#include <string.h>

int step_verb(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	return verb_add(stage, step, args, err);
}

int step_link(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	/* What was sent before it is the old rule's. */
	int r = loop_wait(stage, NULL, NULL, clock_now_ns(), err);

	(void)step;
	return r < 0 ? r : carry_link(stage, args[LINK_RULE].text, err);
}

int step_release(struct stage *stage, const struct step *step, const struct argval *args,
		 struct err *err)
{
	struct kept *kept = kept_find(stage, args[RELEASE_SEGMENT].name);

	(void)step;
	if (!kept || !kept->frame)
		return 0; /* the fact says that it is absent */
	return stage_deliver(stage, kept, FATE_RELEASED,
			     clock_now_ns() + args[RELEASE_WITHIN].number, err);
}

/* The first number that is asked for beyond, at or before the window's edge, or from RCV.NXT on. */
static uint32_t asked_seq(const struct argval *seq, const struct standing *at)
{
	if (seq->is_word)
		return at->edge + (uint32_t)(seq->number - SEQ_EDGE);
	return at->rcv_nxt + (uint32_t)seq->number;
}

static void ask_timestamps(const struct argval *args, struct segment *seg)
{
	const struct argval *tsval = &args[INJECT_TSVAL], *tsecr = &args[INJECT_TSECR];

	if (tsval->is_word)
		seg->has_ts = tsval->number == TSVAL_FRESH;
	else
		seg->tsval += (uint32_t)tsval->number;
	if (tsecr->is_word)
		seg->tsecr = 0;
	else if (seg->flags & TCP_ACK)
		seg->tsecr += (uint32_t)tsecr->number;
}

/* A segment of the connection as its other end would have sent it, moved as the step says. */
static void ask_segment(const struct end *to, const struct argval *args, const uint8_t *payload,
			struct standing *ret_at, struct segment *ret)
{
	standing_of(to, ret_at);
	craft_segment(to, ret_at, args[INJECT_FLAGS].number, ret);
	ret->seq = asked_seq(&args[INJECT_SEQ], ret_at);
	if (ret->flags & TCP_ACK)
		ret->ack += (uint32_t)args[INJECT_ACK].number;
	ret->window = args[INJECT_WINDOW].number;
	ret->ttl = args[INJECT_TTL].number;
	if (args[INJECT_TOS].set)
		ret->tos = args[INJECT_TOS].number;
	if (args[INJECT_LABEL].set)
		ret->flow_label = args[INJECT_LABEL].number;
	ret->payload = payload;
	ret->payload_len = args[INJECT_DATA].number;
	craft_option(args[INJECT_OPTION].number, ret);
	mangle_segment(args, ret);
	ask_timestamps(args, ret);
}

/* What a raw end opens with, where no step did it: the log's numbers begin there. */
static void note_opening(struct end *from, const struct segment *seg)
{
	struct flow *flow = &from->flow;

	if (!from->raw || flow->has_isn || !(seg->flags & TCP_SYN))
		return;
	flow->has_isn = true;
	flow->isn = flow->delivered = seg->seq;
	flow->has_ts = seg->has_ts;
	flow->ts_base = flow->ts_delivered = seg->tsval;
}

static int inject_all(struct stage *stage, struct kept *kept, const struct argval *args,
		      struct err *err)
{
	int64_t times = args[INJECT_TIMES].number;
	int r = 0;

	kept->counts = times > 1;
	for (int64_t i = 0; !r && i < times; i++) {
		bool last = i + 1 == times;

		r = stage_deliver(stage, kept, FATE_INJECTED,
				  clock_now_ns() + args[last ? INJECT_WITHIN : INJECT_EVERY].number,
				  err);
	}
	return r;
}

int step_inject(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct kept *kept = kept_add(stage, args[INJECT_AS].set ? args[INJECT_AS].name : NULL);
	struct conn *conn = stage_conn(stage, args[INJECT_OF].name);
	uint8_t payload[FRAME_SIZE_MAX];
	struct wire_frame frame = {0};
	struct segment seg;
	struct note note;
	struct end *to;
	int r;

	(void)step;
	if (!conn || !conn->ends[SIDE_SERVER].tuple.local_port)
		return 0;
	to = &conn->ends[args[INJECT_TO].number];
	note = (struct note){.conn = conn, .from = conn_peer(to) - conn->ends};
	memset(payload, 'x', sizeof(payload));
	r = loop_catch_up(stage, err); /* a FIN just sent is part of where the receiver stands */
	if (r)
		return r;
	ask_segment(to, args, payload, &kept->at, &seg);
	r = craft_frame(stage, to, &seg, args[INJECT_SIGNATURE].number, &frame, err);
	if (r)
		return r;
	mangle_frame(args, &frame);
	note_opening(conn_peer(to), &seg);
	kept_fill(kept, &frame, &note, LOG_NONE);
	kept->crafted = true;
	return inject_all(stage, kept, args, err);
}

/* The lab was built without it (cell_host_is_raw). */
int step_raw(struct stage *stage, const struct step *step, const struct argval *args,
	     struct err *err)
{
	(void)stage;
	(void)step;
	(void)args;
	(void)err;
	return 0;
}
