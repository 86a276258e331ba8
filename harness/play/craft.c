// SPDX-License-Identifier: GPL-2.0-or-later
/* craft: owns the making of segments that no kernel sent. */
#include "play/craft.h"
#include "lab/link.h"
#include "play/sign.h"

#include <assert.h>
#include <errno.h>
#include <net/ethernet.h>

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
		.extensions = conn_peer((struct end *)to)->raw_extensions,
		.seq = at->rcv_nxt,
		.ack = has_ack ? at->snd_nxt : 0,
		.flags = flags,
		.has_ts = at->speaks_ts,
		.tsval = at->speaks_ts ? at->ts_recent : 0,
		.tsecr = at->speaks_ts && has_ack ? to->flow.ts_last : 0,
	};
}

#define OPTIONS_LEN_MAX	 20
#define OPTION_SCALE	 1, 3, 3
#define OPTION_FAST_OPEN 34
#define OPTION_SHARED	 254 /* RFC 6994 */

/* In the order of OPTION_WORDS; a 1 is no operation. */
static const struct option {
	size_t len;
	uint8_t bytes[OPTIONS_LEN_MAX];
} options[] = {
	{0, {0}},
	{4, {1, 1, 4, 2}},
	{4, {OPTION_SCALE, 13}},
	{4, {OPTION_SCALE, 14}},
	{4, {OPTION_SCALE, 15}},
	{4, {OPTION_SCALE, 255}},
	{4, {1, 1, OPTION_FAST_OPEN, 2}},
	{12, {1, 1, OPTION_FAST_OPEN, 10, 'n', 'o', ' ', 'c', 'o', 'o', 'k', 'y'}},
	{20, {OPTION_FAST_OPEN, 20}},
	{4, {OPTION_SHARED, 4, 0xf9, 0x89}},
	{4, {OPTION_SHARED, 4, 0x00, 0x00}},
	{4, {77, 4}},
	{4, {1, 1, 77, 1}},
	{4, {1, 1, 77, 255}},
};

void craft_option(int option, struct segment *seg)
{
	assert((size_t)option < sizeof(options) / sizeof(options[0]));
	seg->options = options[option].bytes;
	seg->options_len = options[option].len;
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
	uint8_t signs[SIGN_OPTIONS_MAX];
	struct segment full = *seg;

	full.signature = signs;
	full.signature_len = sign_options(from, signature, signs);
	ret->from = port_of(stage, from->host);
	ret->to = port_of(stage, to->host);
	ret->len = frame_build(ret->bytes, sizeof(ret->bytes), stage->wire.ports[ret->from].mac,
			       stage->wire.ports[ret->to].mac, &full);
	if (ret->len > ETH_HLEN + LINK_MTU)
		return err_set(
			err, EMSGSIZE,
			"the crafted segment has %zu bytes with its headers, and a link's MTU "
			"is %d: send less",
			ret->len - ETH_HLEN, LINK_MTU);
	if (!ret->len || frame_parse(ret->bytes, ret->len, &ret->seg) < 0)
		return err_set(err, EINVAL,
			       "the crafted segment does not fit a frame, or its options a header");
	if (full.signature_len)
		sign_frame(from, signature, ret);
	return 0;
}
