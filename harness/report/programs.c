// SPDX-License-Identifier: GPL-2.0-or-later
/* programs: owns the words for what became of programs and their connections. */
#include "report/programs.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/record.h"

#include <string.h>

#define GROUPS_MAX 24

bool programs_played(const json_t *record)
{
	return json_object_get(json_object_get(record, "canonical"), "with") != NULL;
}

static const json_t *volatile_part(const json_t *record, const char *key)
{
	return json_object_get(json_object_get(record, "volatile"), key);
}

static double seconds(const json_t *object, const char *key)
{
	return (double)record_number(object, key, 0) / 1e6;
}

/* Records come from files: what should be a text need not be one. */
static const char *text_of(const json_t *value)
{
	return json_is_string(value) ? json_string_value(value) : "?";
}

static void program_format(const json_t *program, const char *indent, struct text *out)
{
	const char *ended = record_text(program, "exit", "?");
	const json_t *word;
	size_t i;

	text_add(out, "%s%s, the %s:", indent, record_text(program, "name", "?"),
		 record_text(program, "host", "?"));
	json_array_foreach(json_object_get(program, "words"), i, word)
	{
		bool quote = strpbrk(text_of(word), " \t\n'\"") != NULL;

		text_add(out, quote ? " '%s'" : " %s", text_of(word));
	}
	if (!strcmp(ended, "running"))
		text_add(out, "; it ran to the end of the play\n");
	else if (!strncmp(ended, "SIG", 3))
		text_add(out, "; ended by %s\n", ended);
	else
		text_add(out, "; exit status %s\n", ended);
	for (const char *const *which = (const char *const[]){"stdout", "stderr", NULL}; *which;
	     which++) {
		const json_t *output = json_object_get(program, *which);
		const char *file = record_text(output, "file", NULL);

		if (file && record_number(output, "bytes", 0))
			text_add(out, "%s  its %s: %s\n", indent, *which, file);
	}
}

static int64_t fact_of(const json_t *record, const char *load, const char *suffix)
{
	const json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts");
	_cleanup_free_ char *name = mem_printf("%s.%s", load, suffix);
	const json_t *fact = json_object_get(facts, name);

	return json_is_object(fact) ? record_number(fact, "ns", 0) : record_number(facts, name, 0);
}

static void sum_format(const json_t *record, const char *load, const char *indent, struct text *out)
{
	static const char *const ways[] = {"closed", "refused", "reset", "timed_out", "open"};
	static const char *const ways_said[] = {"closed", "refused", "reset", "timed out", "open"};

	text_add(out, "%s%s: %lld connections (%lld ports, %lld a second)", indent, load,
		 (long long)fact_of(record, load, "connections"),
		 (long long)fact_of(record, load, "ports"),
		 (long long)fact_of(record, load, "rate"));
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		text_add(out, "%s%lld %s", i ? ", " : ": ",
			 (long long)fact_of(record, load, ways[i]), ways_said[i]);
	text_add(out, "\n%s  closed first by the client %lld, by the server %lld; ", indent,
		 (long long)fact_of(record, load, "client_first"),
		 (long long)fact_of(record, load, "server_first"));
	text_add(out, "TIME-WAIT at the client %lld, at the server %lld\n",
		 (long long)fact_of(record, load, "client_time_waits"),
		 (long long)fact_of(record, load, "server_time_waits"));
	text_add(out,
		 "%s  RSTs of the client %lld, of the server %lld; SYNs repeated %lld; slowest "
		 "connect %.1f ms, answer %.1f ms\n",
		 indent, (long long)fact_of(record, load, "client_rsts"),
		 (long long)fact_of(record, load, "server_rsts"),
		 (long long)fact_of(record, load, "syns_again"),
		 (double)fact_of(record, load, "slowest_connect") / NS_PER_MS,
		 (double)fact_of(record, load, "slowest_answer") / NS_PER_MS);
}

static const char *refused_why(const char *serving)
{
	if (!strcmp(serving, "serving"))
		return "though the server's program listened";
	if (!strcmp(serving, "starting"))
		return "the server's program did not listen yet";
	if (!strcmp(serving, "stopping"))
		return "the server's program was ending, and listened no more";
	if (!strcmp(serving, "stopped"))
		return "the server's program had ended";
	return "nothing of the play listens there";
}

static const char *reset_why(const json_t *line, const char *serving)
{
	if (json_is_true(json_object_get(line, "met_closed")))
		return "the server had closed it, and the request met a closed end";
	if (!json_is_true(json_object_get(line, "unanswered")))
		return "after its last answer";
	if (!strcmp(serving, "serving"))
		return "with its request unanswered, while the server's program served";
	if (json_is_true(json_object_get(line, "answered")))
		return "the server's program ended with its request unanswered";
	return "the server's program ended before it was accepted or answered";
}

static const char *line_why(const json_t *line)
{
	const char *outcome = record_text(line, "outcome", "?");
	const char *serving = record_text(line, "serving", "?");

	if (!strcmp(outcome, "refused"))
		return refused_why(serving);
	if (!strcmp(outcome, "reset by the server"))
		return reset_why(line, serving);
	if (!strcmp(outcome, "reset by the client"))
		return "it let go of the connection with data unread or under way";
	if (!strcmp(outcome, "closed"))
		return "in order, with no answer to the client's last data";
	if (!strcmp(outcome, "late"))
		return "it opened by a repeated SYN";
	return "no SYN was answered";
}

/* Connections that failed alike. */
struct group {
	const json_t *first, *last;
	const char *why;
	size_t n;
};

static struct group *group_of(struct group *groups, size_t *n, const json_t *line)
{
	const char *why = line_why(line);

	for (size_t i = 0; i < *n; i++) {
		if (!strcmp(record_text(groups[i].first, "outcome", "?"),
			    record_text(line, "outcome", "?")) &&
		    !strcmp(groups[i].why, why))
			return &groups[i];
	}
	if (*n == GROUPS_MAX)
		return NULL;
	groups[*n] = (struct group){.first = line, .why = why};
	return &groups[(*n)++];
}

static void group_format(const struct group *group, const char *indent, struct text *out)
{
	text_add(out, "%s%5zu %s: %s\n", indent, group->n,
		 record_text(group->first, "outcome", "?"), group->why);
	text_add(out, "%s      %s", indent, record_text(group->first, "conn", "?"));
	if (group->n > 1)
		text_add(out, " to %s, from %.3f s to %.3f s\n",
			 record_text(group->last, "conn", "?"), seconds(group->first, "at_us"),
			 seconds(group->last, "at_us"));
	else
		text_add(out, ", port %lld, at %.3f s\n",
			 (long long)record_number(group->first, "port", 0),
			 seconds(group->first, "at_us"));
}

static void failed_format(const json_t *record, const char *indent, struct text *out)
{
	const json_t *lines = volatile_part(record, "connections");
	struct group groups[GROUPS_MAX];
	const json_t *line;
	size_t n = 0, i;

	json_array_foreach(lines, i, line)
	{
		struct group *group = group_of(groups, &n, line);

		if (!group)
			continue;
		group->last = line;
		group->n++;
	}
	if (n)
		text_add(out, "%sthose that did not go well:\n", indent);
	for (i = 0; i < n; i++)
		group_format(&groups[i], indent, out);
}

void programs_format(const json_t *record, const char *indent, struct text *out)
{
	const json_t *loads = volatile_part(record, "loads");
	const json_t *of;
	size_t i;

	json_array_foreach(volatile_part(record, "programs"), i, of)
	{
		program_format(of, indent, out);
	}
	json_array_foreach(loads, i, of)
	{
		sum_format(record, text_of(of), indent, out);
	}
	failed_format(record, indent, out);
}
