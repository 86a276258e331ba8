// SPDX-License-Identifier: GPL-2.0-or-later
/* caption: owns the words for one segment: its kind, its place in the stream, what became of it. */
#include "report/caption.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/record.h"
#include "report/kind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BYTES_SHOWN 12 /* as many as fit on the segment's line */

static const struct fate_mark fates[] = {
	{"carried", '+', .note = ""},
	{"copied", '+', .note = "a copy is kept", .named = " as "},
	{"duplicated", '+', .note = "carried twice"},
	{"delayed", '+', .note = "delayed"},
	{"corrupted", '~', .note = "one bit wrong"},
	{"reordered", '+', .note = "overtakes those that wait"},
	{"seen", '-', .note = ""},
	{"unknown", '?', .note = "fate unknown"},
	{"held", '|', .to_wire = true, .note = "held", .named = " as "},
	{"dropped", 'x', .to_wire = true, .note = "dropped by the wire"},
	{"lost", 'x', .to_wire = true, .note = "lost on the link"},
	{"released", '|', .from_wire = true, .note = "released", .named = ": "},
	{"injected", '*', .from_wire = true, .note = "crafted", .named = ": "},
};

/* What the fact that bears a segment's name says of it, to the reader of the ladder. */
static const struct {
	const char *fact, *meaning;
} meanings[] = {
	{"delivered", "=> read by the application"},
	{"dropped", "=> discarded by the receiver"},
};

const struct fate_mark *segment_fate(const json_t *segment)
{
	const char *name = record_text(segment, "fate", "");

	for (size_t i = 0; i < ARRAY_SIZE(fates); i++) {
		if (!strcmp(fates[i].name, name))
			return &fates[i];
	}
	return &fates[0];
}

const struct fate_mark *fate_nth(size_t i)
{
	return i < ARRAY_SIZE(fates) ? &fates[i] : NULL;
}

size_t segment_index(const json_t *segments, json_int_t n)
{
	size_t n_segments = json_array_size(segments);

	/* The list begins at 0 and leaves out only its end, so this finds it at the first look. */
	for (size_t i = n >= 0 && (size_t)n < n_segments ? n : 0; i < n_segments; i++) {
		if (record_number(json_array_get(segments, i), "n", -1) == n)
			return i;
	}
	return SIZE_MAX;
}

void caption_add(struct caption *caption, const char *fmt, ...)
{
	char *phrase;
	va_list ap;

	if (caption->n == CAPTION_PHRASES_MAX)
		return;
	va_start(ap, fmt);
	if (vasprintf(&phrase, fmt, ap) < 0)
		abort();
	va_end(ap);
	caption->phrases[caption->n++] = phrase;
}

void caption_free(struct caption *caption)
{
	for (size_t i = 0; i < caption->n; i++)
		free(caption->phrases[i]);
	*caption = (struct caption){0};
}

/* "SYN-ACK", "FIN-ACK", "RST", "final ACK", "data 3", "FIN-ACK data 3", "ACK", "no flags". */
static void kind_format(const json_t *segment, struct text *out)
{
	static const struct {
		char letter;
		const char *word;
	} letters[] = {{'S', "SYN"}, {'F', "FIN"}, {'R', "RST"}};
	const char *flags = record_text(segment, "flags", ".");
	bool ack = strchr(flags, 'A'), has_data = record_number(segment, "len", 0) > 0;
	int64_t data = record_number(segment, "data", 0);

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		if (strchr(flags, letters[i].letter))
			text_add(out, "%s%s", out->len ? "-" : "", letters[i].word);
	}
	if (out->len && ack)
		text_add(out, "-ACK");
	if (has_data)
		text_add(out, "%sdata", out->len ? " " : "");
	if (has_data && data)
		text_add(out, " %lld", (long long)data);
	if (!out->len && ack)
		text_add(out, "%sACK",
			 json_is_true(json_object_get(segment, "final_ack")) ? "final " : "");
	if (!out->len)
		text_add(out, "no flags");
}

/* "[201:301]" for data, "seq 301" for what has none; what lies before the first byte is negative.
 */
static char *range_new(const json_t *segment, int64_t relative)
{
	int64_t len = record_number(segment, "len", 0);
	int32_t seq = (uint32_t)relative;

	if (len > 0)
		return mem_printf("[%d:%lld]", seq, (long long)(seq + len));
	return mem_printf("seq %d", seq);
}

/* A pure ACK's own sequence number says nothing, unless the wire put it there. */
static bool range_tells(const json_t *segment)
{
	return json_object_get(segment, "seq") &&
	       (record_number(segment, "len", 0) > 0 || json_object_get(segment, "name") ||
		strpbrk(record_text(segment, "flags", ""), "SFR"));
}

static void add_header(const json_t *segment, struct caption *caption)
{
	const char *flags = record_text(segment, "flags", "");
	_cleanup_text_ struct text kind = {0};
	_cleanup_free_ char *range = NULL;
	int64_t ack = record_number(segment, "ack", 0);
	bool has_ack = strchr(flags, 'A') && json_object_get(segment, "ack");

	kind_format(segment, &kind);
	if (range_tells(segment))
		range = range_new(segment, record_number(segment, "seq", 0));
	if (range)
		caption_add(caption, "%s %s", text_str(&kind), range);
	if (range && has_ack)
		caption_add(caption, "ack %lld", (long long)ack);
	if (!range && has_ack) /* "ACK 301" */
		caption_add(caption, "%s %lld", text_str(&kind), (long long)ack);
	if (!range && !has_ack)
		caption_add(caption, "%s", text_str(&kind));
	if (json_object_get(segment, "tsval"))
		caption_add(caption, "TSval %lld", (long long)record_number(segment, "tsval", 0));
}

static void add_transmission(const json_t *record, const json_t *segment, struct caption *caption)
{
	static const char *const endings[] = {"th", "st", "nd", "rd"};
	const json_t *canonical = json_object_get(record, "canonical");
	int64_t n = segment_transmission(json_object_get(canonical, "segments"), segment);
	bool teen = n % 100 / 10 == 1;

	if (n > 1)
		caption_add(caption, "again (%lld%s)", (long long)n,
			    endings[!teen && n % 10 < 4 ? n % 10 : 0]);
}

static int64_t segment_us(const json_t *record, size_t i)
{
	return json_integer_value(json_array_get(record_times(record, "segment_us"), i));
}

/* "third released: #7, 412ms late". */
static void add_fate(const json_t *record, const json_t *segment, struct caption *caption)
{
	const json_t *segments = json_object_get(json_object_get(record, "canonical"), "segments");
	size_t here = segment_index(segments, record_number(segment, "n", -1));
	size_t of = segment_index(segments, record_number(segment, "of", -1));
	const struct fate_mark *mark = segment_fate(segment);
	const char *name = record_text(segment, "name", NULL);
	char late[32];

	if (*mark->note)
		caption_add(caption, "%s%s%s", mark->note, name && mark->named ? mark->named : "",
			    name && mark->named ? name : "");
	if (of == SIZE_MAX || here == SIZE_MAX)
		return;
	duration_format((segment_us(record, here) - segment_us(record, of)) * NS_PER_US, late,
			sizeof(late));
	caption_add(caption, "it is #%lld, %s late", (long long)record_number(segment, "of", 0),
		    late);
}

/* What its receiver's kernel called it, whatever it did with it. */
static void add_drop(const json_t *segment, struct caption *caption)
{
	const char *reason = record_text(segment, "drop_reason", NULL);

	if (reason)
		caption_add(caption, "freed as dropped: %s", reason);
}

/* Where the segment falls in the incarnation that is alive when it arrives. */
static void add_into(const json_t *record, const json_t *segment, struct caption *caption)
{
	const json_t *list = json_object_get(json_object_get(record, "volatile"), "into");
	const json_t *into;

	for (size_t i = 0; i < json_array_size(list); i++) {
		_cleanup_free_ char *range = NULL;

		into = json_array_get(list, i);
		if (record_number(into, "n", -1) != record_number(segment, "n", -2))
			continue;
		range = range_new(segment, record_number(into, "seq", 0));
		caption_add(caption, "as %s of %s", range, record_text(into, "conn", "?"));
		if (json_object_get(into, "ack"))
			caption_add(caption, "there ack %lld",
				    (long long)record_number(into, "ack", 0));
		if (json_object_get(into, "tsval"))
			caption_add(caption, "there TSval %lld",
				    (long long)record_number(into, "tsval", 0));
	}
}

/* What became of a segment that the wire delivered of its own. */
static void add_meaning(const json_t *record, const json_t *segment, struct caption *caption)
{
	const json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts");
	const char *fact = record_text(facts, record_text(segment, "name", ""), "");

	for (size_t i = 0; segment_fate(segment)->from_wire && i < ARRAY_SIZE(meanings); i++) {
		if (!strcmp(meanings[i].fact, fact))
			caption_add(caption, "%s", meanings[i].meaning);
	}
}

/* Every ACK answers something; to be told is only what answers the wire's own segments. */
static void add_cause(const json_t *record, const json_t *segment, struct caption *caption)
{
	const json_t *segments = json_object_get(json_object_get(record, "canonical"), "segments");
	int64_t cause = record_number(segment, "cause", -1);
	size_t i = segment_index(segments, cause);

	if (i != SIZE_MAX && segment_fate(json_array_get(segments, i))->from_wire)
		caption_add(caption, "answers #%lld", (long long)cause);
}

void caption_build(const json_t *record, const json_t *segment, bool with_bytes,
		   struct caption *ret)
{
	const char *bytes = record_text(segment, "text", NULL);

	*ret = (struct caption){0};
	add_header(segment, ret);
	add_transmission(record, segment, ret);
	if (with_bytes && bytes)
		caption_add(ret, "\"%.*s\"", BYTES_SHOWN, bytes);
	add_fate(record, segment, ret);
	add_meaning(record, segment, ret);
	add_drop(segment, ret);
	add_into(record, segment, ret);
	add_cause(record, segment, ret);
}
