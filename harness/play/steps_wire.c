// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_wire: owns the steps that act on single segments: the verbs, release, inject. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/carry.h"
#include "play/hooks.h"
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
	(void)step;
	return carry_link(stage, args[LINK_RULE].text, err);
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

static bool seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* What this end expects next: what reached it in order, or what it has acknowledged beyond. */
static uint32_t receive_next(const struct end *end)
{
	const struct flow *flow = &end->flow;
	uint32_t next = conn_peer(end)->flow.delivered;

	return flow->has_ack && seq_after(flow->ack_last, next) ? flow->ack_last : next;
}

/* A segment of the connection as its other end would have sent it, moved as the step says. */
static void craft(const struct end *to, const struct argval *args, const uint8_t *payload,
		  struct segment *ret)
{
	const struct flow *peer = &conn_peer(to)->flow;
	const struct argval *tsval = &args[INJECT_TSVAL];

	*ret = (struct segment){
		.src = to->tuple.remote,
		.dst = to->tuple.local,
		.sport = to->tuple.remote_port,
		.dport = to->tuple.local_port,
		.seq = receive_next(to) + (uint32_t)args[INJECT_SEQ].number,
		.flags = args[INJECT_FLAGS].number,
		.window = args[INJECT_WINDOW].number,
		.payload = payload,
		.payload_len = args[INJECT_DATA].number,
	};
	if (ret->flags & TCP_ACK)
		ret->ack = to->flow.next + (uint32_t)args[INJECT_ACK].number;
	if (!tsval->is_word && peer->has_ts) {
		ret->has_ts = true;
		ret->tsval = peer->ts_delivered + (uint32_t)tsval->number;
		ret->tsecr = to->flow.ts_last;
	}
}

int step_inject(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct kept *kept = kept_add(stage, args[INJECT_AS].name);
	struct conn *conn = stage_conn(stage, args[INJECT_OF].name);
	uint8_t payload[FRAME_SIZE_MAX];
	struct note note = {.conn = conn};
	struct wire_frame frame = {0};
	struct segment seg;
	struct end *to;

	(void)step;
	if (!conn || !conn->ends[SIDE_CLIENT].tuple.local_port)
		return 0;
	to = &conn->ends[args[INJECT_TO].number];
	memset(payload, 'x', sizeof(payload));
	craft(to, args, payload, &seg);
	note.from = args[INJECT_TO].number == SIDE_CLIENT ? SIDE_SERVER : SIDE_CLIENT;
	frame.from = conn_peer(to)->host;
	frame.to = to->host;
	frame.len = frame_build(frame.bytes, sizeof(frame.bytes), stage->wire.ports[frame.from].mac,
				stage->wire.ports[frame.to].mac, &seg);
	if (!frame.len || frame_parse(frame.bytes, frame.len, &frame.seg) < 0)
		return err_set(err, EINVAL, "the crafted segment does not fit a frame");
	kept_fill(kept, &frame, &note, LOG_NONE);
	return stage_deliver(stage, kept, FATE_INJECTED,
			     clock_now_ns() + args[INJECT_WITHIN].number, err);
}
