// SPDX-License-Identifier: GPL-2.0-or-later
/* lanes: the order of a run's cells, and who has which. */
#include "target/lanes.h"

#include <criterion/criterion.h>

#define N 7

static const struct scenario brief = {.limit_ns = 1}, patient = {.limit_ns = 2},
			     heavy = {.limit_ns = 1, .heavy = true};
static struct cell cells[N];
static struct job jobs[N];

static void jobs_make(void)
{
	const struct scenario *const of[N] = {&brief, &heavy,	&patient, &brief,
					      &heavy, &patient, &brief};

	for (size_t i = 0; i < N; i++) {
		cells[i].scenario = of[i];
		jobs[i].cell = &cells[i];
	}
}

static void lane_expect(struct lanes *lanes, unsigned lane, const char *expected)
{
	char got[N + 1] = "";
	const uint32_t *next;
	size_t n = 0;

	while ((next = lanes_peek(lanes, lane))) {
		cr_assert_eq(lanes_peek(lanes, lane), next, "looking takes nothing");
		cr_assert(lanes_has_more(lanes));
		got[n++] = '0' + *next;
		lanes_pass(lanes, lane);
	}
	cr_expect_str_eq(got, expected, "lane %u: %s, not %s", lane, got, expected);
}

Test(lanes, order)
{
	struct lanes lanes;

	jobs_make();
	lanes_open(&lanes, jobs, N, true, 1);
	lane_expect(&lanes, 0, "2503614");
	cr_expect_not(lanes_has_more(&lanes));
	lanes_clear(&lanes);
	cr_expect_not(lanes_has_more(&lanes));
	lanes_add(&lanes, 4);
	lanes_add(&lanes, 3);
	lane_expect(&lanes, 0, "43");
	lanes_close(&lanes);
}

Test(lanes, lanes)
{
	struct lanes lanes;

	jobs_make();
	lanes_open(&lanes, jobs, N, false, 3);
	lane_expect(&lanes, 1, "40");
	lane_expect(&lanes, 2, "23");
	lane_expect(&lanes, 0, "156");
	cr_expect_not(lanes_has_more(&lanes));
	lanes_close(&lanes);
}

Test(lanes, more_lanes_than_cells)
{
	struct lanes lanes;

	jobs_make();
	lanes_open(&lanes, jobs, 1, false, 3);
	lane_expect(&lanes, 2, "");
	lane_expect(&lanes, 0, "0");
	lanes_close(&lanes);
}
