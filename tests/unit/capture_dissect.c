// SPDX-License-Identifier: GPL-2.0-or-later
/* dissect: every kind of link, tags, IPv6's extension headers, and packets cut by a snap length. */
#include "capture/dissect.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <string.h>

#define PAYLOAD "hello"

/* An IP packet with a TCP segment in it: 40000 -> 8080, its data PAYLOAD. */
static size_t ip_packet(uint8_t *out, int family, const uint8_t *extensions, size_t len)
{
	static const uint8_t mac[FRAME_MAC_LEN];
	struct segment seg = {
		.src.family = family,
		.dst.family = family,
		.sport = 40000,
		.dport = 8080,
		.seq = 100,
		.flags = TCP_ACK,
		.has_ts = true,
		.tsval = 7,
		.payload = (const uint8_t *)PAYLOAD,
		.payload_len = strlen(PAYLOAD),
	};
	uint8_t frame[FRAME_SIZE_MAX];
	size_t n = frame_build(frame, sizeof(frame), mac, mac, &seg) - 14;
	size_t header = family == AF_INET ? 20 : 40;

	memcpy(out, frame + 14, header);
	if (len)
		memcpy(out + header, extensions, len);
	memcpy(out + header + len, frame + 14 + header, n - header);
	if (len) {
		out[4] = (n - header + len) >> 8;
		out[5] = (n - header + len) & 0xff;
	}
	return n + len;
}

static void check_whole(int link, const uint8_t *packet, size_t len, int family)
{
	struct dissected got;

	cr_assert_eq(dissect(link, packet, len, len, &got), 0, "link %d", link);
	cr_assert_eq(got.seg.src.family, family);
	cr_assert_eq(got.seg.sport, 40000);
	cr_assert_eq(got.seg.dport, 8080);
	cr_assert_eq(got.seg.seq, 100);
	cr_assert(got.seg.has_ts && got.seg.tsval == 7);
	cr_assert_eq(got.seg.payload_len, strlen(PAYLOAD));
	cr_assert_eq(got.captured, strlen(PAYLOAD));
	cr_assert_arr_eq(got.seg.payload, PAYLOAD, strlen(PAYLOAD));
}

/* A packet behind a link's header; and every shorter one is refused without a read too far. */
static void check_behind(int link, const char *header, size_t len, int family)
{
	uint8_t packet[256] = {0}, cut[256];
	struct dissected got;
	size_t n;

	memcpy(packet, header, len);
	n = len + ip_packet(packet + len, family, NULL, 0);
	check_whole(link, packet, n, family);
	for (size_t there = 0; there < n - strlen(PAYLOAD); there++) {
		memcpy(cut, packet, there);
		cr_assert(dissect(link, cut, there, n, &got) < 0 || got.options_cut,
			  "link %d, %zu of %zu bytes", link, there, n);
	}
}

#define ETHERNET_MACS "\1\2\3\4\5\6\1\2\3\4\5\6"
#define HEADER(bytes) bytes, sizeof(bytes) - 1

Test(dissect, links)
{
	check_behind(DLT_EN10MB, HEADER(ETHERNET_MACS "\x08\x00"), AF_INET);
	check_behind(DLT_EN10MB, HEADER(ETHERNET_MACS "\x86\xdd"), AF_INET6);
	check_behind(DLT_EN10MB, HEADER(ETHERNET_MACS "\x81\x00\0\5\x08\x00"), AF_INET);
	check_behind(DLT_EN10MB, HEADER(ETHERNET_MACS "\x88\xa8\0\5\x81\x00\0\6\x86\xdd"),
		     AF_INET6);
	check_behind(DLT_LINUX_SLL, HEADER("\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x08\x00"), AF_INET);
	check_behind(DLT_LINUX_SLL, HEADER("\0\0\0\1\0\6\1\2\3\4\5\6\0\0\x81\x00\0\5\x08\x00"),
		     AF_INET);
	check_behind(DLT_LINUX_SLL2, HEADER("\x86\xdd\0\0\0\0\0\1\0\1\0\6\1\2\3\4\5\6\0\0"),
		     AF_INET6);
	check_behind(DLT_RAW, "", 0, AF_INET);
	check_behind(101, "", 0, AF_INET6);
	check_behind(DLT_IPV4, "", 0, AF_INET);
	check_behind(DLT_IPV6, "", 0, AF_INET6);
	check_behind(DLT_NULL, HEADER("\2\0\0\0"), AF_INET);
	cr_assert_null(dissect_link_name(DLT_IEEE802_11));
}

/* Destination options, then a fragment header that is of no fragment, then TCP. */
Test(dissect, extension_headers)
{
	uint8_t extensions[16] = {44, 0, 1, 4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 1};
	uint8_t packet[256];
	struct dissected got;
	size_t n = ip_packet(packet, AF_INET6, extensions, sizeof(extensions));

	packet[6] = 60;
	check_whole(DLT_RAW, packet, n, AF_INET6);
	packet[40 + 8 + 3] = 8; /* its second eight bytes: a fragment */
	cr_assert_eq(dissect(DLT_RAW, packet, n, n, &got), -EPROTO);
	packet[40] = 59; /* no next header */
	cr_assert_eq(dissect(DLT_RAW, packet, n, n, &got), -EPROTO);
}

/* What was captured is less than what was sent: lengths are those of the headers. */
Test(dissect, snap_length)
{
	uint8_t packet[256];
	struct dissected got;
	size_t n = ip_packet(packet, AF_INET, NULL, 0);

	packet[2] = 1500 >> 8;
	packet[3] = 1500 & 0xff;
	cr_assert_eq(dissect(DLT_RAW, packet, n, 1500, &got), 0);
	cr_assert_eq(got.seg.payload_len, 1500 - 20 - 32);
	cr_assert_eq(got.captured, strlen(PAYLOAD));
	cr_assert_eq(dissect(DLT_RAW, packet, n, n, &got), -EBADMSG, "longer than what was sent");
	packet[2] = packet[3] = 0; /* a device cuts it up later: as long as the link says */
	cr_assert_eq(dissect(DLT_RAW, packet, n, 9000, &got), 0);
	cr_assert_eq(got.seg.payload_len, 9000 - 20 - 32);
}
