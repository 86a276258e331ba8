// SPDX-License-Identifier: GPL-2.0-or-later
/* craft: owns the making of segments that no kernel sent. */
#include "play/craft.h"

#include <errno.h>

void craft_segment(const struct end *to, const struct standing *at, uint8_t flags,
		   struct segment *ret)
{
	bool has_ack = flags & TCP_ACK;

	*ret = (struct segment){
		.src = to->tuple.remote,
		.dst = to->tuple.local,
		.sport = to->tuple.remote_port,
		.dport = to->tuple.local_port,
		.seq = at->rcv_nxt,
		.ack = has_ack ? at->snd_nxt : 0,
		.flags = flags,
		.has_ts = at->speaks_ts,
		.tsval = at->speaks_ts ? at->ts_recent : 0,
		.tsecr = at->speaks_ts && has_ack ? to->flow.ts_last : 0,
	};
}

int craft_frame(const struct stage *stage, const struct end *to, const struct segment *seg,
		struct wire_frame *ret, struct err *err)
{
	ret->from = conn_peer((struct end *)to)->host;
	ret->to = to->host;
	ret->len = frame_build(ret->bytes, sizeof(ret->bytes), stage->wire.ports[ret->from].mac,
			       stage->wire.ports[ret->to].mac, seg);
	if (!ret->len || frame_parse(ret->bytes, ret->len, &ret->seg) < 0)
		return err_set(err, EINVAL, "the crafted segment does not fit a frame");
	return 0;
}
