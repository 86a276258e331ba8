// SPDX-License-Identifier: GPL-2.0-or-later
/* log: owns what is remembered of every segment, and its way into the record. */
#include "play/log.h"
#include "base/base64.h"
#include "base/clock.h"
#include "base/mem.h"

#include <ctype.h>
#include <net/ethernet.h>
#include <string.h>

static const char *const fate_names[] = {
	[FATE_CARRIED] = "carried",	[FATE_HELD] = "held",
	[FATE_DROPPED] = "dropped",	[FATE_LOST] = "lost",
	[FATE_COPIED] = "copied",	[FATE_DUPLICATED] = "duplicated",
	[FATE_DELAYED] = "delayed",	[FATE_RELEASED] = "released",
	[FATE_INJECTED] = "injected",	[FATE_SEEN] = "seen",
	[FATE_CORRUPTED] = "corrupted", [FATE_REORDERED] = "reordered",
	[FATE_UNKNOWN] = "unknown",
};

/* Sequence numbers against the ISN, timestamps against the first of that end: two runs compare. */
static void make_relative(struct log_segment *entry, const struct segment *seg)
{
	const struct end *end = &entry->note.conn->ends[entry->note.from];
	const struct flow *flow = &end->flow, *peer = &conn_peer(end)->flow;

	if (flow->has_isn) {
		entry->has_seq = true;
		entry->seq = seg->seq - flow->isn;
	}
	if (seg->flags & TCP_ACK && peer->has_isn) {
		entry->has_ack = true;
		entry->ack = seg->ack - peer->isn;
	}
	if (seg->has_ts && flow->has_ts) {
		entry->has_ts = true;
		entry->tsval = seg->tsval - flow->ts_base;
	}
	if (seg->has_ts && seg->tsecr && peer->has_ts) {
		entry->has_tsecr = true;
		entry->tsecr = seg->tsecr - peer->ts_base;
	}
}

uint32_t log_segment(struct log *log, const struct segment *seg, const struct note *note,
		     enum fate fate, enum host_id from, enum host_id to, int64_t at_ns)
{
	struct log_segment *entry;
	size_t shown = seg->payload_len < LOG_TEXT_LEN ? seg->payload_len : LOG_TEXT_LEN;

	if (log->n_segments == LOG_SEGMENTS_MAX || (note->conn && note->conn->unlogged)) {
		log->left_out++;
		return LOG_NONE;
	}
	log->segments = mem_grow(log->segments, log->n_segments, sizeof(*log->segments));
	entry = &log->segments[log->n_segments];
	*entry = (struct log_segment){
		.at_ns = at_ns,
		.note = *note,
		.flags = seg->flags,
		.window = seg->window,
		.len = seg->payload_len,
		.from = from,
		.to = to,
		.fate = fate,
		.of = LOG_NONE,
		.cause = LOG_NONE,
	};
	if (note->conn)
		make_relative(entry, seg);
	for (size_t i = 0; i < shown; i++)
		entry->text[i] = isprint(seg->payload[i]) ? seg->payload[i] : '.';
	return log->n_segments++;
}

void log_packet(struct log *log, uint32_t n, const uint8_t *frame, size_t len)
{
	struct log_segment *entry = &log->segments[n];
	size_t packet_len = len - ETH_HLEN;

	entry->packet_len = packet_len < LOG_PACKET_MAX ? packet_len : LOG_PACKET_MAX;
	memcpy(entry->packet, frame + ETH_HLEN, entry->packet_len);
}

void log_state(struct log *log, const struct end *end, uint32_t after, int64_t at_ns)
{
	if (log->n_states == LOG_STATES_MAX)
		return;
	log->states = mem_grow(log->states, log->n_states, sizeof(*log->states));
	log->states[log->n_states++] = (struct log_state){
		.at_ns = at_ns,
		.after = after,
		.host = end->host,
		.conn = end->conn->name,
		.seen = end->watch.seen,
	};
}

static void set_number(json_t *object, const char *key, json_int_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

static void set_string(json_t *object, const char *key, const char *string)
{
	json_object_set_new(object, key, json_string(string));
}

static void write_relative(json_t *object, const struct log_segment *entry)
{
	if (entry->has_seq)
		set_number(object, "seq", entry->seq);
	if (entry->has_ack)
		set_number(object, "ack", entry->ack);
	if (entry->has_ts)
		set_number(object, "tsval", (int32_t)entry->tsval);
	if (entry->has_tsecr)
		set_number(object, "tsecr", (int32_t)entry->tsecr);
}

static json_t *write_segment(const struct log_segment *entry, size_t n)
{
	const struct note *note = &entry->note;
	json_t *object = json_object();
	char flags[8];

	set_number(object, "n", n);
	set_string(object, "from", host_names[entry->from]);
	set_string(object, "to", host_names[entry->to]);
	json_object_set_new(object, "conn",
			    note->conn ? json_string(note->conn->name) : json_null());
	set_string(object, "flags", segment_flags(entry->flags, flags));
	write_relative(object, entry);
	set_number(object, "len", entry->len);
	set_number(object, "window", entry->window);
	if (note->data)
		set_number(object, "data", note->data);
	if (note->transmission)
		set_number(object, "transmission", note->transmission);
	if (note->final_ack)
		json_object_set_new(object, "final_ack", json_true());
	set_string(object, "fate", fate_names[entry->fate]);
	if (entry->name)
		set_string(object, "name", entry->name);
	if (entry->of != LOG_NONE)
		set_number(object, "of", entry->of);
	if (entry->drop_reason)
		set_string(object, "drop_reason", entry->drop_reason);
	if (entry->cause != LOG_NONE)
		set_number(object, "cause", entry->cause);
	if (entry->text[0])
		set_string(object, "text", entry->text);
	return object;
}

static json_t *write_state(const struct log_state *entry)
{
	json_t *object = json_object();

	set_number(object, "after", entry->after == LOG_NONE ? -1 : (json_int_t)entry->after);
	set_string(object, "host", host_names[entry->host]);
	set_string(object, "conn", entry->conn);
	set_string(object, "state", state_name(entry->seen.state));
	if (entry->seen.minisock)
		json_object_set_new(object, "minisock", json_true());
	if (entry->seen.minisock && entry->seen.timer_ns >= 0)
		set_number(object, "timer_ms", entry->seen.timer_ns / NS_PER_MS);
	return object;
}

void log_write(const struct log *log, int64_t start_ns, json_t *canonical, json_t *times)
{
	json_t *segments = json_array(), *segment_us = json_array();
	json_t *states = json_array(), *state_us = json_array();

	for (size_t i = 0; i < log->n_segments; i++) {
		json_array_append_new(segments, write_segment(&log->segments[i], i));
		json_array_append_new(
			segment_us, json_integer((log->segments[i].at_ns - start_ns) / NS_PER_US));
	}
	for (size_t i = 0; i < log->n_states; i++) {
		json_array_append_new(states, write_state(&log->states[i]));
		json_array_append_new(state_us,
				      json_integer((log->states[i].at_ns - start_ns) / NS_PER_US));
	}
	json_object_set_new(canonical, "segments", segments);
	json_object_set_new(canonical, "states", states);
	json_object_set_new(times, "segment_us", segment_us);
	json_object_set_new(times, "state_us", state_us);
}

void log_write_packets(const struct log *log, json_t *volatile_part)
{
	json_t *packets = json_array();

	for (size_t i = 0; i < log->n_segments; i++) {
		const struct log_segment *entry = &log->segments[i];
		_cleanup_free_ char *text = base64_encode(entry->packet, entry->packet_len);

		json_array_append_new(packets, json_string(text));
	}
	json_object_set_new(volatile_part, "packets", packets);
}

void log_free(struct log *log)
{
	for (size_t i = 0; i < log->n_segments; i++)
		free(log->segments[i].drop_reason);
	free(log->segments);
	free(log->states);
	*log = (struct log){0};
}
