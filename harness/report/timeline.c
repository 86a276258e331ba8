// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * timeline: owns the order in which a cell's events are told. A change of a socket's state that a
 * segment brought about belongs to that segment; any other is an event of its own.
 */
#include "report/timeline.h"
#include "base/mem.h"
#include "lab/lab.h"
#include "record/record.h"
#include "report/caption.h"

#include <string.h>

#define EFFECT_US_MAX 150000 /* from a segment on the wire to a change that its delivery made */
#define SENT_US_MAX   1000   /* between a change and the segment that was sent with it */

int64_t timeline_at(const json_t *times, size_t i, int64_t preset)
{
	const json_t *us = json_array_get(times, i);

	return json_is_integer(us) ? json_integer_value(us) : preset;
}

enum side_column column_of(const char *host)
{
	return strcmp(host, host_names[HOST_SERVER]) ? LEFT : RIGHT;
}

static bool same_conn(const json_t *a, const json_t *b)
{
	return !strcmp(record_text(a, "conn", ""), record_text(b, "conn", ""));
}

/* The segment whose delivery made the change; SIZE_MAX: none, or too long ago to be the cause. */
static size_t cause_delivered(const struct timeline *timeline, size_t i)
{
	const json_t *state = json_array_get(timeline->states, i);
	size_t after = segment_index(timeline->segments, record_number(state, "after", -1));
	int64_t cause_us = timeline_at(timeline->segment_us, after, 0);

	if (after == SIZE_MAX || !same_conn(state, json_array_get(timeline->segments, after)))
		return SIZE_MAX;
	return timeline_at(timeline->state_us, i, cause_us) - cause_us <= EFFECT_US_MAX ? after
											: SIZE_MAX;
}

/* The segment that the host sent as it changed: a SYN with syn-sent, a FIN with fin-wait-1. */
static size_t sent_with(const struct timeline *timeline, size_t i)
{
	const json_t *state = json_array_get(timeline->states, i);
	const char *host = record_text(state, "host", "");
	int64_t us = timeline_at(timeline->state_us, i, INT32_MIN), nearest_us = SENT_US_MAX;
	size_t nearest = SIZE_MAX;

	for (size_t n = 0; n < json_array_size(timeline->segments); n++) {
		const json_t *segment = json_array_get(timeline->segments, n);
		int64_t apart_us = llabs(timeline_at(timeline->segment_us, n, 0) - us);

		if (!same_conn(state, segment) || strcmp(record_text(segment, "from", ""), host) ||
		    apart_us > nearest_us)
			continue;
		nearest = n;
		nearest_us = apart_us;
	}
	return nearest;
}

/* True if the state found a place beside the segment it belongs to. */
static bool effect_place(struct timeline *timeline, size_t i)
{
	const json_t *state = json_array_get(timeline->states, i);
	size_t segment = cause_delivered(timeline, i);
	size_t *place;

	if (segment == SIZE_MAX)
		segment = sent_with(timeline, i);
	if (segment == SIZE_MAX)
		return false;
	place = &timeline->effects[segment][column_of(record_text(state, "host", ""))];
	if (*place)
		return false;
	*place = i + 1;
	return true;
}

static void event_add(struct timeline *timeline, enum event_kind kind, size_t index, int64_t us)
{
	timeline->events =
		mem_resize(timeline->events, timeline->n_events + 1, sizeof(*timeline->events));
	timeline->events[timeline->n_events++] =
		(struct event){.us = us, .kind = kind, .index = index};
}

static int event_order(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void events_collect(struct timeline *timeline)
{
	int64_t us = 0;

	for (size_t i = 0; i < json_array_size(timeline->step_us); i++)
		event_add(timeline, EVENT_STEP, i, timeline_at(timeline->step_us, i, 0));
	/* The record's order of segments is the wire's; times only rise along it. */
	for (size_t i = 0; i < json_array_size(timeline->segments); i++) {
		int64_t at = timeline_at(timeline->segment_us, i, us);

		us = at > us ? at : us;
		event_add(timeline, EVENT_SEGMENT, i, us);
	}
	for (size_t i = 0; i < json_array_size(timeline->states); i++) {
		const json_t *state = json_array_get(timeline->states, i);
		size_t after = segment_index(timeline->segments, record_number(state, "after", -1));

		if (effect_place(timeline, i))
			continue;
		us = after == SIZE_MAX ? 0 : timeline_at(timeline->segment_us, after, 0);
		event_add(timeline, EVENT_STATE, i, timeline_at(timeline->state_us, i, us));
	}
	if (timeline->n_events)
		qsort(timeline->events, timeline->n_events, sizeof(*timeline->events), event_order);
}

void timeline_open(const json_t *record, struct timeline *ret)
{
	const json_t *canonical = json_object_get(record, "canonical");

	*ret = (struct timeline){
		.segments = json_object_get(canonical, "segments"),
		.states = json_object_get(canonical, "states"),
		.segment_us = record_times(record, "segment_us"),
		.state_us = record_times(record, "state_us"),
		.step_us = record_times(record, "step_us"),
	};
	ret->effects = mem_zalloc((json_array_size(ret->segments) + 1) * sizeof(*ret->effects));
	events_collect(ret);
}

void timeline_close(struct timeline *timeline)
{
	free(timeline->events);
	free(timeline->effects);
}

const json_t *timeline_effect(const struct timeline *timeline, size_t segment,
			      enum side_column column)
{
	size_t effect = timeline->effects[segment][column];

	return effect ? json_array_get(timeline->states, effect - 1) : NULL;
}
