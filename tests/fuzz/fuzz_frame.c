// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_frame: any bytes may come off a packet socket; what reads as a segment builds again. */
#include "netem/frame.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[FRAME_MAC_LEN];
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg, again;
	size_t len;

	frame_checksums_valid(data, size);
	if (frame_parse(data, size, &seg) < 0)
		return 0;
	assert(seg.payload_len <= size);
	len = frame_build(frame, sizeof(frame), mac, mac, &seg);
	if (!len)
		return 0;
	assert(frame_checksums_valid(frame, len));
	assert(frame_parse(frame, len, &again) == 0);
	assert(again.seq == seg.seq && again.ack == seg.ack && again.flags == seg.flags);
	assert(again.has_ts == seg.has_ts && again.tsval == seg.tsval);
	assert(again.payload_len == seg.payload_len);
	assert(!memcmp(again.payload, seg.payload, seg.payload_len));
	return 0;
}
