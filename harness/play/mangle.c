// SPDX-License-Identifier: GPL-2.0-or-later
/* mangle: owns what `inject` does to a segment so that it is no whole one, or for nobody here. */
#include "play/mangle.h"
#include "play/reach.h"

#include <string.h>

void mangle_segment(const struct argval *args, struct segment *seg)
{
	reach_address(args[INJECT_SOURCE].number, &seg->src);
	reach_address(args[INJECT_DESTINATION].number, &seg->dst);
}

static void address_frame(int ethernet, struct wire_frame *frame)
{
	static const uint8_t all[FRAME_MAC_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t all_hosts[FRAME_MAC_LEN] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};
	static const uint8_t all_nodes[FRAME_MAC_LEN] = {0x33, 0x33, 0x00, 0x00, 0x00, 0x01};
	bool ipv4 = frame->seg.dst.family == AF_INET;

	if (ethernet == ETHERNET_BROADCAST)
		memcpy(frame->bytes, all, FRAME_MAC_LEN);
	else if (ethernet == ETHERNET_MULTICAST)
		memcpy(frame->bytes, ipv4 ? all_hosts : all_nodes, FRAME_MAC_LEN);
	else if (ethernet == ETHERNET_OTHER)
		frame->bytes[FRAME_MAC_LEN - 1] ^= 0x80; /* no host of a lab has that */
}

/* What no TCP reads is written down as it was before. */
static void read_again(struct wire_frame *frame)
{
	struct segment seg;

	if (!frame_parse(frame->bytes, frame->len, &seg))
		frame->seg = seg;
	else
		frame->damaged = true;
}

void mangle_frame(const struct argval *args, struct wire_frame *frame)
{
	const struct argval *offset = &args[INJECT_DATA_OFFSET];
	const struct argval *truncate = &args[INJECT_TRUNCATE];

	address_frame(args[INJECT_ETHERNET].number, frame);
	frame->damaged |= args[INJECT_ETHERNET].number != ETHERNET_HOST ||
			  args[INJECT_SOURCE].number != DESTINATION_NAMED ||
			  args[INJECT_DESTINATION].number != DESTINATION_NAMED;
	if (!offset->is_word)
		frame_set_offset(frame->bytes, frame->len, offset->number);
	if (!truncate->is_word)
		frame->len = frame_truncate(frame->bytes, frame->len, truncate->number);
	if (!offset->is_word || !truncate->is_word) {
		frame_sum(frame->bytes, frame->len);
		read_again(frame);
	}
	if (args[INJECT_CHECKSUM].number == CHECKSUM_WRONG)
		wire_spoil(frame);
}
