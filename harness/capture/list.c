// SPDX-License-Identifier: GPL-2.0-or-later
/* list: owns a survey as one JSON object. */
#include "capture/list.h"
#include "capture/incarnation.h"
#include "base/mem.h"

#include <string.h>
#include <sys/socket.h>

static const char *const openings[] = {
	[OPENING_UNSEEN] = "before the capture",
	[OPENING_OPENED] = "opened",
	[OPENING_REFUSED] = "refused",
	[OPENING_UNANSWERED] = "unanswered",
};

static const char *const endings[] = {
	[ENDING_NONE] = "none",
	[ENDING_HALF] = "half",
	[ENDING_ORDERLY] = "orderly",
	[ENDING_RESET] = "reset",
};

int trail_client(const struct trail *trail)
{
	return trail->n_incarnations ? trail->incarnations[trail->n_incarnations - 1].client : 0;
}

const char *trail_role(const struct trail *trail, int end)
{
	return end == trail_client(trail) ? "client" : "server";
}

char *trail_address(const struct trail *trail, int end)
{
	bool v6 = trail->addr[end].family == AF_INET6;
	char words[64];

	addr_format(&trail->addr[end], words, sizeof(words));
	return mem_printf("%s%s%s:%u", v6 ? "[" : "", words, v6 ? "]" : "", trail->port[end]);
}

unsigned incarnation_remarkable(const struct incarnation *in)
{
	return 4 * !!in->strays + 4 * !!in->challenges +
	       3 * (in->opening == OPENING_REFUSED || in->opening == OPENING_UNANSWERED) +
	       (in->syns > 1) + (in->syn_acks > 1) + !!in->again +
	       (in->ending == ENDING_RESET || in->rsts[0] || in->rsts[1]);
}

size_t trail_remarkable(const struct trail *trail)
{
	size_t best = trail->n ? trail->of[0].incarnation : 0;

	for (size_t i = best; i < trail->n_incarnations; i++) {
		if (incarnation_remarkable(&trail->incarnations[i]) >=
		    incarnation_remarkable(&trail->incarnations[best]))
			best = i;
	}
	return best;
}

struct trail *survey_remarkable(const struct survey *survey)
{
	struct trail *best = survey->n_trails ? &survey->trails[0] : NULL;

	for (size_t i = 1; i < survey->n_trails; i++) {
		struct trail *trail = &survey->trails[i];

		if (trail->n_incarnations && best->n_incarnations &&
		    incarnation_remarkable(&trail->incarnations[trail_remarkable(trail)]) >
			    incarnation_remarkable(&best->incarnations[trail_remarkable(best)]))
			best = trail;
	}
	return best;
}

/* "client", "server", "both", "none" of bits 1 << end. */
static const char *ends_word(const struct trail *trail, unsigned ends)
{
	if (ends == 3)
		return "both";
	return ends ? trail_role(trail, ends >> 1) : "none";
}

static json_t *segment_json(const struct trail *trail, size_t i)
{
	const struct seen *seen = &trail->of[i];
	const struct incarnation *in = &trail->incarnations[seen->incarnation];
	char flags[8];
	json_t *object =
		json_pack("{s:I, s:s, s:s, s:I, s:I}", "packet", (json_int_t)seen->packet, "from",
			  trail_role(trail, seen->from), "flags", segment_flags(seen->flags, flags),
			  "len", (json_int_t)seen->len, "of", (json_int_t)seen->incarnation + 1);

	if (in->has_isn[seen->from])
		json_object_set_new(object, "seq", json_integer(seen->seq - in->isn[seen->from]));
	if (seen->flags & TCP_ACK && in->has_isn[!seen->from])
		json_object_set_new(object, "ack", json_integer(seen->ack - in->isn[!seen->from]));
	if (seen->origin != TRAIL_NONE) {
		const struct seen *origin = &trail->of[seen->origin];

		json_object_set_new(object, "copy_of", json_integer(origin->packet));
		json_object_set_new(object, "late_us", json_integer(seen->us - origin->us));
	}
	return object;
}

/* What the other end sent next, if it sent before the stray's end did again. */
static void set_answer(const struct trail *trail, size_t i, json_t *object)
{
	for (size_t j = i + 1; j < trail->n && j - i < 8; j++) {
		if (trail->of[j].from == trail->of[i].from)
			break;
		json_object_set_new(object, "answer", segment_json(trail, j));
		return;
	}
}

static json_t *remarks_json(const struct trail *trail, size_t n)
{
	static const char *const words[] = {
		[ROLE_STRAY] = "stray",
		[ROLE_CHALLENGE] = "challenge",
		[ROLE_REFUSAL] = "refusal",
		[ROLE_DENIAL] = "denial",
	};
	json_t *list = json_array(), *object;
	size_t now = 0;

	for (size_t i = 0; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i];

		/* A late one is told where it arrives, not where it is of. */
		now = seen->incarnation > now ? seen->incarnation : now;
		if (now != n || seen->role < ROLE_STRAY)
			continue;
		object = segment_json(trail, i);
		json_object_set_new(object, "what", json_string(words[seen->role]));
		if (seen->role == ROLE_STRAY)
			set_answer(trail, i, object);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *incarnation_json(const struct survey *survey, const struct trail *trail, size_t n)
{
	const struct incarnation *in = &trail->incarnations[n];
	int client = in->client;
	json_t *object = json_pack(
		"{s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, "
		"s:o}",
		"n", (json_int_t)n + 1, "packet", (json_int_t)in->first_packet, "at_us",
		(json_int_t)(in->start_us - survey->first_us), "took_us",
		(json_int_t)(in->end_us - in->start_us), "opening", openings[in->opening], "ending",
		endings[in->ending], "first_fin",
		in->fins[0] || in->fins[1]
			? ends_word(trail, in->closer == 2 ? 3 : 1U << in->closer)
			: "none",
		"time_wait", ends_word(trail, incarnation_time_wait(in)), "syns",
		(json_int_t)in->syns, "syn_acks", (json_int_t)in->syn_acks, "retransmissions",
		(json_int_t)in->again, "challenges", (json_int_t)in->challenges, "client_rsts",
		(json_int_t)in->rsts[client], "server_rsts", (json_int_t)in->rsts[!client],
		"timestamps", in->has_ts[0] && in->has_ts[1], "abbreviated", in->abbreviated,
		"remarks", remarks_json(trail, n));

	if (n)
		json_object_set_new(object, "gap_us",
				    json_integer(in->start_us - trail->incarnations[n - 1].end_us));
	for (int end = 0; end < 2; end++) {
		_cleanup_free_ char *name = mem_printf("%s_bytes_lacking", trail_role(trail, end));

		if (in->lacking[end])
			json_object_set_new(object, name, json_integer(in->lacking[end]));
	}
	if (in->ending == ENDING_RESET)
		json_object_set_new(object, "reset_by",
				    json_string(trail_role(trail, in->reset_by)));
	return object;
}

static void set_states(const struct trail *trail, const struct ss *ss, json_t *object)
{
	for (int end = 0; ss && end < 2; end++) {
		const struct tuple tuple = {trail->addr[end], trail->addr[!end], trail->port[end],
					    trail->port[!end]};
		const struct ss_row *row = ss_find(ss, &tuple);
		_cleanup_free_ char *name = mem_printf("%s_state", trail_role(trail, end));

		if (row)
			json_object_set_new(object, name, json_string(state_name(row->state)));
	}
}

json_t *list_connection(const struct survey *survey, size_t nth, const struct ss *ss)
{
	const struct trail *trail = &survey->trails[nth];
	int client = trail_client(trail);
	_cleanup_free_ char *from = trail_address(trail, client);
	_cleanup_free_ char *to = trail_address(trail, !client);
	json_t *incarnations = json_array(), *object;

	for (size_t n = 0; n < trail->n_incarnations; n++)
		json_array_append_new(incarnations, incarnation_json(survey, trail, n));
	object = json_pack("{s:I, s:s, s:s, s:b, s:o}", "number", (json_int_t)trail->number,
			   "client", from, "server", to, "cut", trail->cut, "incarnations",
			   incarnations);
	set_states(trail, ss, object);
	return object;
}

/* A file's name need not be UTF-8, and JSON must. */
static json_t *path_json(const char *path)
{
	json_t *string = json_string(path);
	_cleanup_free_ char *ascii = string ? NULL : mem_strdup(path);

	for (char *at = ascii; at && *at; at++) {
		if (*at & 0x80)
			*at = '?';
	}
	return string ?: json_string(ascii);
}

json_t *list_head(const struct survey *survey)
{
	/* Of a pcapng file each interface has its own kind of link, known or not. */
	const char *link = dissect_link_name(survey->link) ?: "a link that is not read";

	return json_pack("{s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I}",
			 "capture", path_json(survey->path), "link", link, "packets",
			 (json_int_t)survey->n_packets, "segments", (json_int_t)survey->n_segments,
			 "other", (json_int_t)survey->n_other, "malformed",
			 (json_int_t)survey->n_malformed, "twice", (json_int_t)survey->twice,
			 "back", (json_int_t)survey->n_back, "us",
			 (json_int_t)(survey->last_us - survey->first_us), "cut", survey->cut,
			 "tuples", (json_int_t)survey->tuples.n, "reused",
			 (json_int_t)survey->n_reused, "left_out", (json_int_t)survey->left_out,
			 "segments_left_out", (json_int_t)survey->tuples.left_out);
}
