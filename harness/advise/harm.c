// SPDX-License-Identifier: GPL-2.0-or-later
/* harm: owns the table of facts whose value is bad for somebody. */
#include "advise/harm.h"
#include "base/mem.h"
#include "record/record.h"

#include <stdlib.h>
#include <string.h>

/* A value of a fact that is bad, by the fact's last part; NULL: of a segment that the wire kept. */
static const struct harm {
	const char *fact, *value, *what;
} harms[] = {
	{"stream", "corrupt", "old bytes are read as data of a new connection"},
	{"server_stream", "corrupt", "old bytes are read as data of a new connection"},
	{NULL, "delivered", "a segment of an old connection reaches the application"},
	{"stream", "short", "a stream ends before all of it has come"},
	{"connect", "EADDRNOTAVAIL", "a connect fails, since no port or four-tuple is free"},
	{"connect", "ECONNREFUSED", "a connect is refused"},
	{"connect", "ECONNRESET", "a connect is reset"},
	{"connect", "ETIMEDOUT", "a connect times out"},
	{"connect", "pending", "a connect is not answered, or refused without end"},
	{"error", "EADDRNOTAVAIL", "a connect fails, since no port or four-tuple is free"},
	{"error", "EADDRINUSE", "a bind fails, since the address is in use"},
	{"bind", "EADDRINUSE", "a bind fails, since the address is in use"},
	{"listen", "EADDRINUSE", "a server does not start, since its address is in use"},
	{"client_error", "ECONNRESET", "an application's connection is reset"},
	{"server_error", "ECONNRESET", "an application's connection is reset"},
	{"client_error", "EPIPE", "an application's connection is reset"},
	{"server_error", "EPIPE", "an application's connection is reset"},
	{"time_wait", "none", "nobody holds TIME-WAIT: nothing there answers what comes late"},
};

/* A number of which more, or less, is bad. */
static const struct harm_number {
	const char *fact;
	int sign;	 /* of the bad direction */
	long long least; /* with fewer before there was nothing yet that could be worse */
	const char *what;
} harm_numbers[] = {
	{"failed", 1, 0, "more connects fail"},
	{"ok", -1, 0, "fewer connects succeed"},
	{"syns", 1, 1, "more SYNs are needed to connect"},
};

/* The part after the last dot; NULL of a bare name. */
static const char *fact_part(const char *fact)
{
	const char *dot = strrchr(fact, '.');

	return dot ? dot + 1 : NULL;
}

static bool part_is(const char *part, const char *wanted)
{
	return wanted ? part && !strcmp(part, wanted) : !part;
}

static bool is_number(const char *value)
{
	return *value && strspn(value, "0123456789") == strlen(value);
}

static const char *harm_by_number(const char *part, const char *was, const char *now)
{
	for (size_t i = 0; part && i < ARRAY_SIZE(harm_numbers); i++) {
		const struct harm_number *harm = &harm_numbers[i];
		long long before = strtoll(was, NULL, 10), moved = strtoll(now, NULL, 10) - before;

		if (!strcmp(part, harm->fact) && is_number(was) && is_number(now))
			return moved * harm->sign > 0 && before >= harm->least ? harm->what : NULL;
	}
	return NULL;
}

static const char *harm_in(const json_t *finding, const char *from, const char *to)
{
	const char *fact = record_text(finding, "fact", "");
	const char *was = record_text(finding, from, ""), *now = record_text(finding, to, "");
	const char *part = strchr(fact, ' ') ? fact : fact_part(fact);

	for (size_t i = 0; i < ARRAY_SIZE(harms); i++) {
		if (part_is(part, harms[i].fact) && !strcmp(now, harms[i].value) &&
		    strcmp(was, harms[i].value) != 0)
			return harms[i].what;
	}
	return harm_by_number(part, was, now);
}

const char *harm_of(const json_t *finding)
{
	return harm_in(finding, "was", "now");
}

const char *relief_of(const json_t *finding)
{
	return harm_in(finding, "now", "was");
}
