// SPDX-License-Identifier: GPL-2.0-or-later
/* frame: built frames read back as they were meant, and nothing malformed is read at all. */
#include "netem/frame.h"
#include "netem/extension.h"
#include "sample.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

static const uint8_t client_mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 1};
static const uint8_t server_mac[FRAME_MAC_LEN] = {2, 0, 0, 0, 0, 2};

static void round_trip(int family)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(family), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	cr_assert_gt(len, 0);
	cr_assert(frame_checksums_valid(frame, len));
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_assert(addr_equal(&got.src, &seg.src));
	cr_assert(addr_equal(&got.dst, &seg.dst));
	cr_assert_eq(got.sport, seg.sport);
	cr_assert_eq(got.dport, seg.dport);
	cr_assert_eq(got.seq, seg.seq);
	cr_assert_eq(got.ack, seg.ack);
	cr_assert_eq(got.window, seg.window);
	cr_assert_eq(got.flags, seg.flags);
	cr_assert(got.has_ts);
	cr_assert_eq(got.tsval, seg.tsval);
	cr_assert_eq(got.tsecr, seg.tsecr);
	cr_assert_eq(got.payload_len, seg.payload_len);
	cr_assert_eq(memcmp(got.payload, seg.payload, seg.payload_len), 0);
}

Test(frame, ttl_is_64_unless_it_is_said)
{
	for (int i = 0; i < 2; i++) {
		uint8_t frame[FRAME_SIZE_MAX];
		struct segment seg = sample(i ? AF_INET6 : AF_INET), got;
		size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

		cr_assert_eq(frame_parse(frame, len, &got), 0);
		cr_assert_eq(got.ttl, 64);
		seg.ttl = 255;
		len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
		cr_assert(frame_checksums_valid(frame, len));
		cr_assert_eq(frame_parse(frame, len, &got), 0);
		cr_assert_eq(got.ttl, 255);
	}
}

/* Put options of IPv4, whole words, into a built frame; returns its length. */
static size_t add_ip_options(uint8_t *frame, size_t len, const uint8_t *options, size_t n)
{
	uint8_t *ip = frame + 14;

	memmove(ip + 20 + n, ip + 20, len - 14 - 20);
	memcpy(ip + 20, options, n);
	ip[0] = 0x45 + n / 4;
	ip[3] += n;
	return len + n;
}

static const uint8_t hop[] = {192, 0, 2, 22}, end[] = {192, 0, 2, 23};

static struct segment with_ip_options(const uint8_t *options, size_t n)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len;

	memcpy(seg.dst.bytes, hop, sizeof(hop));
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	len = add_ip_options(frame, len, options, n);
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	return got;
}

Test(frame, a_source_route_ends_at_its_last_address)
{
	static const uint8_t loose[] = {1, 131, 7, 4, 192, 0, 2, 23},
			     used[] = {137, 7, 8, 192, 0, 2, 23, 0},
			     record[] = {7, 7, 4, 0, 0, 0, 0, 0},
			     both[] = {7,   7, 4, 0,  0,   0, 0, 137, 11, 4,
				       192, 0, 2, 24, 192, 0, 2, 23,  0,  0},
			     broken[] = {131, 9, 4, 192, 0, 2, 23, 0},
			     silly[] = {131, 1, 4, 192, 0, 2, 23, 0};
	struct segment got = with_ip_options(loose, sizeof(loose));

	cr_expect_eq(got.ip_options, IP_OPTION_SOURCE);
	cr_expect_arr_eq(got.dst.bytes, end, 4);
	got = with_ip_options(used, sizeof(used));
	cr_expect_eq(got.ip_options, IP_OPTION_SOURCE);
	cr_expect_arr_eq(got.dst.bytes, hop, 4);
	got = with_ip_options(record, sizeof(record));
	cr_expect_eq(got.ip_options, IP_OPTION_RECORD);
	cr_expect_arr_eq(got.dst.bytes, hop, 4);
	got = with_ip_options(both, sizeof(both));
	cr_expect_eq(got.ip_options, IP_OPTION_RECORD | IP_OPTION_SOURCE);
	cr_expect_arr_eq(got.dst.bytes, end, 4);
	got = with_ip_options(broken, sizeof(broken));
	cr_expect_eq(got.ip_options, 0);
	got = with_ip_options(silly, sizeof(silly));
	cr_expect_eq(got.ip_options, 0);
}

Test(frame, flow_label_is_of_ipv6)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET6), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.flow_label, 0);
	frame[14] = 0x6a; /* version 6, and a traffic class of 0xab */
	frame[15] = 0xbc;
	frame[16] = 0xde;
	frame[17] = 0xf1;
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.flow_label, 0xcdef1);
	seg = sample(AF_INET);
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	frame[15] = 0xbc; /* the type of service */
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.flow_label, 0);
}

/* What is left has right checksums, as far as there are any; what was cut is not read. */
static void truncates(int family, unsigned extensions)
{
	size_t ip_len = family == AF_INET ? 20 : 40 + extensions_len(extensions), len;
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(family), got;

	seg.extensions = extensions;
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	cr_expect_eq(frame_truncate(frame, len, len), len);
	len = frame_truncate(frame, len, 32 + seg.payload_len - 1);
	cr_assert_eq(len, 14 + ip_len + 32 + seg.payload_len - 1);
	cr_expect_not(frame_checksums_valid(frame, len));
	frame_sum(frame, len);
	cr_expect(frame_checksums_valid(frame, len));
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.payload_len, seg.payload_len - 1);
	len = frame_truncate(frame, len, 20); /* less than its data offset */
	cr_expect_eq(frame_parse(frame, len, &got), -EBADMSG);
	frame_sum(frame, len);
	cr_expect(frame_checksums_valid(frame, len));
	len = frame_truncate(frame, len, 0);
	cr_expect_eq(len, 14 + ip_len);
	cr_expect_eq(frame_parse(frame, len, &got), -EBADMSG);
}

Test(frame, truncates_and_says_so)
{
	truncates(AF_INET, 0);
	truncates(AF_INET6, 0);
	truncates(AF_INET6, EXTENSION_HOP_BY_HOP);
}

Test(frame, data_offset_is_what_is_said)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET6), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	frame_set_offset(frame, len, 5);
	frame_sum(frame, len);
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_not(got.has_ts);
	cr_expect_eq(got.payload_len, seg.payload_len + 12);
	frame_set_offset(frame, len, 4);
	cr_expect_eq(frame_parse(frame, len, &got), -EBADMSG);
}

Test(frame, extension_headers_are_read_past)
{
	for (unsigned set = 0; set < EXTENSION_OTHER; set++) {
		uint8_t frame[FRAME_SIZE_MAX];
		struct segment seg = sample(AF_INET6), got;
		size_t bare = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg), len;

		seg.extensions = set;
		len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
		cr_assert_eq(len, bare + extensions_len(set));
		cr_assert(frame_checksums_valid(frame, len));
		cr_assert_eq(frame_parse(frame, len, &got), 0);
		cr_expect_eq(got.extensions, set);
		cr_expect_eq(got.sport, seg.sport);
		cr_expect_eq(got.payload_len, seg.payload_len);
		frame_spoil(frame, len);
		cr_expect_not(frame_checksums_valid(frame, len));
	}
}

Test(frame, extension_headers_that_are_cut_short_are_refused)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET6), got;
	size_t len;

	seg.extensions = EXTENSION_HOP_BY_HOP;
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	frame[14 + 40 + 1] = 255; /* its length */
	cr_expect_eq(frame_parse(frame, len, &got), -EBADMSG);
	frame[14 + 40 + 1] = EXTENSION_LEN / 8 - 1;
	frame[14 + 40] = 17; /* UDP is next */
	cr_expect_eq(frame_parse(frame, len, &got), -EPROTO);
	frame[14 + 40] = 60; /* destination options, of which there are none */
	cr_expect_neq(frame_parse(frame, len, &got), 0);
}

Test(frame, ipv4_reads_back)
{
	round_trip(AF_INET);
}

Test(frame, ipv6_reads_back)
{
	round_trip(AF_INET6);
}

/* Every single byte behind the MAC addresses and the type is under a checksum, or is one. */
Test(frame, any_changed_byte_breaks_a_checksum)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET);
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	for (size_t i = 14 + 12; i < len; i++) {
		frame[i] ^= 0x5a;
		cr_expect_not(frame_checksums_valid(frame, len), "byte %zu", i);
		frame[i] ^= 0x5a;
	}
	cr_assert(frame_checksums_valid(frame, len));
}

Test(frame, a_frame_cut_short_is_malformed)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	for (size_t cut = 0; cut < len; cut++)
		cr_expect_eq(frame_parse(frame, cut, &got), -EBADMSG, "cut at %zu", cut);
}

Test(frame, what_is_not_tcp_is_said_so)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	frame[14 + 9] = 17; /* UDP */
	cr_assert_eq(frame_parse(frame, len, &got), -EPROTO);
	frame[12] = 0x08; /* ARP */
	frame[13] = 0x06;
	cr_assert_eq(frame_parse(frame, len, &got), -EPROTO);
}

Test(frame, a_header_longer_than_the_segment_is_malformed)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len;

	seg.payload_len = 0;
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	frame[14 + 20 + 12] = 15 << 4;
	cr_assert_eq(frame_parse(frame, len, &got), -EBADMSG);
	frame[14 + 20 + 12] = 4 << 4;
	cr_assert_eq(frame_parse(frame, len, &got), -EBADMSG);
}

Test(frame, options_of_length_zero_end_the_list)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	frame[14 + 20 + 20] = 3; /* window scale, of length 0 */
	frame[14 + 20 + 21] = 0;
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_assert_not(got.has_ts);
}

/* The room of the timestamps option taken by others: no-operation, window scale, no-operations. */
Test(frame, the_window_scale_is_read_and_bounded)
{
	static const uint8_t options[] = {1, 3, 3, 7, 1, 1, 1, 1, 1, 1, 1, 1};
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);

	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_not(got.has_wscale);
	memcpy(frame + 14 + 20 + 20, options, sizeof(options));
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect(got.has_wscale);
	cr_expect_eq(got.wscale, 7);
	cr_expect_not(got.has_ts);
	frame[14 + 20 + 20 + 3] = 15;
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.wscale, 14, "RFC 7323 2.3: as if it were 14");
}

Test(frame, options_come_before_the_timestamps_and_signatures_behind)
{
	static const uint8_t options[] = {1, 3, 3, 7}, signature[] = {1, 1, 77, 2};
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET), got;
	size_t len;

	seg.options = options;
	seg.options_len = sizeof(options);
	seg.signature = signature;
	seg.signature_len = sizeof(signature);
	len = frame_build(frame, sizeof(frame), client_mac, server_mac, &seg);
	cr_assert_gt(len, 0);
	cr_expect(frame_checksums_valid(frame, len));
	cr_assert_eq(frame_parse(frame, len, &got), 0);
	cr_expect_eq(got.wscale, 7);
	cr_expect_eq(got.tsval, seg.tsval);
	cr_expect_eq(got.payload_len, seg.payload_len);
	cr_expect_eq(memcmp(frame + 14 + 20 + 20, options, sizeof(options)), 0);
	cr_expect_eq(memcmp(frame + 14 + 20 + 20 + 4 + 12, signature, sizeof(signature)), 0);
}

Test(frame, more_options_than_a_header_has_room_for_are_not_built)
{
	static const uint8_t options[40] = {1};
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET);

	seg.options = options;
	seg.options_len = 28;
	cr_expect_gt(frame_build(frame, sizeof(frame), client_mac, server_mac, &seg), 0);
	seg.options_len = 32;
	cr_expect_eq(frame_build(frame, sizeof(frame), client_mac, server_mac, &seg), 0);
}

Test(frame, too_long_is_not_built)
{
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment seg = sample(AF_INET6);

	cr_assert_eq(frame_build(frame, 80, client_mac, server_mac, &seg), 0);
}

Test(frame, flags_are_written_in_one_order)
{
	char buf[8];

	cr_assert_str_eq(segment_flags(TCP_ACK | TCP_SYN, buf), "SA");
	cr_assert_str_eq(segment_flags(TCP_FIN | TCP_PSH | TCP_ACK, buf), "FPA");
	cr_assert_str_eq(segment_flags(0, buf), ".");
}

Test(frame, sequence_space_counts_syn_and_fin)
{
	struct segment seg = {.flags = TCP_SYN | TCP_FIN, .payload_len = 3};

	cr_assert_eq(segment_space(&seg), 5);
}
