// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * narrate: owns the sentences about a cell's events. What is remarkable (a flag, a name, a fate, a
 * change of state) is told segment by segment; what merely went through is counted.
 */
#include "report/narrate.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/outline.h"
#include "record/record.h"
#include "report/caption.h"
#include "report/kind.h"
#include "report/timeline.h"
#include "report/wrap.h"

#include <string.h>

#define SENTENCES_MAX 60

struct tale {
	const json_t *record, *outline, *facts;
	struct timeline timeline;
	struct text head, words; /* of the paragraph */
	struct text quiet;	 /* steps after which nothing was seen, and that are not yet told */
	bool acts;		 /* the step at hand did something, seen or not */
	size_t n_plain;		 /* segments that merely went through, and are not yet told */
	json_int_t plain_first, plain_last;
	size_t n_told, n_untold;
	struct text *out;
};

/* What is said of a segment that left its host, by its fate. */
static const struct {
	const char *fate, *words;
	const char *named; /* the segment's name goes between; NULL: no name */
} fate_words[] = {
	{"copied", ", of which the wire kept a copy as \"", "\""},
	{"held", ", which the wire took away and kept as \"", "\""},
	{"duplicated", ", which the wire carried twice"},
	{"delayed", ", which the wire delayed"},
	{"corrupted", ", in which the link turned a bit over"},
	{"reordered", ", which overtook those that waited"},
	{"dropped", ", which the wire dropped"},
	{"lost", ", which the link lost"},
	{"unknown", ", of which nobody saw what became"},
};

/* What a host is in; `implied` by the segment that it sent with it. */
static const struct {
	const char *state, *words;
	bool implied;
} state_words[] = {
	{"syn-sent", "was in SYN-SENT", true}, {"syn-recv", "was in SYN-RECEIVED", true},
	{"established", "was established"},    {"fin-wait-1", "was in FIN-WAIT-1", true},
	{"fin-wait-2", "was in FIN-WAIT-2"},   {"close-wait", "was in CLOSE-WAIT"},
	{"closing", "was in CLOSING"},	       {"last-ack", "was in LAST-ACK", true},
	{"time-wait", "entered TIME-WAIT"},    {"closed", "was closed"},
};

/* What the fact that bears a segment's name says of it. */
static const struct {
	const char *fact, *words;
} segment_words[] = {
	{"delivered", "its bytes reached the application"},
	{"dropped", "its bytes did not reach the application"},
};

static void time_add(struct text *out, int64_t us)
{
	if (us < 1000000)
		text_add(out, "%.1f ms", us / 1e3);
	else
		text_add(out, "%.2f s", us / 1e6);
}

/* The state that the host was in before its i-th; SIZE_MAX: none. */
static size_t state_before(const struct tale *tale, size_t i)
{
	const json_t *state = json_array_get(tale->timeline.states, i), *before;

	while (i-- > 0) {
		before = json_array_get(tale->timeline.states, i);
		if (!strcmp(record_text(before, "host", ""), record_text(state, "host", "")) &&
		    !strcmp(record_text(before, "conn", ""), record_text(state, "conn", "")))
			return i;
	}
	return SIZE_MAX;
}

static size_t state_index(const struct tale *tale, const json_t *state)
{
	size_t i = 0;

	while (json_array_get(tale->timeline.states, i) != state)
		i++;
	return i;
}

static const char *state_at(const struct tale *tale, size_t i)
{
	return record_text(json_array_get(tale->timeline.states, i), "state", "");
}

/* "server entered TIME-WAIT with 60s on its timer"; a TIME-WAIT that ends or begins again says so.
 */
static void state_add(struct text *out, const struct tale *tale, const json_t *state)
{
	size_t here = state_index(tale, state), before = state_before(tale, here);
	const char *name = record_text(state, "state", "?"), *host = record_text(state, "host", "");
	bool waited = !strcmp(state_at(tale, before), "time-wait"), known;
	int64_t timer_ms = record_number(state, "timer_ms", 0);
	char timer[32];
	size_t i = 0;

	while (i < ARRAY_SIZE(state_words) && strcmp(state_words[i].state, name) != 0)
		i++;
	known = i < ARRAY_SIZE(state_words);
	if (waited && !strcmp(name, "time-wait")) {
		text_add(out, "%s began TIME-WAIT anew", host);
	} else if (waited && !strcmp(name, "closed")) {
		text_add(out, "%s ended TIME-WAIT", host);
	} else {
		text_add(out, "%s %s%s", host, known ? "" : "was in ",
			 known ? state_words[i].words : name);
	}
	if (json_is_true(json_object_get(state, "minisock")) && timer_ms > 0)
		text_add(out, " with %s on its timer",
			 duration_format(timer_ms * NS_PER_MS, timer, sizeof(timer)));
}

static bool state_is_implied(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(state_words); i++) {
		if (!strcmp(state_words[i].state, name))
			return state_words[i].implied;
	}
	return false;
}

/* "; the server was in CLOSE-WAIT" for each end that the segment changed. */
static void effects_add(struct tale *tale, size_t index)
{
	const char *from = record_text(json_array_get(tale->timeline.segments, index), "from", "");

	for (size_t i = 0; i < N_COLUMNS; i++) {
		const json_t *state = timeline_effect(&tale->timeline, index, i);

		if (!state || (!strcmp(record_text(state, "host", ""), from) &&
			       state_is_implied(record_text(state, "state", ""))))
			continue;
		text_add(&tale->words, "; the ");
		state_add(&tale->words, tale, state);
	}
}

static void plain_tell(struct tale *tale)
{
	struct text *words = &tale->words;
	const char *before = words->len ? " " : "", *more = words->len ? "more " : "";

	if (tale->n_plain == 1)
		text_add(words, "%sOne %ssegment went through (#%lld).", before, more,
			 (long long)tale->plain_first);
	else if (tale->n_plain)
		text_add(words, "%s%zu %ssegments, data and ACKs, went through (#%lld to #%lld).",
			 before, tale->n_plain, more, (long long)tale->plain_first,
			 (long long)tale->plain_last);
	tale->n_plain = 0;
}

/* The segment that this one answers, if the wire delivered that of its own; NULL: none. */
static const json_t *wire_cause(const struct tale *tale, const json_t *segment)
{
	size_t i = segment_index(tale->timeline.segments, record_number(segment, "cause", -1));
	const json_t *cause = json_array_get(tale->timeline.segments, i);

	return cause && segment_fate(cause)->from_wire ? cause : NULL;
}

static bool segment_is_plain(const struct tale *tale, size_t index)
{
	const json_t *segment = json_array_get(tale->timeline.segments, index);
	const char *fate = record_text(segment, "fate", "");

	return (!strcmp(fate, "carried") || !strcmp(fate, "seen")) &&
	       !json_object_get(segment, "name") && !wire_cause(tale, segment) &&
	       record_number(segment, "transmission", 1) == 1 &&
	       !json_is_true(json_object_get(segment, "final_ack")) &&
	       !strpbrk(record_text(segment, "flags", "S"), "SFR") &&
	       !timeline_effect(&tale->timeline, index, LEFT) &&
	       !timeline_effect(&tale->timeline, index, RIGHT);
}

/* "(#16 of old, 981.2 ms)" */
static void place_add(struct tale *tale, const json_t *segment, int64_t us)
{
	const char *conn = record_text(segment, "conn", NULL);

	text_add(&tale->words, " (#%lld%s%s, ", (long long)record_number(segment, "n", -1),
		 conn ? " of " : "", conn ?: "");
	time_add(&tale->words, us);
	text_add(&tale->words, ")");
}

static void sent_tell(struct tale *tale, const json_t *segment, int64_t us)
{
	const char *fate = record_text(segment, "fate", "");
	const json_t *cause = wire_cause(tale, segment);

	text_add(&tale->words, "%sThe %s sent ", tale->words.len ? " " : "",
		 record_text(segment, "from", "?"));
	segment_kind_add(tale->timeline.segments, segment, &tale->words);
	if (cause && json_object_get(cause, "name"))
		text_add(&tale->words, " in answer to \"%s\"", record_text(cause, "name", "?"));
	else if (cause)
		text_add(&tale->words, " in answer to #%lld",
			 (long long)record_number(cause, "n", -1));
	place_add(tale, segment, us);
	for (size_t i = 0; i < ARRAY_SIZE(fate_words); i++) {
		if (!strcmp(fate_words[i].fate, fate))
			text_add(&tale->words, "%s%s%s", fate_words[i].words,
				 fate_words[i].named ? record_text(segment, "name", "?") : "",
				 fate_words[i].named ?: "");
	}
}

/* Where it fell in the incarnation that lived when it arrived. */
static void into_add(struct tale *tale, const json_t *segment)
{
	const json_t *list = json_object_get(json_object_get(tale->record, "volatile"), "into");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *into = json_array_get(list, i);

		if (record_number(into, "n", -1) == record_number(segment, "n", -2))
			text_add(&tale->words, ", where it stood as seq %d of %s",
				 (int32_t)(uint32_t)record_number(into, "seq", 0),
				 record_text(into, "conn", "?"));
	}
}

static void delivered_tell(struct tale *tale, const json_t *segment, int64_t us)
{
	const char *name = record_text(segment, "name", NULL);
	const char *fact = record_text(tale->facts, name ?: "", "");
	int64_t of = record_number(segment, "of", -1);

	text_add(&tale->words, "%sThe wire delivered ", tale->words.len ? " " : "");
	if (name)
		text_add(&tale->words, "\"%s\"", name);
	else
		text_add(&tale->words, "a segment");
	text_add(&tale->words, " to the %s, ", record_text(segment, "to", "?"));
	if (of >= 0)
		text_add(&tale->words, "which it had kept of #%lld", (long long)of);
	else
		text_add(&tale->words, "which it had crafted: %s", segment_kind(segment));
	place_add(tale, segment, us);
	into_add(tale, segment);
	for (size_t i = 0; i < ARRAY_SIZE(segment_words); i++) {
		if (!strcmp(segment_words[i].fact, fact))
			text_add(&tale->words, "; %s", segment_words[i].words);
	}
}

/* What its receiver's kernel called it. */
static void drop_add(struct tale *tale, const json_t *segment)
{
	const char *reason = record_text(segment, "drop_reason", NULL);

	if (reason)
		text_add(&tale->words, "; the %s's kernel freed it as dropped (%s)",
			 record_text(segment, "to", "?"), reason);
}

static void segment_tell(struct tale *tale, const struct event *event)
{
	const json_t *segment = json_array_get(tale->timeline.segments, event->index);

	if (segment_is_plain(tale, event->index)) {
		tale->plain_last = record_number(segment, "n", -1);
		if (!tale->n_plain++)
			tale->plain_first = tale->plain_last;
		return;
	}
	plain_tell(tale);
	if (segment_fate(segment)->from_wire)
		delivered_tell(tale, segment, event->us);
	else
		sent_tell(tale, segment, event->us);
	drop_add(tale, segment);
	effects_add(tale, event->index);
	text_add(&tale->words, ".");
}

static void state_tell(struct tale *tale, const struct event *event)
{
	const json_t *state = json_array_get(tale->timeline.states, event->index);
	size_t before = state_before(tale, event->index);
	bool waited = !strcmp(state_at(tale, before), "time-wait");
	int64_t began_us = timeline_at(tale->timeline.state_us, before, event->us);

	if (state_is_implied(record_text(state, "state", "")))
		return;
	plain_tell(tale);
	text_add(&tale->words, "%sAt ", tale->words.len ? " " : "");
	time_add(&tale->words, event->us);
	text_add(&tale->words, " the ");
	state_add(&tale->words, tale, state);
	text_add(&tale->words, " (%s)", record_text(state, "conn", "?"));
	if (waited) {
		text_add(&tale->words, ", ");
		time_add(&tale->words, event->us - began_us);
		text_add(&tale->words, " after that had begun");
	}
	text_add(&tale->words, ".");
}

/* Steps that only wait, look, or tell the wire what to do; that shows in the segments. */
static bool step_acts(const char *words)
{
	static const char *const idle[] = {
		"raw",	"settle",   "await", "hear", "wait", "phase",	  "look",    "count",
		"knob", "sockstat", "hold",  "copy", "drop", "duplicate", "corrupt", "delay",
	};
	size_t len = strcspn(words, " ");

	for (size_t i = 0; i < ARRAY_SIZE(idle); i++) {
		if (strlen(idle[i]) == len && !strncmp(idle[i], words, len))
			return false;
	}
	return len > 0;
}

static void quiet_tell(struct tale *tale)
{
	if (tale->quiet.len) {
		text_add(&tale->quiet, ".");
		wrap_text(tale->out, "  ", text_str(&tale->quiet));
	}
	text_free(&tale->quiet);
	tale->quiet = (struct text){0};
}

/* A step that nothing followed at once is told with others like it. */
static void paragraph_end(struct tale *tale)
{
	_cleanup_text_ struct text paragraph = {0};

	plain_tell(tale);
	if (tale->words.len) {
		quiet_tell(tale);
		if (tale->head.len)
			text_add(&paragraph, "Step%s: ", text_str(&tale->head));
		text_add(&paragraph, "%s", text_str(&tale->words));
		wrap_text(tale->out, "  ", text_str(&paragraph));
	} else if (tale->acts && tale->n_told < SENTENCES_MAX) {
		text_add(&tale->quiet, "%s%s", tale->quiet.len ? "; step" : "Step",
			 text_str(&tale->head));
	}
	text_free(&tale->head);
	text_free(&tale->words);
	tale->head = tale->words = (struct text){0};
	tale->acts = false;
}

static void step_tell(struct tale *tale, const struct event *event)
{
	const json_t *step = json_array_get(json_object_get(tale->outline, "steps"), event->index);
	const json_t *values = json_object_get(tale->record, "dimensions");
	const char *words = record_text(step, "words", "");

	if (!step_is_played(step, values))
		return;
	paragraph_end(tale);
	tale->acts = step_acts(words);
	text_add(&tale->head, " %zu", event->index + 1);
	if (*words) {
		text_add(&tale->head, ", \"");
		step_words_expand(words, values, &tale->head);
		text_add(&tale->head, "\"");
	}
}

static void event_tell(struct tale *tale, const struct event *event)
{
	size_t before = tale->words.len;

	if (event->kind == EVENT_STEP) {
		step_tell(tale, event);
		return;
	}
	if (tale->n_told >= SENTENCES_MAX) {
		tale->n_untold++;
		return;
	}
	if (event->kind == EVENT_SEGMENT)
		segment_tell(tale, event);
	else
		state_tell(tale, event);
	tale->n_told += tale->words.len > before;
}

void narrate_events(const json_t *record, const json_t *outline, struct text *out)
{
	struct tale tale = {.record = record,
			    .outline = outline,
			    .facts = json_object_get(json_object_get(record, "canonical"), "facts"),
			    .out = out};

	timeline_open(record, &tale.timeline);
	for (size_t i = 0; i < tale.timeline.n_events; i++)
		event_tell(&tale, &tale.timeline.events[i]);
	paragraph_end(&tale);
	quiet_tell(&tale);
	if (tale.n_untold)
		text_add(out, "  %zu more events followed; afterclose show draws them all.\n",
			 tale.n_untold);
	timeline_close(&tale.timeline);
}
