// SPDX-License-Identifier: GPL-2.0-or-later
/* icmp: each message has its family's type, right checksums, and quotes the segment. */
#include "netem/icmp.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#define ETH_LEN 14

static const uint8_t server_mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 2};
static const uint8_t client_mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 1};

static struct icmp_message sample(int family, enum icmp_what what)
{
	struct icmp_message message = {.what = what,
				       .ttl = 63,
				       .mtu = 1280,
				       .about = {.src.family = family,
						 .dst.family = family,
						 .sport = 40000,
						 .dport = 8080,
						 .ttl = 5,
						 .seq = 0xfffffff0,
						 .flags = TCP_ACK}};

	inet_pton(family, family == AF_INET ? "192.0.2.11" : "2001:db8::11",
		  message.about.src.bytes);
	inet_pton(family, family == AF_INET ? "192.0.2.21" : "2001:db8::21",
		  message.about.dst.bytes);
	return message;
}

static uint32_t sum(uint32_t of, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		of += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	while (of >> 16)
		of = (of & 0xffff) + (of >> 16);
	return of;
}

/* Build it; the ICMP header and all behind it. */
static const uint8_t *build(uint8_t frame[FRAME_SIZE_MAX], const struct icmp_message *message,
			    size_t *ret_len)
{
	bool ipv4 = message->about.src.family == AF_INET;
	size_t header = ETH_LEN + (ipv4 ? 20 : 40);
	size_t len = icmp_build(frame, FRAME_SIZE_MAX, server_mac, client_mac, message);

	cr_assert_gt(len, header);
	*ret_len = len - header;
	if (ipv4) {
		cr_assert_eq(sum(0, frame + ETH_LEN, 20), 0xffff);
		cr_assert_eq(sum(0, frame + header, *ret_len), 0xffff);
	} else {
		cr_assert_eq(
			sum(sum(58 + *ret_len, frame + ETH_LEN + 8, 32), frame + header, *ret_len),
			0xffff);
	}
	return frame + header;
}

/* What is quoted is a frame but for its Ethernet header. */
static void assert_quotes(const uint8_t *quoted, size_t len, const struct segment *about)
{
	uint8_t frame[FRAME_SIZE_MAX] = {0};
	struct segment got;

	frame[12] = about->src.family == AF_INET ? 0x08 : 0x86;
	frame[13] = about->src.family == AF_INET ? 0x00 : 0xdd;
	memcpy(frame + ETH_LEN, quoted, len);
	cr_assert_eq(frame_parse(frame, ETH_LEN + len, &got), 0);
	cr_assert(addr_equal(&got.src, &about->src));
	cr_assert_eq(got.sport, about->sport);
	cr_assert_eq(got.seq, about->seq);
	cr_assert_eq(got.ttl, about->ttl);
}

static void assert_kinds(int family, const uint8_t kinds[][2], size_t n)
{
	uint8_t frame[FRAME_SIZE_MAX];

	for (size_t what = 0; what < n; what++) {
		struct icmp_message message = sample(family, (enum icmp_what)what);
		bool redirect = family == AF_INET6 && what == ICMP_WHAT_REDIRECT;
		size_t len, before = redirect ? 48 : 8;
		const uint8_t *icmp = build(frame, &message, &len);

		cr_assert_eq(icmp[0], kinds[what][0], "type %u of %zu", icmp[0], what);
		cr_assert_eq(icmp[1], kinds[what][1], "code %u of %zu", icmp[1], what);
		cr_assert_eq(frame[ETH_LEN + (family == AF_INET ? 8 : 7)], redirect ? 255 : 63);
		assert_quotes(icmp + before, len - before, &message.about);
	}
}

Test(icmp, types_and_codes)
{
	static const uint8_t ipv4[][2] = {{3, 0},  {3, 1},  {3, 3}, {3, 2}, {3, 13},
					  {11, 0}, {12, 0}, {3, 4}, {5, 1}, {4, 0}};
	static const uint8_t ipv6[][2] = {{1, 0}, {1, 3}, {1, 4}, {4, 1},  {1, 1},
					  {3, 0}, {4, 0}, {2, 0}, {137, 0}};

	assert_kinds(AF_INET, ipv4, sizeof(ipv4) / sizeof(ipv4[0]));
	assert_kinds(AF_INET6, ipv6, sizeof(ipv6) / sizeof(ipv6[0]));
}

Test(icmp, what_stands_before_the_quotation)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct icmp_message message = sample(AF_INET, ICMP_WHAT_TOO_BIG);
	size_t len;
	const uint8_t *icmp = build(frame, &message, &len);

	cr_assert_eq(icmp[6] << 8 | icmp[7], 1280);
	message = sample(AF_INET6, ICMP_WHAT_TOO_BIG);
	icmp = build(frame, &message, &len);
	cr_assert_eq(icmp[6] << 8 | icmp[7], 1280);
	message = sample(AF_INET6, ICMP_WHAT_REDIRECT);
	icmp = build(frame, &message, &len);
	cr_assert_eq(memcmp(icmp + 24, message.about.dst.bytes, 16), 0);
	cr_assert_eq(icmp[40], 4);
	cr_assert_eq(icmp[41] * 8U, len - 40);
	cr_assert_eq(frame[ETH_LEN + 8], 0xfe);
}

Test(icmp, what_cannot_be_said)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct icmp_message message = sample(AF_INET6, ICMP_WHAT_SOURCE_QUENCH);

	cr_assert_eq(icmp_build(frame, sizeof(frame), server_mac, client_mac, &message), 0);
	message.what = ICMP_WHAT_HOST;
	cr_assert_eq(icmp_build(frame, 80, server_mac, client_mac, &message), 0);
}
