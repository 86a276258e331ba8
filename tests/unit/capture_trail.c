// SPDX-License-Identifier: GPL-2.0-or-later
/* trail: segments find their incarnation, and however many there are, memory is bounded. */
#include "capture/list.h"
#include "capture/survey.h"
#include "capture/incarnation.h"
#include "base/mem.h"
#include "segments.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

Test(trail, two_incarnations)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	close_at(&trail, 10, 1001, 5001);
	open_at(&trail, 20, 900000, 70000);
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 2);
	cr_assert_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
	cr_assert_eq(trail.incarnations[0].closer, 1);
	cr_assert_eq(incarnation_time_wait(&trail.incarnations[0]), 2, "the server's");
	cr_assert_eq(trail.incarnations[1].ending, ENDING_NONE);
	trail_free(&trail);
}

/* The same numbers on both sides again: the bytes tell, and only ahead of their turn. */
Test(trail, stray_by_its_bytes)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 5, TCP_ACK, 1001, 5001, "old one.");
	add(&trail, 0, 6, TCP_ACK, 1009, 5001, "old two.");
	close_at(&trail, 10, 1017, 5001);
	open_at(&trail, 20, 1000, 5000);
	add(&trail, 0, 25, TCP_ACK, 1009, 5001, "old two.");
	add(&trail, 0, 26, TCP_ACK, 1001, 5001, "new one.");
	add(&trail, 0, 27, TCP_ACK, 1009, 5001, "new two.");
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 2);
	cr_assert_eq(trail.incarnations[1].strays, 1);
	cr_assert_eq(trail.of[trail.n - 3].role, ROLE_STRAY);
	cr_assert_eq(trail.of[trail.n - 3].incarnation, 0);
	cr_assert_eq(trail.of[trail.n - 2].role, ROLE_PLAIN);
	cr_assert_eq(trail.of[trail.n - 1].role, ROLE_PLAIN);
	trail_free(&trail);
}

/* The server still has the old connection: it challenges, the client denies, and comes again. */
Test(trail, challenge)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 20, TCP_SYN, 800000, 0, "");
	add(&trail, 1, 21, TCP_ACK, 5001, 1001, "");
	add(&trail, 0, 22, TCP_RST, 1001, 0, "");
	add(&trail, 0, 30, TCP_SYN, 800000, 0, "");
	add(&trail, 1, 31, TCP_SYN | TCP_ACK, 70000, 800001, "");
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 2);
	cr_assert_eq(trail.incarnations[1].challenges, 1);
	cr_assert_eq(trail.incarnations[1].syns, 2);
	cr_assert_eq(trail.of[4].role, ROLE_CHALLENGE);
	cr_assert_eq(trail.of[5].role, ROLE_DENIAL);
	trail_free(&trail);
}

/* It began before the capture, and the client's port is the lower one: a later SYN tells. */
Test(trail, client_by_a_later_syn)
{
	static const uint8_t flags[] = {TCP_SYN, TCP_SYN | TCP_ACK, TCP_FIN | TCP_ACK};
	static const int from[] = {0, 1, 0}, clients[] = {0, 0, 1};

	for (int i = 0; i < 3; i++) {
		struct trail trail = empty;

		trail.port[0] = 2000;
		trail.port[1] = 8080;
		add(&trail, 1, 0, TCP_ACK, 5001, 1001, "data");
		add(&trail, 0, 1, TCP_ACK, 1001, 5005, "");
		close_at(&trail, 10, 1001, 5005);
		add(&trail, from[i], 20, flags[i], 900000, 800001, "");
		trail_trace(&trail);
		cr_expect_eq(trail.incarnations[0].client, clients[i], "of %d", i);
		cr_expect_eq(trail.incarnations[0].opening, OPENING_UNSEEN);
		trail_free(&trail);
	}
}

/* Ten thousand incarnations, and one that goes on for ten thousand segments. */
Test(trail, bounded)
{
	struct trail trail = empty;
	uint32_t isn = 1000;

	for (int i = 0; i < 10000; i++, isn += 50000) {
		open_at(&trail, i * 100, isn, isn);
		close_at(&trail, i * 100 + 10, isn + 1, isn + 1);
		cr_assert(trail.n <= trail.max);
	}
	open_at(&trail, 2000000, isn, isn);
	for (int i = 0; i < 10000; i++) {
		add(&trail, 0, 2000001 + i, TCP_ACK, isn + 1 + i * 4, isn + 1, "data");
		cr_assert(trail.n <= trail.max);
	}
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 10001);
	cr_assert_eq(trail.incarnations[5000].ending, ENDING_ORDERLY);
	cr_assert(trail.incarnations[10000].abbreviated);
	cr_assert(trail.size <= 2 * trail.max);
	trail_free(&trail);
}

/* A packet of two interfaces is one; two of one interface are two, however alike (the RSTs that
 * answer data and a FIN have the same number); where nobody says which, one. */
Test(trail, alike_at_places)
{
	static const struct {
		uint16_t first, second;
		size_t n;
	} cases[] = {{1, 2, 1}, {1, 1, 2}, {0, 0, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct trail trail = empty;
		struct dissected rst = packet_of(&trail, 0, TCP_RST, 1001, 0, "");

		rst.place = cases[i].first;
		trail_add(&trail, &rst, 1000, 1, true);
		rst.place = cases[i].second;
		trail_add(&trail, &rst, 1044, 2, true);
		trail_order(&trail);
		cr_expect_eq(trail.n, cases[i].n, "places %d, %d", cases[i].first, cases[i].second);
		cr_expect_eq(trail.twice, 2 - cases[i].n);
		trail_free(&trail);
	}
}

/* The middle of both directions goes: what is behind it is no stray of either end. */
Test(trail, both_streams_go_on_behind_a_gap)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	for (uint32_t i = 0; i < 1000; i++) {
		add(&trail, 0, 10 + 2 * i, TCP_ACK, 1001 + 4 * i, 5001 + 4 * i, "data");
		add(&trail, 1, 11 + 2 * i, TCP_ACK, 5001 + 4 * i, 1005 + 4 * i, "data");
	}
	close_at(&trail, 3000, 5001, 9001);
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 1);
	cr_assert(trail.incarnations[0].abbreviated);
	cr_assert_eq(trail.incarnations[0].strays, 0);
	cr_assert_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
	cr_assert_eq(trail.incarnations[0].closer, 1);
	trail_free(&trail);
}

/* A stray right behind a gap does not say where its end's stream is. */
Test(trail, stray_behind_a_gap)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	add(&trail, 0, 5, TCP_ACK, 1001, 5001, "data");
	add(&trail, 1, 6, TCP_ACK, 5001, 1005, "data");
	trail.of[trail.n - 1].gap = true;
	add(&trail, 0, 20, TCP_ACK, 1001, 5001, "data");
	trail.of[trail.n - 1].ip_id = trail.of[3].ip_id;
	close_at(&trail, 30, 3001, 7001);
	trail_trace(&trail);
	cr_assert_eq(trail.of[5].role, ROLE_STRAY);
	cr_assert_eq(trail.incarnations[0].strays, 1);
	cr_assert_eq(trail.incarnations[0].ending, ENDING_ORDERLY);
	trail_free(&trail);
}

/* Nothing that matters can be given up: the trail ends there, once and for all. */
Test(trail, cut_for_good)
{
	struct trail trail = empty;
	int64_t last_us;

	open_at(&trail, 0, 1000, 5000);
	for (int i = 0; !trail.cut; i++) {
		cr_assert_lt(i, 1000);
		add(&trail, 0, 10 + i, TCP_ACK, 1001, 5001, "data");
	}
	last_us = trail.of[trail.n - 1].us;
	close_at(&trail, 5000, 1005, 5001);
	open_at(&trail, 6000, 900000, 70000);
	trail_trace(&trail);
	cr_assert_eq(trail.of[trail.n - 1].us, last_us);
	cr_assert_eq(trail.n_incarnations, 1);
	trail_free(&trail);
}

/* Where little can be given up each time, a full trail would be gone through for nearly each
 * segment that comes: it ends, too. */
Test(trail, little_to_give_up)
{
	struct trail trail = empty;

	open_at(&trail, 0, 1000, 5000);
	for (size_t i = 0; i + 16 < trail.max; i++)
		add(&trail, 0, 10 + i, TCP_ACK, 1001, 5001, "data");
	for (uint32_t i = 0; i < 100; i++)
		add(&trail, 0, 1000 + i, TCP_ACK, 1005 + 4 * i, 5001, "data");
	cr_assert(trail.cut);
	cr_assert_eq(trail.of[trail.n - 1].us, 1012000);
	trail_free(&trail);
}

/* What four-tuples share are incarnations, too: a trail that had its part ends, and keeps the
 * figures of those it has. */
Test(trail, incarnations_bounded)
{
	struct trail trail = empty;

	trail.max_incarnations = 50;
	for (uint32_t i = 0; i < 1000; i++) {
		open_at(&trail, i * 100, 1000 + i * 50000, 5000 + i * 50000);
		close_at(&trail, i * 100 + 10, 1001 + i * 50000, 5001 + i * 50000);
	}
	trail_trace(&trail);
	cr_assert_eq(trail.n_incarnations, 50);
	cr_assert(trail.cut);
	cr_assert_eq(trail.incarnations[49].ending, ENDING_ORDERLY);
	cr_assert_eq(trail.incarnations[49].isn[0], 1000 + 49 * 50000);
	trail_free(&trail);
}

struct pcap_record {
	uint32_t s, us, captured, len;
	uint8_t ip[20], tcp[20];
};

/* A capture of raw IP: each of so many ports sends SYNs, in turn. */
static void write_syns(FILE *file, uint32_t ports, uint32_t uses)
{
	static const uint32_t head[] = {0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 101};

	cr_assert_eq(fwrite(head, sizeof(head), 1, file), 1);
	for (uint32_t i = 0; i < ports * uses; i++) {
		uint32_t port = i % ports, use = i / ports;
		const struct pcap_record record = {
			.s = 1 + i,
			.captured = 40,
			.len = 40,
			.ip = {0x45, [3] = 40, [8] = 64, 6, [12] = 10, 0, 0, 1, 10, 0, 0, 2},
			.tcp = {port >> 8, port & 0xff, 0, 80, use >> 8, use & 0xff, [12] = 0x50,
				TCP_SYN},
		};

		cr_assert_eq(fwrite(&record, sizeof(record), 1, file), 1);
	}
}

/* What a survey may have in all, each of 1000 four-tuples has a thousandth of. */
Test(survey, incarnations_shared)
{
	char path[] = "/tmp/afterclose-survey-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "wb");
	const struct survey_options options = {0};
	struct survey survey;
	struct err err;

	cr_assert_not_null(file);
	write_syns(file, 1000, 5);
	fclose(file);
	cr_assert_eq(survey_read(path, &options, &survey, &err), 0, "%s", err.msg);
	unlink(path);
	cr_assert_eq(survey.n_trails, 1000);
	cr_assert_eq(survey.trails[999].n_incarnations, 5);
	cr_assert_eq(survey.trails[0].max_incarnations, SURVEY_INCARNATIONS_MAX / 1000);
	survey_free(&survey);
}

/* A scan: a million four-tuples and some more. */
Test(tuples, bounded)
{
	struct tuples tuples = {0};
	struct segment seg = {.src.family = AF_INET, .dst.family = AF_INET, .flags = TCP_SYN};

	for (uint32_t i = 0; i < TUPLES_MAX + 1000; i++) {
		memcpy(seg.src.bytes, &i, sizeof(i));
		tuples_count(&tuples, &seg);
	}
	cr_assert_eq(tuples.n, TUPLES_MAX);
	cr_assert_eq(tuples.left_out, 1000);
	cr_assert_eq(tuples.of[7].uses, 1);
	tuples_free(&tuples);
}

/* Addresses that were made to meet in one place of the table would cost a look at all of them. */
Test(tuples, spread)
{
	struct tuples tuples = {0};
	struct segment seg = {.src.family = AF_INET6, .dst.family = AF_INET6, .flags = TCP_SYN};
	size_t run = 0, longest = 0;

	memset(seg.dst.bytes, 0xff, sizeof(seg.dst.bytes));
	for (uint64_t i = 0; i < 2000; i++) {
		const uint64_t halves[] = {i * 31, i};

		memcpy(seg.src.bytes, halves, sizeof(halves));
		tuples_count(&tuples, &seg);
	}
	cr_assert_eq(tuples.n, 2000);
	for (size_t i = 0; i < tuples.table_size; i++) {
		run = tuples.table[i] ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	cr_assert_lt(longest, 100);
	tuples_free(&tuples);
}
