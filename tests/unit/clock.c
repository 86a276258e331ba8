// SPDX-License-Identifier: GPL-2.0-or-later
/* Dates, of now and of a while ago. */
#include "base/clock.h"

#include <criterion/criterion.h>
#include <string.h>

Test(clock, dates)
{
	char date[CLOCK_DATE_LEN], now[CLOCK_DATE_LEN];

	cr_expect_str_eq(clock_date_at(0, date), "1970-01-01T00:00:00Z");
	cr_expect_str_eq(clock_date_at(1769903999, date), "2026-01-31T23:59:59Z");
	cr_expect_eq(strlen(clock_date(now)), strlen(date));
}

Test(clock, ago)
{
	time_t before = time(NULL), ago = clock_ago(90 * NS_PER_S), after = time(NULL);

	cr_expect(ago >= before - 90 && ago <= after - 90);
	ago = clock_ago(90 * NS_PER_S + 999999999);
	cr_expect(ago >= before - 91 && ago <= time(NULL) - 90);
}
