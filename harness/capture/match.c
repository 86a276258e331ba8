// SPDX-License-Identifier: GPL-2.0-or-later
/* match: owns the comparison of two trails. */
#include "capture/match.h"
#include "base/base64.h"
#include "base/mem.h"
#include "record/record.h"

#include <errno.h>
#include <string.h>

#define LINKTYPE_RAW 101
#define PACKET_MAX   2048

enum event_kind {
	EVENT_SYN,
	EVENT_SYN_ACK,
	EVENT_DATA,
	EVENT_AGAIN,
	EVENT_FIN,
	EVENT_RST,
	EVENT_ACK
};

static const char *const event_words[] = {
	[EVENT_SYN] = "SYN", [EVENT_SYN_ACK] = "SYN-ACK",   [EVENT_DATA] = "data",
	[EVENT_FIN] = "FIN", [EVENT_AGAIN] = "again, data", [EVENT_RST] = "RST",
	[EVENT_ACK] = "ACK",
};

struct event {
	enum event_kind kind;
	bool late;	    /* a stray */
	bool taken;	    /* all of it was */
	size_t incarnation; /* from 0 among those of the plot */
	uint32_t from, to;  /* of data; to_there without what was taken */
	uint32_t to_there;
	size_t i; /* of its first segment */
};

struct events {
	struct event *of;
	size_t n;
};

static void event_add(struct events *events, const struct event *event)
{
	events->of = mem_grow(events->of, events->n, sizeof(*events->of));
	events->of[events->n++] = *event;
}

/* Data goes on where the end's last event was data, too; a retransmission only where it continues
 * that one. */
static bool event_continues(struct events *events, const struct event *event)
{
	struct event *last = events->n ? &events->of[events->n - 1] : NULL;

	if (!last || last->kind != event->kind || last->late || event->late ||
	    last->incarnation != event->incarnation)
		return false;
	if (event->kind == EVENT_AGAIN && last->to != event->from)
		return false;
	if (event->kind != EVENT_DATA && event->kind != EVENT_AGAIN)
		return false;
	last->to = event->to;
	if (!event->taken)
		last->to_there = event->to;
	last->taken &= event->taken;
	return true;
}

static void event_take(struct events *events, const struct event *event)
{
	if (!event_continues(events, event))
		event_add(events, event);
}

/* The segment before it in the capture came late, or was a SYN of the other end. */
static bool answers_unusual(const struct trail *trail, size_t i)
{
	return i && trail->of[i - 1].from != trail->of[i].from &&
	       trail->of[i - 1].role == ROLE_STRAY;
}

static bool acks_last_fin(const struct trail *trail, const struct seen *seen)
{
	const struct incarnation *in = &trail->incarnations[seen->incarnation];

	return in->closer == seen->from && in->fins[!seen->from] &&
	       seen->ack == in->fin_end[!seen->from];
}

/* What is still to be seen of bytes that came late: does the receiver acknowledge them? */
struct pending {
	bool is;
	uint32_t end; /* the number behind them */
};

static bool acks_pending(const struct seen *seen, struct pending *pending)
{
	bool was = pending->is;

	if (seen->flags & (TCP_SYN | TCP_RST))
		pending->is = false;
	else if (was && (int32_t)(seen->ack - pending->end) >= 0)
		pending->is = false;
	return was && !(seen->flags & (TCP_SYN | TCP_RST));
}

/* Bytes that an end sent and the capture lacks, as segment i tells, the end's own or the other's.
 */
static void event_lacking(const struct trail *trail, size_t first, size_t i, int end,
			  struct events *ret)
{
	const struct seen *seen = &trail->of[i];
	const struct incarnation *in = &trail->incarnations[seen->incarnation];
	uint32_t offset = end == seen->from ? seen_offset(in, seen) : seen_ack_offset(in, seen);

	event_take(ret, &(struct event){.kind = EVENT_DATA,
					.incarnation = seen->incarnation - first,
					.from = offset,
					.to = offset,
					.to_there = offset,
					.i = i});
}

static void events_of_segment(const struct trail *trail, size_t first, size_t i,
			      struct pending *pending, struct events *ret)
{
	const struct seen *seen = &trail->of[i];
	const struct incarnation *in = &trail->incarnations[seen->incarnation];
	uint32_t offset = seen_offset(in, seen);
	struct event event = {
		.late = seen->role == ROLE_STRAY,
		.taken = seen->taken,
		.incarnation = seen->incarnation - first,
		.from = offset,
		.to = offset + seen->len,
		.i = i,
	};

	event.to_there = event.taken ? event.from : event.to;
	if (seen->lacks)
		event_lacking(trail, first, i, seen->from, ret);
	if (seen_writes(seen)) {
		event.kind = seen->role == ROLE_AGAIN || seen->role == ROLE_FILL ? EVENT_AGAIN
										 : EVENT_DATA;
		event_take(ret, &event);
	}
	if (seen->flags & TCP_RST)
		event.kind = EVENT_RST;
	else if (seen->flags & TCP_SYN)
		event.kind = seen->flags & TCP_ACK ? EVENT_SYN_ACK : EVENT_SYN;
	else if (seen->flags & TCP_FIN)
		event.kind = EVENT_FIN;
	else if (!seen->len &&
		 (acks_pending(seen, pending) || event.late || seen->role == ROLE_CHALLENGE ||
		  answers_unusual(trail, i) || acks_last_fin(trail, seen)))
		event.kind = EVENT_ACK;
	else
		return;
	if (event.kind == EVENT_ACK)
		event.to = seen_ack_offset(in, seen);
	event_add(ret, &event);
}

static void events_of(const struct trail *trail, size_t first, size_t n, int end,
		      struct events *ret)
{
	struct pending pending = {0};

	for (size_t i = 0; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i];

		if (seen->from != end && seen->role == ROLE_STRAY && seen->len)
			pending = (struct pending){true, seen->seq + seen->len};
		if (seen->incarnation < first || seen->incarnation - first >= n)
			continue;
		if (seen->from == end)
			events_of_segment(trail, first, i, &pending, ret);
		else if (seen->acks_lacking)
			event_lacking(trail, first, i, end, ret);
	}
}

static bool event_same(const struct event *capture, const struct event *bench, bool cut)
{
	if (capture->kind != bench->kind || capture->late != bench->late ||
	    capture->incarnation != bench->incarnation)
		return false;
	if (cut)
		return true;
	if (capture->kind == EVENT_AGAIN)
		return capture->from == bench->from;
	if (capture->late || (capture->kind != EVENT_DATA && capture->kind != EVENT_ACK))
		return true;
	return capture->to == bench->to ||
	       (capture->kind == EVENT_DATA && capture->to == bench->to_there);
}

/* Where two lists part; both at their ends: they are the same. */
static void events_compare(const struct events *capture, const struct events *bench, bool cut,
			   size_t *ret_capture, size_t *ret_bench)
{
	size_t i = 0, j = 0;

	while (j < bench->n) {
		if (i < capture->n && event_same(&capture->of[i], &bench->of[j], cut))
			i++;
		else if (!bench->of[j].taken)
			break;
		j++;
	}
	*ret_capture = i;
	*ret_bench = j;
}

static bool fate_takes(const char *fate)
{
	return !strcmp(fate, "held") || !strcmp(fate, "dropped") || !strcmp(fate, "lost");
}

static bool packet_belongs(const struct trail *trail, const struct segment *seg)
{
	return (seg->sport == trail->port[0] && seg->dport == trail->port[1]) ||
	       (seg->sport == trail->port[1] && seg->dport == trail->port[0]);
}

/* The bench's own segments as a trail, whose ends are numbered as the capture's are. */
static int bench_trail(const struct trail *capture, const json_t *record, struct trail *ret,
		       struct err *err)
{
	const json_t *segments = json_object_get(json_object_get(record, "canonical"), "segments");
	const json_t *packets = json_object_get(json_object_get(record, "volatile"), "packets");
	const json_t *us = record_times(record, "segment_us");

	*ret = (struct trail){
		.port = {capture->port[0], capture->port[1]},
		.max = SIZE_MAX,
		.max_incarnations = SIZE_MAX,
	};
	for (size_t i = 0; i < json_array_size(segments); i++) {
		const char *text = json_string_value(json_array_get(packets, i));
		uint8_t packet[PACKET_MAX];
		long len = text ? base64_decode(text, packet, sizeof(packet)) : -1;
		struct dissected dissected;

		if (len < 0)
			return err_set(err, ENODATA,
				       "%s: the record lacks the bytes of its segments: run the "
				       "cell again",
				       record_text(record, "cell", "?"));
		if (dissect(LINKTYPE_RAW, packet, len, PACKET_MAX, &dissected) ||
		    !packet_belongs(ret, &dissected.seg))
			continue;
		if (!ret->n) {
			bool first = dissected.seg.sport == ret->port[0];

			ret->addr[0] = first ? dissected.seg.src : dissected.seg.dst;
			ret->addr[1] = first ? dissected.seg.dst : dissected.seg.src;
		}
		trail_add(ret, &dissected, json_integer_value(json_array_get(us, i)), i, false);
		if (ret->n)
			ret->of[ret->n - 1].taken =
				fate_takes(record_text(json_array_get(segments, i), "fate", ""));
	}
	trail_trace(ret);
	return 0;
}

static void event_text(const struct plot *plot, int end, const struct event *event,
		       struct text *out)
{
	text_add(out, "%s%s of the %s", event->late ? "late " : "", event_words[event->kind],
		 plot_host(plot, end));
	if (event->kind == EVENT_DATA || event->kind == EVENT_AGAIN)
		text_add(out, " [%u:%u]", event->from + 1, event->to + 1);
	if (event->kind == EVENT_ACK)
		text_add(out, " %u", event->to + 1);
	if (event->incarnation < plot->n)
		text_add(out, " in %s", plot->of[event->incarnation].name);
}

static bool has_acks(const struct events *events, size_t incarnation)
{
	for (size_t i = 0; i < events->n; i++) {
		if (events->of[i].kind == EVENT_ACK && events->of[i].incarnation == incarnation)
			return true;
	}
	return false;
}

/* Is it what the capture cannot show: of an incarnation that began before it, the handshake; of one
 * that a filter made incomplete, the ACKs? */
static bool is_out_of_sight(const struct plot *plot, const struct events *capture,
			    const struct event *event)
{
	const struct incarnation *in;

	if (event->incarnation >= plot->n)
		return false;
	in = plot->of[event->incarnation].in;
	if (event->kind == EVENT_SYN || event->kind == EVENT_SYN_ACK)
		return in->opening == OPENING_UNSEEN;
	return event->kind == EVENT_ACK && (in->lacking[0] || in->lacking[1]) &&
	       !has_acks(capture, event->incarnation);
}

static void events_in_sight(const struct plot *plot, const struct events *capture,
			    struct events *bench)
{
	size_t kept = 0;

	for (size_t i = 0; i < bench->n; i++) {
		if (!is_out_of_sight(plot, capture, &bench->of[i]))
			bench->of[kept++] = bench->of[i];
	}
	bench->n = kept;
}

/* The first difference of either end, by the capture's time. */
static void match_note(struct plot *plot, int end, const struct events *capture,
		       struct events *bench, struct match *ret)
{
	size_t i, j;
	uint32_t packet;

	events_in_sight(plot, capture, bench);
	events_compare(capture, bench, plot->cut, &i, &j);
	ret->matched += i;
	ret->events += capture->n;
	if (i == capture->n && j == bench->n)
		return;
	packet = i < capture->n ? plot->trail->of[capture->of[i].i].packet : 0;
	if (!ret->reproduced && (!packet || (ret->packet && ret->packet <= packet)))
		return;
	ret->reproduced = false;
	ret->packet = packet;
	ret->words.len = 0;
	if (packet)
		event_text(plot, end, &capture->of[i], &ret->words);
	else
		text_add(&ret->words, "the %s sends no more", plot_host(plot, end));
	text_add(&ret->words, "; on the bench: ");
	if (j < bench->n)
		event_text(plot, end, &bench->of[j], &ret->words);
	else
		text_add(&ret->words, "nothing more");
}

int match_record(struct plot *plot, const json_t *record, struct match *ret, struct err *err)
{
	struct trail bench;
	int r;

	*ret = (struct match){.reproduced = true};
	r = bench_trail(plot->trail, record, &bench, err);
	for (int end = 0; !r && end < 2; end++) {
		struct events of_capture = {0}, of_bench = {0};

		events_of(plot->trail, plot->first, plot->n, end, &of_capture);
		events_of(&bench, 0, SIZE_MAX, end, &of_bench);
		match_note(plot, end, &of_capture, &of_bench, ret);
		free(of_capture.of);
		free(of_bench.of);
	}
	trail_free(&bench);
	return r;
}

void match_free(struct match *match)
{
	text_free(&match->words);
}
