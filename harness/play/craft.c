// SPDX-License-Identifier: GPL-2.0-or-later
/* craft: owns the making of segments that no kernel sent. */
#include "play/craft.h"
#include "play/sign.h"

#include <errno.h>

void craft_segment(const struct end *to, const struct standing *at, uint8_t flags,
		   struct segment *ret)
{
	const struct end *server = &to->conn->ends[SIDE_SERVER];
	const struct tuple *wire = &server->tuple; /* a client behind a router has another one */
	bool has_ack = flags & TCP_ACK;

	*ret = (struct segment){
		.src = to == server ? wire->remote : wire->local,
		.dst = to == server ? wire->local : wire->remote,
		.sport = to == server ? wire->remote_port : wire->local_port,
		.dport = to == server ? wire->local_port : wire->remote_port,
		.tos = conn_peer((struct end *)to)->raw_tos,
		.flow_label = conn_peer((struct end *)to)->raw_label,
		.seq = at->rcv_nxt,
		.ack = has_ack ? at->snd_nxt : 0,
		.flags = flags,
		.has_ts = at->speaks_ts,
		.tsval = at->speaks_ts ? at->ts_recent : 0,
		.tsecr = at->speaks_ts && has_ack ? to->flow.ts_last : 0,
	};
}

/* The wire's port towards a host. */
static int port_of(const struct stage *stage, enum host_id host)
{
	return stage->lab.topology == TOPOLOGY_NAT && host != HOST_SERVER ? HOST_ROUTER : host;
}

int craft_frame(const struct stage *stage, const struct end *to, const struct segment *seg,
		int signature, struct wire_frame *ret, struct err *err)
{
	const struct end *from = conn_peer((struct end *)to);
	uint8_t options[SIGN_OPTIONS_MAX];
	struct segment full = *seg;

	full.options = options;
	full.options_len = sign_options(from, signature, options);
	ret->from = port_of(stage, from->host);
	ret->to = port_of(stage, to->host);
	ret->len = frame_build(ret->bytes, sizeof(ret->bytes), stage->wire.ports[ret->from].mac,
			       stage->wire.ports[ret->to].mac, &full);
	if (!ret->len || frame_parse(ret->bytes, ret->len, &ret->seg) < 0)
		return err_set(err, EINVAL,
			       "the crafted segment does not fit a frame, or its options a header");
	if (full.options_len)
		sign_frame(from, signature, ret);
	return 0;
}
