/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock: monotonic time in nanoseconds, and durations as people write them ("2ms", "1.5s"). */
#ifndef AFTERCLOSE_BASE_CLOCK_H
#define AFTERCLOSE_BASE_CLOCK_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL

int64_t clock_now_ns(void); /* CLOCK_MONOTONIC */
void clock_sleep_until(int64_t at_ns);

/* Now, or at a moment, as "2026-01-31T23:59:59Z"; returns buf. */
#define CLOCK_DATE_LEN 32
const char *clock_date(char buf[CLOCK_DATE_LEN]);
const char *clock_date_at(time_t at, char buf[CLOCK_DATE_LEN]);
time_t clock_ago(int64_t ns); /* the moment so long ago, to the second in which it lies */

/* The kernel's HZ, as 1 / resolution of CLOCK_MONOTONIC_COARSE (there is no file that says it). */
unsigned clock_hz(void);

/* "60s", "1.5ms", "20us", "2m", "0": unit needed but for 0. False if it is not a duration. */
bool duration_parse(const char *s, int64_t *ret_ns);

/* The shortest exact-enough spelling ("62.05s", "2ms", "0"); returns buf. */
const char *duration_format(int64_t ns, char *buf, size_t size);

/* With so many significant digits: 61.418s is 61.4s with three. */
int64_t duration_round(int64_t ns, unsigned digits);

/* A whole decimal number, with sign, nothing around it. */
bool number_parse(const char *s, int64_t *ret);

#endif
