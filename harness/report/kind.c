// SPDX-License-Identifier: GPL-2.0-or-later
/* kind: owns what a segment is called, and how often it was sent. */
#include "report/kind.h"
#include "record/record.h"

#include <string.h>

/* What a segment is, by its flags (all of them) and whether it has data; the first that fits. */
static const struct {
	const char *flags, *words;
} kind_words[] = {
	{"SA", "a SYN-ACK"}, {"S", "a SYN"},  {"R", "a RST"},
	{"F", "a FIN"},	     {"A", "an ACK"}, {"", "a segment without flags"},
};

const char *segment_kind(const json_t *segment)
{
	const char *flags = record_text(segment, "flags", "");
	size_t i = 0;

	while (strspn(kind_words[i].flags, flags) != strlen(kind_words[i].flags))
		i++;
	return kind_words[i].words;
}

static bool is_of_kind(const json_t *segment, const char *kind)
{
	return !strcmp(segment_kind(segment), kind);
}

/* A record counts a host's SYNs and SYN-ACKs together, and RSTs too, of which each is one alone. */
int64_t segment_transmission(const json_t *segments, const json_t *segment)
{
	int64_t n = record_number(segment, "transmission", 1);
	const char *from = record_text(segment, "from", ""), *kind = segment_kind(segment);
	const char *conn = record_text(segment, "conn", "");
	int64_t before = 0;

	if (n <= 1 || strchr(record_text(segment, "flags", ""), 'R'))
		return 1;
	if (!strchr(record_text(segment, "flags", ""), 'S'))
		return n;
	for (size_t i = 0; i < json_array_size(segments); i++) {
		const json_t *other = json_array_get(segments, i);

		if (other == segment)
			break;
		before += record_number(other, "transmission", 0) > 0 && is_of_kind(other, kind) &&
			  !strcmp(record_text(other, "from", ""), from) &&
			  !strcmp(record_text(other, "conn", ""), conn);
	}
	return before + 1;
}

void segment_kind_add(const json_t *segments, const json_t *segment, struct text *out)
{
	const char *flags = record_text(segment, "flags", "");
	int64_t data = record_number(segment, "data", 0);
	int64_t transmission = segment_transmission(segments, segment);
	bool has_data = record_number(segment, "len", 0) > 0, has_flag = strpbrk(flags, "SFR");

	if (has_flag || !has_data)
		text_add(out, "%s%s",
			 json_is_true(json_object_get(segment, "final_ack"))
				 ? "the final ACK"
				 : segment_kind(segment),
			 has_data ? " with " : "");
	if (has_data)
		text_add(out, "data");
	if (has_data && data)
		text_add(out, " %lld", (long long)data);
	if (transmission > 1)
		text_add(out, " again (transmission %lld)", (long long)transmission);
}
