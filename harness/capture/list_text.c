// SPDX-License-Identifier: GPL-2.0-or-later
/* list_text: owns a survey as a person reads it. */
#include "base/clock.h"
#include "capture/list.h"
#include "record/record.h"

#include <string.h>

static const char *duration(int64_t us, char buf[32])
{
	return duration_format(us * NS_PER_US, buf, 32);
}

void list_head_text(const json_t *list, struct text *out)
{
	static const struct {
		const char *key, *words;
	} rows[] = {
		{"other", "carried no TCP, or a fragment of it"},
		{"malformed",
		 "were cut before the end of their TCP header, or contradict themselves"},
		{"twice", "were captured twice, and count once"},
		{"back", "have a time before that of the one before"},
		{"left_out", "four-tuples more are left out; --connection N shows one"},
		{"segments_left_out", "are of four-tuples beyond the first million, and left out"},
	};
	char took[32];
	int64_t n;

	text_add(out,
		 "%s: %s, %lld packets, %lld of TCP, in %s; %lld four-tuples, %lld used more than "
		 "once\n",
		 record_text(list, "capture", "?"), record_text(list, "link", "?"),
		 (long long)record_number(list, "packets", 0),
		 (long long)record_number(list, "segments", 0),
		 duration(record_number(list, "us", 0), took),
		 (long long)record_number(list, "tuples", 0),
		 (long long)record_number(list, "reused", 0));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = record_number(list, rows[i].key, 0);
		if (n)
			text_add(out, "  %lld %s\n", (long long)n, rows[i].words);
	}
	if (json_is_true(json_object_get(list, "cut")))
		text_add(out, "  the file ends in the middle of a packet\n");
}

static void segment_text(const json_t *segment, struct text *out)
{
	const char *flags = record_text(segment, "flags", "");
	int64_t len = record_number(segment, "len", 0), seq = record_number(segment, "seq", 0);
	static const struct {
		const char *flags, *words;
	} names[] = {{"S", "SYN"}, {"SA", "SYN-ACK"}, {"A", "ACK"},	{"FA", "FIN-ACK"},
		     {"F", "FIN"}, {"R", "RST"},      {"RA", "RST-ACK"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(flags, names[i].flags))
			flags = names[i].words;
	}
	if (len)
		text_add(out, "data [%lld:%lld]", (long long)seq, (long long)(seq + len));
	else
		text_add(out, "%s", flags);
	if (json_object_get(segment, "ack"))
		text_add(out, ", ack %lld", (long long)record_number(segment, "ack", 0));
}

/* Of which incarnation a late segment is; of none that is here, it is of one before the capture. */
static void remark_of(int64_t tuple, int64_t now, const json_t *remark, struct text *out)
{
	const char *what = record_text(remark, "what", "");
	int64_t of = record_number(remark, "of", 0);

	if (!strcmp(what, "challenge") && of == now)
		text_add(out, ", of one before the capture");
	else if (!strcmp(what, "stray") || !strcmp(what, "challenge"))
		text_add(out, ", of %lld.%lld", (long long)tuple, (long long)of);
}

static void remark_text(int64_t tuple, int64_t now, const json_t *remark, struct text *out)
{
	const char *what = record_text(remark, "what", "");
	const json_t *answer = json_object_get(remark, "answer");
	char late[32];

	text_add(out, "        #%lld %s of the %s: ", (long long)record_number(remark, "packet", 0),
		 what, record_text(remark, "from", "?"));
	segment_text(remark, out);
	remark_of(tuple, now, remark, out);
	if (json_object_get(remark, "copy_of"))
		text_add(out, "; it is #%lld, %s late",
			 (long long)record_number(remark, "copy_of", 0),
			 duration(record_number(remark, "late_us", 0), late));
	if (answer) {
		text_add(out,
			 "; then #%lld of the %s: ", (long long)record_number(answer, "packet", 0),
			 record_text(answer, "from", "?"));
		segment_text(answer, out);
	}
	text_add(out, "\n");
}

static void counts_text(const json_t *in, struct text *out)
{
	static const struct {
		const char *key, *one, *more;
		int64_t usual;
	} rows[] = {
		{"syns", "SYN", "SYNs", 1},
		{"syn_acks", "SYN-ACK", "SYN-ACKs", 1},
		{"retransmissions", "retransmission", "retransmissions", 0},
		{"client_rsts", "RST of the client", "RSTs of the client", 0},
		{"server_rsts", "RST of the server", "RSTs of the server", 0},
		{"client_bytes_lacking", "byte of the client is not in the capture",
		 "bytes of the client are not in the capture", 0},
		{"server_bytes_lacking", "byte of the server is not in the capture",
		 "bytes of the server are not in the capture", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t n = record_number(in, rows[i].key, 0);

		if (n > rows[i].usual)
			text_add(out, "; %lld %s", (long long)n,
				 n == 1 ? rows[i].one : rows[i].more);
	}
}

static void ending_text(const json_t *in, struct text *out)
{
	const char *ending = record_text(in, "ending", ""), *fin = record_text(in, "first_fin", "");
	const char *holder = record_text(in, "time_wait", "none");
	bool both = !strcmp(fin, "both");

	if (!strcmp(ending, "orderly"))
		text_add(out, ", closed by %s%s, where TIME_WAIT would be",
			 both ? "both at once" : "the ", both ? "" : holder);
	else if (!strcmp(ending, "half"))
		text_add(out, ", closed by %s%s, and not to its end",
			 both ? "both at once" : "the ", both ? "" : fin);
	else if (!strcmp(ending, "reset"))
		text_add(out, ", reset by the %s", record_text(in, "reset_by", "?"));
	else if (!strcmp(record_text(in, "opening", ""), "opened"))
		text_add(out, ", and not closed");
}

static void incarnation_text(int64_t tuple, const json_t *in, struct text *out)
{
	char at[32], gap[32];
	json_t *remarks = json_object_get(in, "remarks"), *remark;
	size_t i;

	text_add(out, "  %lld.%-3lld #%lld at %s", (long long)tuple,
		 (long long)record_number(in, "n", 0), (long long)record_number(in, "packet", 0),
		 duration(record_number(in, "at_us", 0), at));
	if (json_object_get(in, "gap_us"))
		text_add(out, ", %s after the last segment of the one before",
			 duration(record_number(in, "gap_us", 0), gap));
	text_add(out, ": %s", record_text(in, "opening", "?"));
	ending_text(in, out);
	counts_text(in, out);
	text_add(out, "\n");
	json_array_foreach(remarks, i, remark)
	{
		remark_text(tuple, record_number(in, "n", 0), remark, out);
	}
}

void list_connection_text(const json_t *connection, struct text *out)
{
	json_t *incarnations = json_object_get(connection, "incarnations");
	int64_t tuple = record_number(connection, "number", 0);
	size_t n = json_array_size(incarnations), skipped = 0;
	static const char *const hosts[] = {"client", "server"};

	text_add(out, "\n%lld  %s -> %s, %zu incarnation%s\n", (long long)tuple,
		 record_text(connection, "client", "?"), record_text(connection, "server", "?"), n,
		 n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++) {
		const json_t *in = json_array_get(incarnations, i);
		bool plain = !json_array_size(json_object_get(in, "remarks"));

		if (n > LIST_INCARNATIONS_MAX && plain && i + LIST_INCARNATIONS_MAX / 2 < n &&
		    i >= LIST_INCARNATIONS_MAX / 2)
			skipped++;
		else
			incarnation_text(tuple, in, out);
	}
	if (skipped)
		text_add(out, "  %zu more, without anything late or refused (--format json)\n",
			 skipped);
	if (json_is_true(json_object_get(connection, "cut")))
		text_add(out,
			 "  what came later is left out: more than is kept of one four-tuple\n");
	for (size_t i = 0; i < 2; i++) {
		char key[16];

		snprintf(key, sizeof(key), "%s_state", hosts[i]);
		if (json_object_get(connection, key))
			text_add(out, "  ss saw the %s in %s\n", hosts[i],
				 record_text(connection, key, "?"));
	}
}

void list_end_text(size_t n, struct text *out)
{
	if (n > LIST_TRAILS_MAX)
		text_add(out, "\n%zu four-tuples more: --format json has them all\n",
			 n - LIST_TRAILS_MAX);
	else if (!n)
		text_add(out, "No four-tuple was used more than once; --all lists the others.\n");
}
