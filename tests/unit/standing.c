// SPDX-License-Identifier: GPL-2.0-or-later
/* standing: where an end stands by what the wire saw, and the words for an answer's numbers. */
#include "play/standing.h"
#include "base/text.h"
#include "play/flow.h"
#include "play/stage.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct standing at = {.snd_nxt = 1000, .rcv_nxt = 5000, .ts_recent = 70};

/* An answer to a segment with this acknowledgement, of ten bytes from 5000 on. */
static void expect_numbers(const struct segment *answer, const char *words)
{
	const struct segment to = {.seq = 5000, .ack = 900, .flags = TCP_ACK, .payload_len = 10};
	_cleanup_text_ struct text out = {0};

	answer_describe(&at, &to, answer, &out);
	cr_expect_str_eq(text_str(&out), words);
}

Test(standing, numbers_are_held_against_what_the_receiver_had_sent_and_expected)
{
	expect_numbers(&(struct segment){.flags = TCP_ACK, .seq = 1000, .ack = 5000},
		       "seq=snd_nxt ack=rcv_nxt");
	expect_numbers(&(struct segment){.flags = TCP_ACK, .seq = 999, .ack = 5010},
		       "seq=snd_nxt-1 ack=rcv_nxt+10");
}

Test(standing, a_rst_without_ack_is_held_against_the_acknowledgement)
{
	expect_numbers(&(struct segment){.flags = TCP_RST, .seq = 900}, "seq=seg_ack");
	expect_numbers(&(struct segment){.flags = TCP_RST, .seq = 1000}, "seq=seg_ack+100");
}

Test(standing, a_rst_with_ack_is_held_against_the_segments_end)
{
	expect_numbers(&(struct segment){.flags = TCP_RST | TCP_ACK, .ack = 5010},
		       "seq=0 ack=seg_end");
	expect_numbers(&(struct segment){.flags = TCP_RST | TCP_ACK, .seq = 1000, .ack = 5000},
		       "seq=snd_nxt ack=rcv_nxt");
}

Test(standing, a_syn_ack_has_a_new_number_or_time_waits)
{
	const uint8_t flags = TCP_SYN | TCP_ACK;

	expect_numbers(&(struct segment){.flags = flags, .seq = 66537, .ack = 5010},
		       "seq=snd_nxt+65537 ack=seg_end");
	expect_numbers(&(struct segment){.flags = flags, .seq = 999, .ack = 5010},
		       "seq=snd_nxt-1 ack=seg_end");
	expect_numbers(&(struct segment){.flags = flags, .seq = 123456789, .ack = 5010},
		       "seq=isn ack=seg_end");
}

Test(standing, numbers_go_round)
{
	const struct standing round = {.snd_nxt = UINT32_MAX, .rcv_nxt = 1};
	const struct segment to = {0}, answer = {.flags = TCP_ACK, .seq = 4, .ack = UINT32_MAX};
	_cleanup_text_ struct text out = {0};

	answer_describe(&round, &to, &answer, &out);
	cr_expect_str_eq(text_str(&out), "seq=snd_nxt+5 ack=rcv_nxt-2");
}

static void expect_tsecr(const struct segment *kept, const struct segment *answer,
			 const char *words)
{
	_cleanup_text_ struct text out = {0};

	answer_describe_tsecr(&at, kept, answer, &out);
	cr_expect_str_eq(text_str(&out), words);
}

Test(standing, tsecr_is_held_against_ts_recent)
{
	expect_tsecr(NULL, &(struct segment){.has_ts = true, .tsecr = 70}, "ts_recent");
	expect_tsecr(NULL, &(struct segment){.has_ts = true, .tsecr = 68}, "ts_recent-2");
	expect_tsecr(NULL, &(struct segment){.has_ts = true}, "0");
	expect_tsecr(NULL, &(struct segment){.tsecr = 70}, "none");
}

Test(standing, tsecr_may_be_that_of_a_kept_segment)
{
	const struct segment kept = {.has_ts = true, .tsval = 51},
			     last = {.has_ts = true, .tsval = 70};

	expect_tsecr(&kept, &(struct segment){.has_ts = true, .tsecr = 51}, "seg_tsval");
	expect_tsecr(&kept, &(struct segment){.has_ts = true, .tsecr = 52}, "ts_recent-18");
	expect_tsecr(&last, &(struct segment){.has_ts = true, .tsecr = 70}, "ts_recent");
}

/* An end that has acknowledged 5000 and offered 100 bytes, scaled by 4; its peer has sent 40 more
 * that have not come in order. */
static void open_conn(struct conn *conn)
{
	struct flow *own = &conn->ends[SIDE_SERVER].flow, *peer = &conn->ends[SIDE_CLIENT].flow;

	*conn = (struct conn){0};
	conn->ends[SIDE_CLIENT].conn = conn->ends[SIDE_SERVER].conn = conn;
	*own = (struct flow){.has_isn = true, .next = 1000, .has_ack = true, .ack_last = 5000};
	*peer = (struct flow){.has_isn = true, .delivered = 4990};
}

Test(standing, what_an_end_expects_is_what_it_acknowledged_or_was_given)
{
	struct standing got;
	struct conn conn;

	open_conn(&conn);
	standing_of(&conn.ends[SIDE_SERVER], &got);
	cr_expect_eq(got.snd_nxt, 1000);
	cr_expect_eq(got.rcv_nxt, 5000);
	cr_expect_eq(got.edge, 5000, "no window was seen");
	cr_expect_not(got.speaks_ts);
	conn.ends[SIDE_CLIENT].flow.delivered = 5040;
	standing_of(&conn.ends[SIDE_SERVER], &got);
	cr_expect_eq(got.rcv_nxt, 5040, "given, and not acknowledged yet");
}

Test(standing, timestamps_are_spoken_where_both_do)
{
	struct standing got;
	struct conn conn;

	open_conn(&conn);
	conn.ends[SIDE_CLIENT].flow.has_ts = true;
	conn.ends[SIDE_CLIENT].flow.ts_delivered = 33;
	standing_of(&conn.ends[SIDE_SERVER], &got);
	cr_expect_not(got.speaks_ts, "the server has answered without");
	conn.ends[SIDE_SERVER].flow.has_ts = true;
	standing_of(&conn.ends[SIDE_SERVER], &got);
	cr_expect(got.speaks_ts);
	cr_expect_eq(got.ts_recent, 33);
}
