// SPDX-License-Identifier: GPL-2.0-or-later
/* signature: a signed segment has the digest that another implementation gives it, is verified by
 * the same key only, and is as it was but for its option. */
#include "netem/signature.h"
#include "netem/frame.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#define IPV4_TCP (14 + 20)
#define IPV6_TCP (14 + 40)

static const uint8_t mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 1};
static const struct signature_key key = {"lab!", 4}, other = {"not!", 4};

static size_t build(int family, const uint8_t *options, size_t options_len, uint8_t *frame)
{
	struct segment seg = {
		.src.family = family,
		.dst.family = family,
		.sport = 179,
		.dport = 40000,
		.seq = 0xfffffff0,
		.ack = 7,
		.window = 1000,
		.flags = TCP_PSH | TCP_ACK,
		.options = options,
		.options_len = options_len,
		.payload = (const uint8_t *)"odd length.",
		.payload_len = 11,
	};

	inet_pton(family, family == AF_INET ? "192.0.2.11" : "2001:db8::11", seg.src.bytes);
	inet_pton(family, family == AF_INET ? "192.0.2.21" : "2001:db8::21", seg.dst.bytes);
	return frame_build(frame, FRAME_SIZE_MAX, mac, mac, &seg);
}

static size_t build_md5(int family, uint8_t *frame)
{
	uint8_t option[SIGNATURE_MD5_LEN];

	signature_place_md5(option);
	return build(family, option, sizeof(option), frame);
}

/* What hashlib.md5() of Python gives for the bytes that RFC 2385 2.0 names. */
static const uint8_t digests[2][16] = {
	{0x0e, 0x0e, 0xfd, 0x67, 0x34, 0xb6, 0x96, 0xa8, 0xf4, 0x81, 0x70, 0x20, 0xa1, 0xda, 0xd0,
	 0x4a},
	{0xaa, 0xf8, 0x18, 0xf2, 0x04, 0x73, 0x26, 0x5c, 0xad, 0x63, 0xd9, 0x6a, 0xbf, 0x46, 0xa7,
	 0xc7},
};

static void check_md5(int family, size_t tcp, const uint8_t *digest)
{
	uint8_t frame[FRAME_SIZE_MAX];
	size_t len = build_md5(family, frame);

	cr_assert_gt(len, 0);
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_MD5_WRONG);
	signature_write(frame, len, &key);
	cr_expect(frame_checksums_valid(frame, len));
	cr_expect_eq(memcmp(frame + tcp + 24, digest, 16), 0);
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_MD5);
	cr_expect_eq(signature_verify(frame, len, &other), SIGNATURE_MD5_WRONG);
	frame[len - 1] ^= 1;
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_MD5_WRONG);
}

Test(signature, md5_is_rfc_2385s)
{
	check_md5(AF_INET, IPV4_TCP, digests[0]);
	check_md5(AF_INET6, IPV6_TCP, digests[1]);
}

/* The options are no part of what is signed. */
Test(signature, two_of_a_kind_are_alike)
{
	uint8_t options[2 * SIGNATURE_MD5_LEN], frame[FRAME_SIZE_MAX];
	size_t len;

	signature_place_md5(options);
	signature_place_md5(options + SIGNATURE_MD5_LEN);
	len = build(AF_INET, options, sizeof(options), frame);
	signature_write(frame, len, &key);
	cr_expect_eq(memcmp(frame + IPV4_TCP + 20, frame + IPV4_TCP + 40, SIGNATURE_MD5_LEN), 0);
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_MD5);
}

Test(signature, none_where_there_is_no_whole_option)
{
	static const uint8_t cut[] = {1, 1, 19, 18, 8, 10, 0, 0};
	static const uint8_t ended[] = {0, 1, 19, 18, 19, 4, 0, 0};
	uint8_t frame[FRAME_SIZE_MAX];
	size_t len = build(AF_INET, NULL, 0, frame);

	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_NONE);
	len = build(AF_INET, cut, sizeof(cut), frame);
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_NONE);
	signature_write(frame, len, &key);
	cr_expect(frame_checksums_valid(frame, len));
	len = build(AF_INET, ended, sizeof(ended), frame);
	cr_expect_eq(signature_verify(frame, len, &key), SIGNATURE_NONE);
	cr_expect_eq(signature_verify(frame, 20, &key), SIGNATURE_NONE);
}

Test(signature, options_have_room_for_40_bytes)
{
	uint8_t options[44] = {0}, frame[FRAME_SIZE_MAX];

	cr_expect_gt(build(AF_INET, options, 40, frame), 0);
	cr_expect_eq(build(AF_INET, options, 44, frame), 0);
}
