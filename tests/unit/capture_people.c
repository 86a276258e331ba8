// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures as people have them: of both ends, filtered, with packets lost on their way to the file,
 * begun late, with a clock that was set back. */
#include "capture/tuples.h"
#include "base/mem.h"
#include "segments.h"

#include <criterion/criterion.h>

/* At a place of several, with a timestamp where ts is not 0. */
static void add_at(struct trail *trail, uint16_t place, int from, int64_t us, uint8_t flags,
		   uint32_t seq, uint32_t ack, uint16_t ip_id, uint32_t ts)
{
	struct dissected packet = packet_of(trail, from, flags, seq, ack, "");

	packet.seg.tsval = ts;
	packet.seg.has_ts = ts != 0;
	packet.ip_id = ip_id;
	packet.place = place;
	trail_add(trail, &packet, us, trail->n + 1, true);
}

static void traced(struct trail *trail, unsigned strays, unsigned again)
{
	unsigned n_strays = 0, n_again = 0;

	trail_trace(trail);
	for (size_t k = 0; k < trail->n_incarnations; k++) {
		n_strays += trail->incarnations[k].strays;
		n_again += trail->incarnations[k].again;
	}
	cr_expect_eq(n_strays, strays, "%u strays", n_strays);
	cr_expect_eq(n_again, again, "%u retransmissions", n_again);
}

/* The other end acknowledges what the capture lacks, before or after what came behind it. */
Test(lacking, acknowledged_after)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 5, TCP_ACK, 1001, 5001, "one.");
	add(&trail, 0, 7, TCP_ACK, 1009, 5001, "three.");
	add(&trail, 1, 8, TCP_ACK, 5001, 1015, "");
	close_at(&trail, 10, 1015, 5001);
	traced(&trail, 0, 0);
	cr_expect_eq(trail.incarnations[0].lacking[0], 4);
	cr_expect_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
	trail_free(&trail);
}

Test(lacking, acknowledged_before)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 1, 8, TCP_ACK, 5001, 1301, "");
	add(&trail, 0, 9, TCP_ACK, 1301, 5001, "four");
	close_at(&trail, 10, 1305, 5001);
	traced(&trail, 0, 0);
	cr_expect_eq(trail.incarnations[0].lacking[0], 300);
	cr_expect_eq(trail.incarnations[0].lacking[1], 0);
	cr_expect(trail.of[3].acks_lacking && !trail.of[4].lacks);
	trail_free(&trail);
}

/* Nobody acknowledges it: it was forged. */
Test(lacking, forged)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 7, TCP_ACK, 1009, 5001, "forged");
	add(&trail, 1, 8, TCP_ACK, 5001, 1001, "");
	close_at(&trail, 10, 1001, 5001);
	traced(&trail, 1, 0);
	cr_expect_eq(trail.incarnations[0].lacking[0], 0);
	trail_free(&trail);
}

/* tcpdump 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0': who closed first, and that both did. */
Test(lacking, filtered)
{
	struct trail trail = empty;

	for (int k = 0; k < 2; k++) {
		uint32_t isn = 1000 + 900000 * k;

		add(&trail, 0, 3000 * k, TCP_SYN, isn, 0, "");
		add(&trail, 1, 3000 * k + 1, TCP_SYN | TCP_ACK, 5000, isn + 1, "");
		add(&trail, 0, 3000 * k + 2, TCP_FIN | TCP_ACK, isn + 301, 5001, "");
		add(&trail, 1, 3000 * k + 3, TCP_FIN | TCP_ACK, 5001, isn + 302, "");
	}
	traced(&trail, 0, 0);
	cr_assert_eq(trail.n_incarnations, 2);
	cr_expect_eq(trail.incarnations[0].closer, 0);
	cr_expect_eq(trail.incarnations[0].ending, ENDING_ORDERLY, "no FIN came again");
	cr_expect_eq(trail.incarnations[0].lacking[0], 300);
	cr_expect_eq(trail.incarnations[1].ending, ENDING_HALF, "the capture ends");
	trail_free(&trail);
}

/* Two machines' captures in one file, 20 ms apart, the second's clock ahead or behind; SYN-ACK and
 * RST have no number of their own. */
Test(twice, both_ends)
{
	for (int64_t ahead_us = -30000; ahead_us <= 30000; ahead_us += 30000) {
		struct trail trail = empty;
		static const struct {
			int from;
			uint8_t flags;
			uint32_t seq, ack;
			uint16_t ip_id;
		} packets[] = {
			{0, TCP_SYN, 1000, 0, 7},     {1, TCP_SYN | TCP_ACK, 5000, 1001, 0},
			{0, TCP_ACK, 1001, 5001, 8},  {1, TCP_FIN | TCP_ACK, 5001, 1001, 70},
			{0, TCP_ACK, 1001, 5002, 9},  {0, TCP_FIN | TCP_ACK, 1001, 5002, 10},
			{1, TCP_ACK, 5002, 1002, 71},
		};

		for (size_t i = 0; i < ARRAY_SIZE(packets); i++) {
			for (int far = 0; far < 2; far++) {
				bool second = packets[i].from != far;

				add_at(&trail, 1 + far, packets[i].from,
				       50000 + (int64_t)i * 50000 + (second ? 20000 : 0) +
					       (far ? ahead_us : 0),
				       packets[i].flags, packets[i].seq, packets[i].ack,
				       packets[i].ip_id, packets[i].ip_id ? 0 : 1 + (uint32_t)i);
			}
		}
		traced(&trail, 0, 0);
		cr_expect_eq(trail.twice, ARRAY_SIZE(packets), "%zu twice", trail.twice);
		cr_expect_eq(trail.incarnations[0].syns, 1);
		cr_expect_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
		trail_free(&trail);
	}
}

/* One of many comes again, at another place and late: that was kept on its way. */
Test(twice, one_is_late)
{
	struct trail trail = empty;

	for (uint16_t i = 0; i < 9; i++)
		add_at(&trail, 1, 0, 1000 * i, TCP_ACK, 1001, 5001 + i, i + 1, 0);
	add_at(&trail, 2, 0, 300000, TCP_ACK, 1001, 5003, 3, 0);
	trail_order(&trail);
	cr_expect_eq(trail.n, 10);
	trail_free(&trail);
}

/* mergecap writes pcap without interfaces: a number of its own that comes twice at once is one. */
Test(twice, one_place)
{
	struct trail trail = empty;

	add_at(&trail, 1, 0, 1000, TCP_SYN, 1000, 0, 7, 0);
	add_at(&trail, 1, 0, 1020, TCP_SYN, 1000, 0, 7, 0);
	add_at(&trail, 1, 0, 1001000, TCP_SYN, 1000, 0, 8, 0);
	trail_trace(&trail);
	cr_expect_eq(trail.twice, 1);
	cr_expect_eq(trail.incarnations[0].syns, 2);
	trail_free(&trail);
}

/* The server has a connection that the capture does not: it challenges, and the SYN comes again. */
Test(begun, challenge_of_one_before)
{
	struct trail trail = empty;
	struct tuples tuples = {0};
	static const struct {
		int from;
		uint8_t flags;
		uint32_t seq, ack;
	} packets[] = {
		{0, TCP_SYN, 1000, 0}, {1, TCP_ACK, 777000, 4999102},	   {0, TCP_RST, 4999102, 0},
		{0, TCP_SYN, 1000, 0}, {1, TCP_SYN | TCP_ACK, 5000, 1001},
	};
	struct dissected packet;

	for (size_t i = 0; i < ARRAY_SIZE(packets); i++) {
		add(&trail, packets[i].from, 400 * (int64_t)i, packets[i].flags, packets[i].seq,
		    packets[i].ack, "");
		packet = packet_of(&trail, packets[i].from, packets[i].flags, packets[i].seq,
				   packets[i].ack, "");
		tuples_count(&tuples, &packet.seg);
	}
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 1);
	cr_expect_eq(trail.incarnations[0].opening, OPENING_OPENED);
	cr_expect_eq(trail.incarnations[0].denials, 1);
	cr_expect_eq(trail.of[2].role, ROLE_DENIAL);
	cr_expect_eq(tuples.of[0].uses, 1);
	tuples_free(&tuples);
	trail_free(&trail);
}

/* What comes first is new, data or FIN. */
Test(begun, before_the_capture)
{
	struct trail trail = empty;

	add(&trail, 0, 0, TCP_ACK, 1001, 5001, "some");
	close_at(&trail, 10, 1005, 5001);
	traced(&trail, 0, 0);
	cr_expect_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
	trail_free(&trail);
}

/* Of one direction alone each SYN-ACK with numbers of its own is of another connection. */
Test(begun, syn_acks_alone)
{
	struct trail trail = empty;
	struct tuples tuples = {0};

	for (uint32_t k = 0; k < 2; k++) {
		const struct segment segment = packet_of(&trail, 1, TCP_SYN | TCP_ACK,
							 5000 + 700000 * k, 1001 + 900000 * k, "")
						       .seg;

		for (int times = 0; times < 2; times++)
			tuples_count(&tuples, &segment);
		add(&trail, 1, 3000 * k, TCP_SYN | TCP_ACK, segment.seq, segment.ack, "");
		add(&trail, 1, 3000 * k + 9, TCP_FIN | TCP_ACK, segment.seq + 1, segment.ack, "");
	}
	trail_trace(&trail);
	cr_expect_eq(trail.n_incarnations, 2);
	cr_expect_eq(tuples.of[0].uses, 2);
	tuples_free(&tuples);
	trail_free(&trail);
}

/* TCP Fast Open (RFC 7413): the answer acknowledges the bytes, too, or the SYN alone. */
Test(opened, data_in_the_syn)
{
	for (uint32_t acked = 0; acked <= 4; acked += 4) {
		struct trail trail = empty;

		add(&trail, 0, 0, TCP_SYN, 1000, 0, "data");
		add(&trail, 1, 1, TCP_SYN | TCP_ACK, 5000, 1001 + acked, "");
		add(&trail, 0, 2, TCP_ACK, 1001 + acked, 5001, acked ? "more" : "data");
		close_at(&trail, 10, 1005 + acked, 5001);
		traced(&trail, 0, !acked);
		cr_expect_eq(trail.incarnations[0].opening, OPENING_OPENED);
		cr_expect_eq(trail.incarnations[0].syn_len, 4);
		cr_expect_eq(trail.incarnations[0].syn_data_acked, acked > 0);
		cr_expect_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
		trail_free(&trail);
	}
}

/* An end that has sent nothing yet probes with the number of its SYN. */
Test(opened, keepalive)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 1, 15000, TCP_ACK, 5000, 1001, "");
	add(&trail, 0, 15001, TCP_ACK, 1001, 5001, "");
	traced(&trail, 0, 0);
	trail_free(&trail);
}

/* Two segments change places: the first of them has the later timestamp. */
Test(opened, overtaken)
{
	struct trail trail = empty;
	static const struct {
		uint32_t seq, tsval;
	} data[] = {{1001, 10}, {1003, 30}, {1002, 20}, {1004, 40}};

	add_at(&trail, 0, 0, 0, TCP_SYN, 1000, 0, 1, 5);
	add_at(&trail, 0, 1, 10000, TCP_SYN | TCP_ACK, 5000, 1001, 0, 900);
	for (uint16_t i = 0; i < ARRAY_SIZE(data); i++) {
		struct dissected packet = packet_of(&trail, 0, TCP_ACK, data[i].seq, 5001, "x");

		packet.seg.tsval = data[i].tsval;
		packet.seg.has_ts = true;
		packet.ip_id = 10 + i;
		trail_add(&trail, &packet, 20000 + 5000 * i, 3 + i, false);
	}
	traced(&trail, 0, 0);
	cr_expect_eq(trail.of[4].role, ROLE_FILL);
	cr_expect_eq(trail.incarnations[0].ts_last[0], 40);
	trail_free(&trail);
}

/* The order of a file counts where its one interface's clock was set back. */
Test(opened, clock_set_back)
{
	struct trail trail = empty;

	open_at(&trail, 30000, 1000, 5000);
	close_at(&trail, 30010, 1001, 5001);
	open_at(&trail, 0, 900000, 70000);
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 2);
	cr_expect_eq(trail.incarnations[0].isn[0], 1000);
	cr_expect(trail.incarnations[1].start_us >= trail.incarnations[0].end_us);
	trail_free(&trail);
}
