// SPDX-License-Identifier: GPL-2.0-or-later
/* prune: owns the skipping of what nobody will ask for: nine tenths of most records. */
#include "record/prune.h"
#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

static const char *const long_lists[] = {
	"segments", "states", "segment_us", "state_us", "step_us", "into", "packets", NULL,
};

static const char *const bodies[] = {
	"canonical", "volatile", "judged", "rfc", NULL,
};

/* The end of the string whose opening quote is at `at`: behind its closing quote, or the end. */
static const char *string_end(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++) {
		if (*at == '\\' && at + 1 < end)
			at++;
	}
	return at < end ? at + 1 : end;
}

/* Behind the bracket that closes what opens at `at`; NULL: it is not closed. */
static const char *member_end(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		if (*at == '"') {
			at = string_end(at, end);
			continue;
		}
		if (*at == '[' || *at == '{')
			depth++;
		else if ((*at == ']' || *at == '}') && !--depth)
			return at + 1;
		at++;
	}
	return NULL;
}

/* Is the string from `at` to `end`, quotes included, one of the names? */
static bool name_is_pruned(const char *const *names, const char *at, const char *end)
{
	for (size_t i = 0; names[i]; i++) {
		if (strlen(names[i]) + 2 == (size_t)(end - at) &&
		    !memcmp(at + 1, names[i], end - at - 2))
			return true;
	}
	return false;
}

/* The list or object that follows a name: from its bracket, ret_end behind it. NULL: neither does.
 */
static const char *member_find(const char *name_end, const char *end, const char **ret_end)
{
	const char *at = name_end;

	while (at < end && *at == ' ')
		at++;
	if (at == end || *at++ != ':')
		return NULL;
	while (at < end && *at == ' ')
		at++;
	if (at == end || (*at != '[' && *at != '{'))
		return NULL;
	*ret_end = member_end(at, end);
	return *ret_end ? at : NULL;
}

static size_t prune(char *line, size_t len, const char *const *names)
{
	const char *at = line, *end = line + len;
	char *to = line;

	while (at < end) {
		const char *string = memchr(at, '"', end - at), *next, *member = NULL;

		if (!string)
			string = end;
		memmove(to, at, string - at);
		to += string - at;
		at = string;
		if (at == end)
			break;
		next = string_end(at, end);
		memmove(to, at, next - at);
		to += next - at;
		if (name_is_pruned(names, at, next))
			member = member_find(next, end, &at);
		if (!member) {
			at = next;
			continue;
		}
		/* The name itself was moved already; what follows takes at least this room. */
		*to++ = ':';
		*to++ = *member;
		*to++ = *member == '[' ? ']' : '}';
	}
	return to - line;
}

size_t line_prune(char *line, size_t len)
{
	return prune(line, len, long_lists);
}

size_t line_prune_bodies(char *line, size_t len)
{
	return prune(line, len, bodies);
}
