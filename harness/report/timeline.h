/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline: steps, segments and changes of state of one record, in the order of their times. */
#ifndef AFTERCLOSE_REPORT_TIMELINE_H
#define AFTERCLOSE_REPORT_TIMELINE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum side_column { LEFT, RIGHT, N_COLUMNS };

enum event_kind { EVENT_STEP, EVENT_SEGMENT, EVENT_STATE };

struct event {
	int64_t us;
	enum event_kind kind;
	size_t index; /* among the steps, segments or states */
};

/* The record's lists are borrowed; any may be NULL. */
struct timeline {
	const json_t *segments, *states;
	const json_t *segment_us, *state_us, *step_us;
	size_t (*effects)[N_COLUMNS]; /* of each segment: index of a state, + 1 */
	struct event *events;
	size_t n_events;
};

void timeline_open(const json_t *record, struct timeline *ret);
void timeline_close(struct timeline *timeline);

/* Clients stand left, the server right. */
enum side_column column_of(const char *host);

/* The state that a segment brought about, or was sent with, on that side; NULL: none. */
const json_t *timeline_effect(const struct timeline *timeline, size_t segment,
			      enum side_column column);

/* An entry of a list of times; preset where there is none. */
int64_t timeline_at(const json_t *times, size_t i, int64_t preset);

#endif
