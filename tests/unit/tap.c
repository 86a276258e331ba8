// SPDX-License-Identifier: GPL-2.0-or-later
/* tap: what is said of frames by what came of them, and when nothing is said. */
#include "netem/tap.h"
#include "base/clock.h"
#include "netem/wire.h"

#include <criterion/criterion.h>
#include <string.h>

#define FRAME_LEN 100
#define TOLD_MAX  8

/* What the tap has told of each frame, last. */
struct told {
	struct impair_fate fates[TOLD_MAX];
	size_t n_calls;
};

static void note(void *ctx, uint32_t n, const struct impair_fate *fate)
{
	struct told *told = ctx;

	cr_assert_lt(n, TOLD_MAX);
	told->fates[n] = *fate;
	told->n_calls++;
}

static struct wire_frame sent(struct tap *tap, uint32_t n, int64_t now_ns)
{
	struct wire_frame frame = {.n = n, .len = FRAME_LEN};

	for (size_t i = 0; i < FRAME_LEN; i++)
		frame.bytes[i] = i;
	tap_number(tap, &frame, now_ns);
	frame.n = TOLD_MAX; /* the tap knows it from the number alone */
	return frame;
}

static void begin(struct tap *tap, struct told *told, const char *text)
{
	struct netem_rule rule;
	struct err err = {0};

	cr_assert_eq(netem_rule_parse(text, &rule, &err), 0, "%s", err.msg);
	tap_open(tap, -1, &rule);
	*told = (struct told){0};
}

Test(tap, a_frame_is_known_by_its_number_whatever_bit_is_wrong)
{
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms corrupt 1%");
	for (uint32_t i = 0; i < 3 * FRAME_LEN * 8; i++) {
		struct wire_frame frame = sent(&tap, i % TOLD_MAX, 0);
		uint32_t bit = i % (FRAME_LEN * 8);

		frame.bytes[bit / 8] ^= 1 << bit % 8;
		cr_assert(tap_came(&tap, &frame, 0, note, &told), "bit %u", bit);
		cr_assert_eq(frame.n, i % TOLD_MAX, "bit %u", bit);
		cr_assert_eq(told.fates[frame.n].copies[0].corrupt_bit, 0, "bit %u", bit);
	}
	tap_close(&tap);
}

Test(tap, a_frame_of_no_number_is_none_of_ours)
{
	struct wire_frame frame = {.len = FRAME_LEN, .bytes = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2}};
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms");
	sent(&tap, 0, 0);
	cr_assert(!tap_came(&tap, &frame, 0, note, &told));
	cr_assert_eq(told.n_calls, 0);
	cr_assert_eq(tap.came, 0);
	tap_close(&tap);
}

Test(tap, order_copies_and_delay_are_told)
{
	struct wire_frame first, second, third;
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms 5ms");
	first = sent(&tap, 1, 0);
	second = sent(&tap, 2, 0);
	third = sent(&tap, 3, 0);
	cr_assert(tap_came(&tap, &second, 8 * NS_PER_MS, note, &told));
	cr_assert(!told.fates[2].copies[0].overtook);
	cr_assert(tap_came(&tap, &first, 9 * NS_PER_MS, note, &told));
	cr_assert(told.fates[2].copies[0].overtook);
	cr_assert(!told.fates[1].copies[0].overtook);
	cr_assert(!told.fates[1].copies[0].late);
	cr_assert(tap_came(&tap, &third, 11 * NS_PER_MS, note, &told));
	cr_assert(told.fates[3].copies[0].late);
	cr_assert_eq(told.fates[3].copies[0].corrupt_bit, -1);
	cr_assert(tap_came(&tap, &third, 12 * NS_PER_MS, note, &told));
	cr_assert_eq(told.fates[3].n_copies, 2);
	tap_close(&tap);
}

Test(tap, a_frame_under_way_keeps_its_rule)
{
	struct wire_frame before, after;
	struct netem_rule rule;
	struct err err = {0};
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms 5ms");
	before = sent(&tap, 1, 0);
	cr_assert_eq(netem_rule_parse("delay 100ms 5ms", &rule, &err), 0, "%s", err.msg);
	tap_change(&tap, &rule);
	after = sent(&tap, 2, 0);
	cr_assert(tap_came(&tap, &before, 11 * NS_PER_MS, note, &told));
	cr_assert(told.fates[1].copies[0].late);
	cr_assert(tap_came(&tap, &after, 99 * NS_PER_MS, note, &told));
	cr_assert(!told.fates[2].copies[0].late);
	cr_assert(!told.fates[2].copies[0].overtook);
	tap_close(&tap);
}

Test(tap, lost_is_said_only_when_all_that_left_the_qdisc_came)
{
	struct wire_frame first;
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms loss 10%");
	first = sent(&tap, 1, 0);
	sent(&tap, 2, 0);
	memset(&told.fates[2], 9, sizeof(told.fates[2]));
	cr_assert(tap_came(&tap, &first, 0, note, &told));
	tap_settle(&tap, 2, note, &told); /* one has left the qdisc and is still on its way */
	cr_assert_neq(told.fates[2].n_copies, 0);
	tap_settle(&tap, 1, note, &told);
	cr_assert_eq(told.fates[2].n_copies, 0);
	cr_assert_eq(told.fates[1].n_copies, 1);
	tap_close(&tap);
}

Test(tap, of_two_that_a_verb_sent_one_is_enough)
{
	struct wire_frame twin;
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms loss 10%");
	sent(&tap, 1, 0);
	twin = sent(&tap, 1, 0);
	cr_assert(tap_came(&tap, &twin, 0, note, &told));
	tap_settle(&tap, 1, note, &told);
	cr_assert_eq(told.fates[1].n_copies, 1);
	cr_assert_eq(told.n_calls, 1);
	tap_close(&tap);
}

Test(tap, what_is_forgotten_stays_unknown)
{
	struct wire_frame first;
	struct told told;
	struct tap tap;

	begin(&tap, &told, "delay 10ms");
	first = sent(&tap, 1, 0);
	for (size_t i = 0; i < TAP_FLIGHTS; i++)
		sent(&tap, 2, 0);
	cr_assert(!tap_came(&tap, &first, 0, note, &told));
	cr_assert_eq(told.n_calls, 0);
	cr_assert_eq(tap.came, 1);
	tap_close(&tap);
}
