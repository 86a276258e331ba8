// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * remark: owns which of the judged facts a segment is evidence for. `third` and `third.answer` are
 * about the segments of that name and what answers them; `old.client_fins` is about each FIN that
 * the client sent in `old`. Facts of sockets and counters are about no segment.
 */
#include "report/remark.h"
#include "base/mem.h"
#include "record/record.h"
#include "report/caption.h"
#include "report/format.h"

#include <stdbool.h>
#include <string.h>

/* Facts of an incarnation that count segments: the part of the name behind the dot. */
static const struct counted {
	const char *fact;
	const char *side;	 /* of the sender; NULL: either */
	const char *has, *lacks; /* flags */
	bool final_ack, lost;
} counted[] = {
	{"syns", "client", "S", "A"},
	{"syns_lost", "client", "S", "A", .lost = true},
	{"syn_acks", "server", "SA", ""},
	{"syn_acks_lost", "server", "SA", "", .lost = true},
	{"final_acks", NULL, "A", "", .final_ack = true},
	{"final_acks_lost", NULL, "A", "", .final_ack = true, .lost = true},
	{"first_fin", NULL, "F", ""},
	{"fins_crossed", NULL, "F", ""},
	{"client_fins", "client", "F", ""},
	{"client_fins_arrived", "client", "F", ""},
	{"client_fins_lost", "client", "F", "", .lost = true},
	{"client_lost", "client", "", "", .lost = true},
	{"client_rsts", "client", "R", ""},
	{"server_fins", "server", "F", ""},
	{"server_fins_arrived", "server", "F", ""},
	{"server_fins_lost", "server", "F", "", .lost = true},
	{"server_lost", "server", "", "", .lost = true},
	{"server_rsts", "server", "R", ""},
};

static bool flags_fit(const char *flags, const struct counted *what)
{
	for (const char *flag = what->has; *flag; flag++) {
		if (!strchr(flags, *flag))
			return false;
	}
	return !strpbrk(flags, what->lacks);
}

/* Every host but the server plays the client. */
static bool side_fits(const char *from, const char *side)
{
	return !side || !strcmp(side, "server") == !strcmp(from, "server");
}

static bool is_lost(const json_t *segment)
{
	static const char *const fates[] = {"dropped", "lost", "corrupted"};

	for (size_t i = 0; i < ARRAY_SIZE(fates); i++) {
		if (!strcmp(segment_fate(segment)->name, fates[i]))
			return true;
	}
	return false;
}

static bool is_counted(const json_t *segment, const struct counted *what)
{
	if (what->final_ack && !json_is_true(json_object_get(segment, "final_ack")))
		return false;
	return flags_fit(record_text(segment, "flags", ""), what) &&
	       side_fits(record_text(segment, "from", ""), what->side) &&
	       (!what->lost || is_lost(segment));
}

/* Behind "NAME" or "NAME."; NULL: the fact is not of that name. */
static const char *behind_name(const char *fact, const char *name)
{
	size_t len = strlen(name);

	if (!len || strncmp(fact, name, len) || (fact[len] && fact[len] != '.'))
		return NULL;
	return fact + len + (fact[len] == '.');
}

/* The name of the segment that this one answers; "". */
static const char *answered_name(const json_t *record, const json_t *segment)
{
	const json_t *segments = json_object_get(json_object_get(record, "canonical"), "segments");
	size_t cause = segment_index(segments, record_number(segment, "cause", -1));

	if (cause == SIZE_MAX || !segment_fate(json_array_get(segments, cause))->from_wire)
		return "";
	return record_text(json_array_get(segments, cause), "name", "");
}

static bool is_evidence(const json_t *record, const json_t *segment, const char *fact)
{
	const char *part = behind_name(fact, record_text(segment, "name", ""));

	if (part)
		return true;
	part = behind_name(fact, answered_name(record, segment));
	if (part && !strncmp(part, "answer", strlen("answer")))
		return true;
	part = behind_name(fact, record_text(segment, "conn", ""));
	for (size_t i = 0; part && i < ARRAY_SIZE(counted); i++) {
		if (!strcmp(counted[i].fact, part))
			return is_counted(segment, &counted[i]);
	}
	return false;
}

static void add_rules(const json_t *record, const json_t *segment, struct text *out)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!is_evidence(record, segment, record_text(row, "fact", "")))
			continue;
		text_add(out, "\n%s: ", record_text(row, "verdict", "?"));
		miss_words(row, out);
		text_add(out, " (%s:%lld)", record_text(record, "file", "?"),
			 (long long)record_number(row, "line", 0));
	}
}

void remark_format(const json_t *record, const json_t *segment, struct text *out)
{
	_cleanup_(caption_free) struct caption caption = {0};
	_cleanup_text_ struct text rules = {0};

	add_rules(record, segment, &rules);
	if (!*segment_fate(segment)->note && !json_object_get(segment, "name") && !rules.len)
		return;
	caption_build(record, segment, true, &caption);
	text_add(out, "#%lld of %s:", (long long)record_number(segment, "n", 0),
		 record_text(segment, "conn", "no known connection"));
	for (size_t i = 0; i < caption.n; i++)
		text_add(out, "%s %s", i ? "," : "", caption.phrases[i]);
	text_add(out, "%s", text_str(&rules));
}
