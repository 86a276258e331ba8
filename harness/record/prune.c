// SPDX-License-Identifier: GPL-2.0-or-later
/* prune: owns the skipping of lists that nobody will ask for: nine tenths of most records. */
#include "record/prune.h"
#include "base/mem.h"

#include <stdbool.h>
#include <string.h>

static const char *const pruned[] = {
	"segments", "states", "segment_us", "state_us", "step_us", "into", "packets",
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

/* Behind the bracket that closes the list which opens at `at`; NULL: it is not closed. */
static const char *list_end(const char *at, const char *end)
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

/* Is the string from `at` to `end`, quotes included, the name of such a list? */
static bool name_is_pruned(const char *at, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(pruned); i++) {
		if (strlen(pruned[i]) + 2 == (size_t)(end - at) &&
		    !memcmp(at + 1, pruned[i], end - at - 2))
			return true;
	}
	return false;
}

/* Behind the list that follows a name; NULL: no list follows. */
static const char *pruned_list_end(const char *name, const char *name_end, const char *end)
{
	const char *at = name_end;

	while (at < end && *at == ' ')
		at++;
	if (at == end || *at++ != ':')
		return NULL;
	while (at < end && *at == ' ')
		at++;
	return at < end && *at == '[' && name_is_pruned(name, name_end) ? list_end(at, end) : NULL;
}

size_t line_prune(char *line, size_t len)
{
	const char *at = line, *end = line + len;
	char *to = line;

	while (at < end) {
		const char *string = memchr(at, '"', end - at), *next, *list;

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
		list = pruned_list_end(at, next, end);
		at = next;
		if (!list)
			continue;
		/* The name itself was moved already; its list takes at least ":[]" of room. */
		for (const char *c = ":[]"; *c; c++)
			*to++ = *c;
		at = list;
	}
	return to - line;
}
