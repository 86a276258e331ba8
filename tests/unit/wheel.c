// SPDX-License-Identifier: GPL-2.0-or-later
/* The timer wheel: how late it ends a timer at most, and at which instant. */
#include "base/clock.h"
#include "lab/jiffies.h"
#include "lab/wheel.h"

#include <criterion/criterion.h>
#include <math.h>

/* The longest life of a nominal timer, in seconds, as computed from the kernel's source; the row of
 * HZ 250 was confirmed by 160 TIME_WAITs. */
static const struct row {
	unsigned hz;
	double of_1s, of_10s, of_30s, of_60s, of_120s;
} rows[] = {
	{100, 1.08, 10.64, 30.64, 65.12, 125.12},
	{250, 1.032, 10.256, 32.048, 62.048, 122.048},
	{300, 1.027, 10.213, 31.707, 61.707, 133.653},
	{1000, 1.064, 10.512, 30.512, 64.096, 124.096},
};

static void check_longest(unsigned hz, int seconds, double longest)
{
	double is = seconds + (double)wheel_slack_ns(seconds * NS_PER_S, hz) / NS_PER_S;

	cr_expect(fabs(is - longest) < 0.001, "HZ %u, %d s: %.3f, not %.3f", hz, seconds, is,
		  longest);
}

Test(wheel, slack_is_the_level_s_granule)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_longest(rows[i].hz, 1, rows[i].of_1s);
		check_longest(rows[i].hz, 10, rows[i].of_10s);
		check_longest(rows[i].hz, 30, rows[i].of_30s);
		check_longest(rows[i].hz, 60, rows[i].of_60s);
		check_longest(rows[i].hz, 120, rows[i].of_120s);
	}
}

Test(wheel, levels_begin_where_the_kernel_s_do)
{
	cr_expect_eq(wheel_granule_jiffies(62, 250), 1);
	cr_expect_eq(wheel_granule_jiffies(63, 250), 8);
	cr_expect_eq(wheel_granule_jiffies(503, 250), 8);
	cr_expect_eq(wheel_granule_jiffies(504, 250), 64);
	cr_expect_eq(wheel_granule_jiffies(1LL << 40, 250), 1 << 24);
	cr_expect_eq(wheel_granule_jiffies(1LL << 40, 100), 1 << 21);
}

/* Jiffies begin at 2^32 - 300 * HZ, which is no multiple of a granule. */
Test(wheel, ends_at_the_next_multiple)
{
	const struct jiffies_map map = {.epoch_ns = 5 * NS_PER_MS};
	int64_t first_ns = 5 * NS_PER_MS + (512 - ((1LL << 32) - 300 * 250) % 512) * 4 * NS_PER_MS;

	cr_expect_eq(jiffies_wheel_end_ns(&map, 250, first_ns - 1, 60 * NS_PER_S), first_ns);
	cr_expect_eq(jiffies_wheel_end_ns(&map, 250, first_ns, 60 * NS_PER_S),
		     first_ns + 512 * 4 * NS_PER_MS);
}
