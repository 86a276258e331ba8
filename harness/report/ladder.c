// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ladder: owns the drawing of a cell's segments. Three kinds of event share one time line: steps of
 * the play, segments, and changes of a socket's state. A change that a segment brought about stands
 * on that segment's line, beside its host; any other has a line of its own.
 *
 *    #        ms  client           wire      server       segment
 *  #10   218.400  last-ack    |<----+-----| fin-wait-1   old  FIN-ACK seq 1, ack 301
 */
#include "report/ladder.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/lab.h"
#include "record/record.h"
#include "report/caption.h"
#include "report/timeline.h"
#include "report/wrap.h"

#include <string.h>

#define STATE_WIDTH 11
#define HEAD_WIDTH  16 /* number and time */
#define ROAD_MAX    24
#define LANE	    6 /* from a host to the wire, or to the next host on its side */
#define SILENCE_US  1000000

struct ladder {
	const json_t *record;
	struct timeline timeline;
	const char *const *steps;
	size_t n_steps;
	bool client2, loopback, with_bytes;
	int wire, width; /* columns of the road between the hosts */
	struct text *out;
};

/* A host's column on the road; what is no host is the wire. */
static int road_place(const struct ladder *ladder, const char *host)
{
	if (!strcmp(host, host_names[HOST_CLIENT]))
		return 0;
	if (!strcmp(host, host_names[HOST_CLIENT2]))
		return LANE;
	if (!strcmp(host, host_names[HOST_SERVER]))
		return ladder->width - 1;
	return ladder->wire;
}

static void road_empty(const struct ladder *ladder, char ret[ROAD_MAX])
{
	memset(ret, ' ', ladder->width);
	ret[ladder->width] = '\0';
	if (!ladder->loopback)
		ret[ladder->wire] = ':';
	ret[0] = ret[ladder->width - 1] = '|';
	if (ladder->client2)
		ret[LANE] = '|';
}

static void road_draw(const struct ladder *ladder, const json_t *segment, char ret[ROAD_MAX])
{
	const struct fate_mark *fate = segment_fate(segment);
	int from = fate->from_wire ? ladder->wire
				   : road_place(ladder, record_text(segment, "from", ""));
	int to = fate->to_wire ? ladder->wire : road_place(ladder, record_text(segment, "to", ""));
	int step = to > from ? 1 : -1;

	road_empty(ladder, ret);
	if (from == to)
		return;
	for (int i = from + step; i != to; i += step)
		ret[i] = '-';
	if (!fate->to_wire)
		ret[to - step] = step > 0 ? '>' : '<';
	ret[ladder->wire] = fate->at_wire;
}

static void line_head(struct ladder *ladder, const char *number, int64_t us)
{
	text_add(ladder->out, "%4s ", number);
	if (us >= 0)
		text_add(ladder->out, "%9.3f  ", us / 1e3);
	else
		text_add(ladder->out, "%11s", "");
}

static void states_and_road(struct ladder *ladder, const char *left, const char *road,
			    const char *right)
{
	text_add(ladder->out, "%-*s %s %-*s  ", STATE_WIDTH, left, road, STATE_WIDTH, right);
}

/* Phrases after the connection's name, over as many lines as they need. */
static void caption_print(struct ladder *ladder, const char *conn, const struct caption *caption)
{
	int head = HEAD_WIDTH + STATE_WIDTH + 1 + ladder->width + 1 + STATE_WIDTH + 2;
	int indent = strlen(conn) + 2, at = head + indent;
	char road[ROAD_MAX];

	road_empty(ladder, road);
	text_add(ladder->out, "%s  ", conn);
	for (size_t i = 0; i < caption->n; i++) {
		const char *phrase = caption->phrases[i];
		int len = strlen(phrase) + (i + 1 < caption->n);

		if (i && at + 1 + len > WRAP_WIDTH) {
			text_trim(ladder->out);
			text_add(ladder->out, "\n");
			line_head(ladder, "", -1);
			states_and_road(ladder, "", road, "");
			text_add(ladder->out, "%*s", indent, "");
			at = head + indent;
		} else if (i) {
			text_add(ladder->out, " ");
			at++;
		}
		text_add(ladder->out, "%s%s", phrase, i + 1 < caption->n ? "," : "");
		at += len;
	}
	text_trim(ladder->out);
	text_add(ladder->out, "\n");
}

static void timer_note(const json_t *state, struct caption *caption)
{
	int64_t timer_ms = record_number(state, "timer_ms", -1);
	bool minisock = json_is_true(json_object_get(state, "minisock"));
	const char *host = record_text(state, "host", "?");
	char timer[32];

	if (minisock && strcmp(record_text(state, "state", ""), "time-wait"))
		caption_add(caption, "a minisock at the %s", host);
	if (minisock && timer_ms >= 0)
		caption_add(caption, "the %s's timer: %s", host,
			    duration_format(timer_ms * NS_PER_MS, timer, sizeof(timer)));
}

static void segment_print(struct ladder *ladder, const struct event *event)
{
	const json_t *segment = json_array_get(ladder->timeline.segments, event->index);
	const char *states[N_COLUMNS] = {"", ""};
	char number[24], road[ROAD_MAX];
	_cleanup_(caption_free) struct caption caption = {0};

	caption_build(ladder->record, segment, ladder->with_bytes, &caption);
	for (size_t i = 0; i < N_COLUMNS; i++) {
		const json_t *state = timeline_effect(&ladder->timeline, event->index, i);

		if (!state)
			continue;
		states[i] = record_text(state, "state", "?");
		timer_note(state, &caption);
	}
	snprintf(number, sizeof(number), "#%lld", (long long)record_number(segment, "n", -1));
	road_draw(ladder, segment, road);
	line_head(ladder, number, event->us);
	states_and_road(ladder, states[LEFT], road, states[RIGHT]);
	caption_print(ladder, record_text(segment, "conn", "-"), &caption);
}

static void state_print(struct ladder *ladder, const struct event *event)
{
	const json_t *state = json_array_get(ladder->timeline.states, event->index);
	const char *host = record_text(state, "host", "?"),
		   *name = record_text(state, "state", "?");
	char road[ROAD_MAX];
	_cleanup_(caption_free) struct caption caption = {0};

	caption_add(&caption, "%s is %s", host, name);
	timer_note(state, &caption);
	road_empty(ladder, road);
	line_head(ladder, "", event->us);
	states_and_road(ladder, column_of(host) == LEFT ? name : "", road,
			column_of(host) == RIGHT ? name : "");
	caption_print(ladder, record_text(state, "conn", "-"), &caption);
}

static void step_print(struct ladder *ladder, const struct event *event)
{
	const char *step = event->index < ladder->n_steps ? ladder->steps[event->index] : "";
	int room = WRAP_WIDTH - HEAD_WIDTH - (int)sizeof("== step 99:  ...");

	line_head(ladder, "", event->us);
	text_add(ladder->out, "== step %zu%s%.*s%s\n", event->index + 1, *step ? ": " : "", room,
		 step, strlen(step) > (size_t)room ? " ..." : "");
}

static void silence_print(struct ladder *ladder, int64_t us)
{
	text_add(ladder->out, "%*s... %.2f s ...\n", HEAD_WIDTH, "", us / 1e6);
}

/* "wire" stands over the wire's column. */
static void header_print(struct ladder *ladder)
{
	int before = ladder->wire - 1;

	text_add(ladder->out, "%4s %9s  %-*s ", "#", "ms", STATE_WIDTH,
		 ladder->client2 ? "client(s)" : "client");
	text_add(ladder->out, "%*s%-*s %-*s  segment\n", before, "", ladder->width - before,
		 ladder->loopback ? "" : "wire", STATE_WIDTH, "server");
}

/* Which hosts and how wide; and whether payloads matter, that is, the wire kept or made a segment.
 */
static void ladder_measure(struct ladder *ladder)
{
	const json_t *segment;

	for (size_t i = 0; i < json_array_size(ladder->timeline.segments); i++) {
		segment = json_array_get(ladder->timeline.segments, i);
		ladder->client2 |= !strcmp(record_text(segment, "from", ""), "client2") ||
				   !strcmp(record_text(segment, "to", ""), "client2");
		ladder->loopback |= !strcmp(record_text(segment, "fate", ""), "seen");
		ladder->with_bytes |= json_is_string(json_object_get(segment, "name"));
	}
	ladder->wire = ladder->client2 ? 2 * LANE : LANE;
	ladder->width = ladder->wire + LANE + 1;
}

static void events_print(struct ladder *ladder)
{
	int64_t last_us = 0;

	for (size_t i = 0; i < ladder->timeline.n_events; i++) {
		const struct event *event = &ladder->timeline.events[i];

		if (event->us - last_us >= SILENCE_US)
			silence_print(ladder, event->us - last_us);
		last_us = event->us;
		switch (event->kind) {
		case EVENT_STEP:
			step_print(ladder, event);
			break;
		case EVENT_SEGMENT:
			segment_print(ladder, event);
			break;
		case EVENT_STATE:
			state_print(ladder, event);
			break;
		}
	}
}

void ladder_draw(const json_t *record, const char *const *steps, size_t n_steps, struct text *out)
{
	const json_t *measured = json_object_get(record, "volatile");
	int64_t left_out = record_number(measured, "segments_left_out", 0);
	struct ladder ladder = {.record = record, .steps = steps, .n_steps = n_steps, .out = out};

	timeline_open(record, &ladder.timeline);
	ladder_measure(&ladder);
	header_print(&ladder);
	events_print(&ladder);
	if (left_out)
		text_add(out, "%*s%lld more segments were not recorded\n", HEAD_WIDTH, "",
			 (long long)left_out);
	timeline_close(&ladder.timeline);
}
