// SPDX-License-Identifier: GPL-2.0-or-later
/* clock: owns time as numbers and as text. */
#include "base/clock.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct duration_unit {
	const char *name;
	int64_t ns;
} duration_units[] = {
	{"m", 60 * NS_PER_S}, {"s", NS_PER_S}, {"ms", NS_PER_MS}, {"us", NS_PER_US}, {"ns", 1},
};

int64_t clock_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

void clock_sleep_until(int64_t at_ns)
{
	struct timespec ts = {at_ns / NS_PER_S, at_ns % NS_PER_S};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

time_t clock_ago(int64_t ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (now.tv_sec * NS_PER_S + now.tv_nsec - ns) / NS_PER_S;
}

const char *clock_date_at(time_t at, char buf[CLOCK_DATE_LEN])
{
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(buf, CLOCK_DATE_LEN, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}

const char *clock_date(char buf[CLOCK_DATE_LEN])
{
	return clock_date_at(time(NULL), buf);
}

unsigned clock_hz(void)
{
	struct timespec ts;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &ts) < 0 || ts.tv_sec || !ts.tv_nsec)
		return 0;
	return (NS_PER_S + ts.tv_nsec / 2) / ts.tv_nsec;
}

bool duration_parse(const char *s, int64_t *ret_ns)
{
	double number;
	char *end;

	if (!isdigit((unsigned char)*s) && *s != '.')
		return false;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return false;
	number = strtod(s, &end);
	if (end == s || !isfinite(number))
		return false;
	if (number == 0 && !*end) {
		*ret_ns = 0;
		return true;
	}
	for (size_t i = 0; i < sizeof(duration_units) / sizeof(duration_units[0]); i++) {
		if (strcmp(end, duration_units[i].name))
			continue;
		if (number * duration_units[i].ns > 1e18)
			return false;
		*ret_ns = llround(number * duration_units[i].ns);
		return true;
	}
	return false;
}

const char *duration_format(int64_t ns, char *buf, size_t size)
{
	int64_t abs_ns = ns < 0 ? -ns : ns;

	if (!ns)
		snprintf(buf, size, "0");
	else if (abs_ns >= NS_PER_S)
		snprintf(buf, size, "%.6gs", (double)ns / NS_PER_S);
	else if (abs_ns >= NS_PER_MS)
		snprintf(buf, size, "%.4gms", (double)ns / NS_PER_MS);
	else if (abs_ns >= NS_PER_US)
		snprintf(buf, size, "%.4gus", (double)ns / NS_PER_US);
	else
		snprintf(buf, size, "%lldns", (long long)ns);
	return buf;
}

int64_t duration_round(int64_t ns, unsigned digits)
{
	int64_t limit = 1, unit = 1;

	for (unsigned i = 0; i < digits; i++)
		limit *= 10;
	while (ns / unit >= limit || ns / unit <= -limit)
		unit *= 10;
	return (ns + (ns < 0 ? -unit : unit) / 2) / unit * unit;
}

bool number_parse(const char *s, int64_t *ret)
{
	long long number;
	char *end;

	if (!isdigit((unsigned char)s[0]) && !(s[0] == '-' && isdigit((unsigned char)s[1])))
		return false;
	errno = 0;
	number = strtoll(s, &end, 10);
	if (errno || *end)
		return false;
	*ret = number;
	return true;
}
