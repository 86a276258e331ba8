// SPDX-License-Identifier: GPL-2.0-or-later
/* signature: a signed segment has the digest that another implementation, or an RFC, gives it, is
 * verified by the same key only, and is as it was but for its option. */
#include "netem/signature.h"
#include "netem/frame.h"
#include "sample.h"

#include <criterion/criterion.h>
#include <string.h>

#define IPV4_TCP (14 + 20)
#define IPV6_TCP (14 + 40)

static const uint8_t mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 1};
static const struct signature_key key = {"lab!", 4}, other = {"not!", 4};
static const struct signature_scope scope = {1, 2, 3};

static size_t build(int family, const uint8_t *options, size_t options_len, uint8_t *frame)
{
	struct segment seg = sample(family);

	seg.sport = 179;
	seg.dport = 40000;
	seg.has_ts = false;
	seg.options = options;
	seg.options_len = options_len;
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
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_MD5_WRONG);
	signature_write(frame, len, &key, &scope);
	cr_expect(frame_checksums_valid(frame, len));
	cr_expect_eq(memcmp(frame + tcp + 24, digest, 16), 0);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_MD5);
	cr_expect_eq(signature_verify(frame, len, &other, &scope), SIGNATURE_MD5_WRONG);
	frame[len - 1] ^= 1;
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_MD5_WRONG);
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
	signature_write(frame, len, &key, &scope);
	cr_expect_eq(memcmp(frame + IPV4_TCP + 20, frame + IPV4_TCP + 40, SIGNATURE_MD5_LEN), 0);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_MD5);
}

Test(signature, none_where_there_is_no_whole_option)
{
	static const uint8_t cut[] = {1, 1, 19, 18, 8, 10, 0, 0};
	static const uint8_t ended[] = {0, 1, 19, 18, 19, 4, 0, 0};
	uint8_t frame[FRAME_SIZE_MAX];
	size_t len = build(AF_INET, NULL, 0, frame);

	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_NONE);
	len = build(AF_INET, cut, sizeof(cut), frame);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_NONE);
	signature_write(frame, len, &key, &scope);
	cr_expect(frame_checksums_valid(frame, len));
	len = build(AF_INET, ended, sizeof(ended), frame);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_NONE);
	cr_expect_eq(signature_verify(frame, 20, &key, &scope), SIGNATURE_NONE);
}

Test(signature, options_have_room_for_40_bytes)
{
	uint8_t options[44] = {0}, frame[FRAME_SIZE_MAX];

	cr_expect_gt(build(AF_INET, options, 40, frame), 0);
	cr_expect_eq(build(AF_INET, options, 44, frame), 0);
}

/* RFC 9235 4.1.1 to 4.1.3: a SYN, its SYN-ACK and data, with their options. */
static const struct signature_key rfc_key = {"testvector", 10};
static const uint8_t rfc_syn[] = {0x45, 0xe0, 0x00, 0x4c, 0xdd, 0x0f, 0x40, 0x00, 0xff, 0x06, 0xbf,
				  0x6b, 0x0a, 0x0b, 0x0c, 0x0d, 0xac, 0x1b, 0x1c, 0x1d, 0xe9, 0xd7,
				  0x00, 0xb3, 0xfb, 0xfb, 0xab, 0x5a, 0x00, 0x00, 0x00, 0x00, 0xe0,
				  0x02, 0xff, 0xff, 0xca, 0xc4, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4,
				  0x01, 0x03, 0x03, 0x08, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x15, 0x5a,
				  0xb7, 0x00, 0x00, 0x00, 0x00, 0x1d, 0x10, 0x3d, 0x54, 0x2e, 0xe4,
				  0x37, 0xc6, 0xf8, 0xed, 0xe6, 0xd7, 0xc4, 0xd6, 0x02, 0xe7};
static const uint8_t rfc_syn_ack[] = {
	0x45, 0xe0, 0x00, 0x4c, 0x65, 0x06, 0x40, 0x00, 0xff, 0x06, 0x37, 0x75, 0xac,
	0x1b, 0x1c, 0x1d, 0x0a, 0x0b, 0x0c, 0x0d, 0x00, 0xb3, 0xe9, 0xd7, 0x11, 0xc1,
	0x42, 0x61, 0xfb, 0xfb, 0xab, 0x5b, 0xe0, 0x12, 0xff, 0xff, 0x37, 0x76, 0x00,
	0x00, 0x02, 0x04, 0x05, 0xb4, 0x01, 0x03, 0x03, 0x08, 0x04, 0x02, 0x08, 0x0a,
	0x84, 0xa5, 0x0b, 0xeb, 0x00, 0x15, 0x5a, 0xb7, 0x1d, 0x10, 0x54, 0x3d, 0xee,
	0xab, 0x0f, 0xe2, 0x4c, 0x30, 0x10, 0x81, 0x51, 0x16, 0xb3, 0xbe};
static const uint8_t rfc_data[] = {
	0x45, 0xe0, 0x00, 0x87, 0x36, 0xa1, 0x40, 0x00, 0xff, 0x06, 0x65, 0x9f, 0x0a, 0x0b, 0x0c,
	0x0d, 0xac, 0x1b, 0x1c, 0x1d, 0xe9, 0xd7, 0x00, 0xb3, 0xfb, 0xfb, 0xab, 0x5b, 0x11, 0xc1,
	0x42, 0x62, 0xc0, 0x18, 0x01, 0x04, 0xa1, 0x62, 0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x00,
	0x15, 0x5a, 0xc1, 0x84, 0xa5, 0x0b, 0xeb, 0x1d, 0x10, 0x3d, 0x54, 0x70, 0x64, 0xcf, 0x99,
	0x8c, 0xc6, 0xc3, 0x15, 0xc2, 0xc2, 0xe2, 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x43, 0x01, 0x04, 0xda, 0xbf,
	0x00, 0xb4, 0x0a, 0x0b, 0x0c, 0x0d, 0x26, 0x02, 0x06, 0x01, 0x04, 0x00, 0x01, 0x00, 0x01,
	0x02, 0x02, 0x80, 0x00, 0x02, 0x02, 0x02, 0x00, 0x02, 0x02, 0x42, 0x00, 0x02, 0x06, 0x41,
	0x04, 0x00, 0x00, 0xda, 0xbf, 0x02, 0x08, 0x40, 0x06, 0x00, 0x64, 0x00, 0x01, 0x01, 0x00};

static void check_rfc(const uint8_t *packet, size_t packet_len, size_t mac_at, uint32_t sisn,
		      uint32_t disn)
{
	const struct signature_scope own = {sisn, disn, 0}, turned = {disn, sisn, 0};
	uint8_t frame[FRAME_SIZE_MAX] = {[12] = 0x08};
	size_t len = 14 + packet_len;

	memcpy(frame + 14, packet, packet_len);
	cr_expect_eq(signature_verify(frame, len, &rfc_key, &own), SIGNATURE_AO);
	cr_expect_eq(signature_verify(frame, len, &rfc_key, &turned), SIGNATURE_AO_WRONG);
	cr_expect_eq(signature_verify(frame, len, &key, &own), SIGNATURE_AO_WRONG);
	memset(frame + 14 + mac_at, 0, 12);
	signature_write(frame, len, &rfc_key, &own);
	cr_expect_eq(memcmp(frame + 14 + mac_at, packet + mac_at, 12), 0);
}

Test(signature, ao_is_rfc_9235s)
{
	check_rfc(rfc_syn, sizeof(rfc_syn), 64, 0xfbfbab5a, 0);
	check_rfc(rfc_syn_ack, sizeof(rfc_syn_ack), 64, 0x11c14261, 0xfbfbab5a);
	check_rfc(rfc_data, sizeof(rfc_data), 56, 0xfbfbab5a, 0x11c14261);
}

/* What hmac of Python gives for the bytes that RFC 5925 5.1 and 5.2 name, with an SNE. */
static const uint8_t mac6[] = {0xf0, 0x28, 0x0b, 0x08, 0x75, 0x93,
			       0xfa, 0x3c, 0x44, 0x2f, 0x26, 0xa8};

Test(signature, ao_over_ipv6_and_wrapped)
{
	const struct signature_scope unwrapped = {1, 2, 2};
	uint8_t option[SIGNATURE_AO_LEN], frame[FRAME_SIZE_MAX];
	size_t len;

	signature_place_ao(option, 1, 2);
	len = build(AF_INET6, option, sizeof(option), frame);
	signature_write(frame, len, &key, &scope);
	cr_expect_eq(memcmp(frame + IPV6_TCP + 24, mac6, sizeof(mac6)), 0);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_AO);
	cr_expect_eq(signature_verify(frame, len, &key, &unwrapped), SIGNATURE_AO_WRONG);
}

/* TCP-AO signs the MD5 beside it, not the other way round. */
Test(signature, ao_covers_md5)
{
	uint8_t options[SIGNATURE_MD5_LEN + SIGNATURE_AO_LEN], frame[FRAME_SIZE_MAX];
	size_t len;

	signature_place_ao(options, 1, 1);
	signature_place_md5(options + SIGNATURE_AO_LEN);
	len = build(AF_INET, options, sizeof(options), frame);
	signature_write(frame, len, &key, &scope);
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_AO);
	frame[IPV4_TCP + 20 + sizeof(options) - 1] ^= 1;
	cr_expect_eq(signature_verify(frame, len, &key, &scope), SIGNATURE_AO_WRONG);
}
