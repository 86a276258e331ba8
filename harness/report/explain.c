// SPDX-License-Identifier: GPL-2.0-or-later
/* explain: owns the account of one cell in prose; show draws the same record. */
#include "report/explain.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/judge.h"
#include "report/endings.h"
#include "report/format.h"
#include "report/narrate.h"
#include "report/wrap.h"

#include <string.h>

#define NEAREST_MAX 5
#define FACTS_MAX   12

struct account {
	const json_t *kernel, *outline, *record, *facts;
	struct text *out;
};

static void sentence_flush(const struct account *account, struct text *words)
{
	if (words->len)
		wrap_text(account->out, "  ", text_str(words));
	text_free(words);
	*words = (struct text){0};
}

/* A chapter that says nothing has no heading either. */
static void chapter_tell(const struct account *account, const char *words,
			 void (*tell)(const struct account *account))
{
	_cleanup_text_ struct text body = {0};
	struct account inner = *account;

	inner.out = &body;
	tell(&inner);
	if (body.len)
		text_add(account->out, "\n%s\n%s", words, text_str(&body));
}

static void explain_title(const struct account *account)
{
	const char *reason = record_reason(account->record);

	text_add(account->out, "%s: %s%s%s\n", record_text(account->record, "cell", "?"),
		 record_text(account->record, "verdict", "not judged"), *reason ? ": " : "",
		 reason);
	if (account->outline)
		text_add(account->out, "%s\n", record_text(account->outline, "title", "?"));
	text_add(account->out, "Played on %s", record_text(account->record, "target", "?"));
	if (account->kernel)
		text_add(account->out, ", kernel %s, HZ %lld",
			 record_text(account->kernel, "release", "?"),
			 (long long)record_number(account->kernel, "hz", 0));
	text_add(account->out, ".\n");
}

static const json_t *dimension_of(const struct account *account, const char *name)
{
	const json_t *dimensions = json_object_get(account->outline, "dimensions");

	for (size_t i = 0; i < json_array_size(dimensions); i++) {
		const json_t *dimension = json_array_get(dimensions, i);

		if (!strcmp(record_text(dimension, "name", ""), name))
			return dimension;
	}
	return NULL;
}

/* " (tcp_timestamps of the server)", or without sysctl's name whose it is. */
static void of_add(struct text *words, const json_t *setting, const char *sysctl)
{
	const char *of = record_text(setting, "of", "");
	bool both = !strcmp(of, "both");

	text_add(words, " (%s%s%s%s)", sysctl, *sysctl ? " of " : "", both ? "" : "the ",
		 both ? "both ends" : of);
}

static void sysctl_add(struct text *words, const json_t *dimension)
{
	const char *sysctl = record_text(dimension, "sysctl", NULL);

	if (sysctl)
		of_add(words, dimension, sysctl);
}

/* Of --sysctl: "At the server, --sysctl set a to 1, b to 2." */
static void settings_add(struct text *words, const json_t *record)
{
	json_t *settings = json_object_get(record, "settings"), *of_host, *value;
	const char *host, *name;

	json_object_foreach(settings, host, of_host)
	{
		const char *before = "set ";

		text_add(words, "%sAt the %s, --sysctl ", words->len ? " " : "", host);
		json_object_foreach(of_host, name, value)
		{
			text_add(words, "%s%s to %s", before, name,
				 json_string_value(value) ?: "?");
			before = ", ";
		}
		text_add(words, ".");
	}
}

/* "A negative control: judged as if cookies were 1." */
static void control_add(struct text *words, const json_t *record)
{
	json_t *judged_as = json_object_get(record, "judged_as"), *value;
	const json_t *dimensions = json_object_get(record, "dimensions");
	const char *name, *before = ": judged as if ";

	if (!judged_as)
		return;
	text_add(words, "%sA negative control", words->len ? " " : "");
	json_object_foreach(judged_as, name, value)
	{
		if (json_equal(value, json_object_get(dimensions, name)))
			continue;
		text_add(words, "%s%s were %s", before, name, json_string_value(value) ?: "?");
		before = " and ";
	}
	text_add(words, ".");
}

/* Off the dimension's first value, told alone; the others are counted. */
static void explain_set(const struct account *account)
{
	json_t *values = json_object_get(account->record, "dimensions"), *value;
	json_t *always = json_object_get(account->outline, "sysctls");
	_cleanup_text_ struct text words = {0}, first = {0};
	const char *name;

	json_object_foreach(values, name, value)
	{
		const json_t *dimension = dimension_of(account, name);
		const json_t *preset = json_array_get(json_object_get(dimension, "values"), 0);
		const char *is = json_string_value(value) ?: "?";
		bool at_first = preset && json_equal(preset, value);
		struct text *to = at_first ? &first : &words;

		text_add(to, "%s%s is %s", to->len ? ", " : "", name, is);
		sysctl_add(to, dimension);
		if (preset && !at_first)
			text_add(to, " instead of %s", json_string_value(preset) ?: "?");
	}
	if (words.len)
		text_add(&words, ".");
	if (first.len)
		text_add(&words, "%s%s: %s.", words.len ? " " : "",
			 words.len ? "The rest is as the scenario has it first"
				   : "All is as the scenario has it first",
			 text_str(&first));
	for (size_t i = 0; i < json_array_size(always); i++) {
		const json_t *sysctl = json_array_get(always, i);

		text_add(&words, " Every cell has %s = %s", record_text(sysctl, "name", "?"),
			 record_text(sysctl, "value", "?"));
		of_add(&words, sysctl, "");
		text_add(&words, ".");
	}
	settings_add(&words, account->record);
	control_add(&words, account->record);
	sentence_flush(account, &words);
}

static void explain_endings(const struct account *account)
{
	endings_tell(account->record, account->out);
}

/* What a row of "judged" came to. */
enum row_kind {
	ROW_MET,
	ROW_CONTROL, /* otherwise than the rule has it, as a negative control must be */
	ROW_MISSED,
};

static enum row_kind row_kind(const json_t *row)
{
	if (row_missed(row))
		return ROW_MISSED;
	return json_is_true(json_object_get(row, "must_fail")) ? ROW_CONTROL : ROW_MET;
}

/* "old.time_wait is client (line 42 expects server)". */
static void row_add(struct text *words, const json_t *row)
{
	const char *seen = record_text(row, "observed", "?");
	const char *expected = record_text(row, "expected", "?");
	bool must_fail = json_is_true(json_object_get(row, "must_fail"));

	text_add(words, "%s is %s (", record_text(row, "fact", "?"), seen);
	if (must_fail)
		text_add(words, "expected anything but %s; ", expected);
	text_add(words, "line %lld", (long long)record_number(row, "line", 0));
	if (!must_fail && strcmp(seen, expected) != 0)
		text_add(words, " expects %s", expected);
	text_add(words, ")");
}

/* Those of one kind, one after the other. */
static void rows_tell(const struct account *account, enum row_kind kind, const char *lead)
{
	json_t *rows = json_object_get(account->record, "judged"), *row;
	_cleanup_text_ struct text words = {0};
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (row_kind(row) != kind)
			continue;
		text_add(&words, "%s", words.len ? ", " : lead);
		row_add(&words, row);
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
}

static void explain_decided(const struct account *account)
{
	json_t *sources = json_object_get(account->outline, "sources"), *source;
	json_t *rfc = json_object_get(account->record, "rfc"), *row;
	_cleanup_text_ struct text words = {0}, lead = {0};
	size_t i;

	json_array_foreach(sources, i, source)
	{
		text_add(&words, "%s%s", i ? "; " : "The scenario's rules rest on ",
			 json_string_value(source) ?: "?");
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
	text_add(&lead, "As the rules of %s have it: ",
		 record_text(account->record, "file", "the scenario"));
	rows_tell(account, ROW_MET, text_str(&lead));
	rows_tell(account, ROW_CONTROL,
		  "Otherwise than the rules have it, as a negative control must be: ");
	rows_tell(account, ROW_MISSED, "Against the rules: ");
	json_array_foreach(rfc, i, row)
	{
		text_add(&words, "%s%s asks for %s %s; this kernel: %s%s.", i ? " " : "",
			 record_text(row, "source", "?"), record_text(row, "fact", "?"),
			 record_text(row, "expected", "?"), record_text(row, "observed", "?"),
			 json_is_true(json_object_get(row, "deviates")) ? ", a deviation" : "");
	}
	sentence_flush(account, &words);
}

static void values_add(struct text *words, const json_t *values)
{
	for (size_t i = 0; i < json_array_size(values); i++)
		text_add(words, "%s%s", i ? " or " : "",
			 json_string_value(json_array_get(values, i)) ?: "?");
}

/* "With timestamps 1 instead of 0:", and the facts that are otherwise there. */
static void nearest_tell(const struct account *account, const json_t *finding)
{
	json_t *differs = json_object_get(finding, "differs"), *values;
	json_t *facts = json_object_get(finding, "facts");
	const json_t *here = json_object_get(account->record, "dimensions");
	_cleanup_text_ struct text words = {0};
	const char *name;

	json_object_foreach(differs, name, values)
	{
		text_add(&words, "%s%s ", words.len ? " and " : "With ", name);
		values_add(&words, values);
		text_add(&words, " instead of %s", record_text(here, name, "?"));
		sysctl_add(&words, dimension_of(account, name));
	}
	text_add(&words, ":");
	sentence_flush(account, &words);
	for (size_t i = 0; i < json_array_size(facts) && i < FACTS_MAX; i++) {
		const json_t *fact = json_array_get(facts, i);

		text_add(&words, "%s: %s there, %s here", record_text(fact, "fact", "?"),
			 record_text(fact, "there", "?"), record_text(fact, "here", "?"));
		wrap_text(account->out, "    ", text_str(&words));
		text_free(&words);
		words = (struct text){0};
	}
	if (json_array_size(facts) > FACTS_MAX)
		text_add(account->out, "    and %zu more facts\n",
			 json_array_size(facts) - FACTS_MAX);
}

/* "Alone, these change no outcome: family ipv6, link lossy or bursty." */
static void alone_tell(const struct account *account, const json_t *alone, const char *list,
		       const char *lead)
{
	_cleanup_text_ struct text words = {0};

	for (size_t i = 0; i < json_array_size(alone); i++) {
		const json_t *entry = json_array_get(alone, i);
		const json_t *values = json_object_get(entry, list);

		if (!json_array_size(values))
			continue;
		text_add(&words, "%s%s ", words.len ? ", " : lead,
			 record_text(entry, "dimension", "?"));
		values_add(&words, values);
	}
	if (words.len)
		text_add(&words, ".");
	sentence_flush(account, &words);
}

static void explain_neighbours(const struct account *account, const json_t *neighbours)
{
	const json_t *nearest = json_object_get(neighbours, "nearest");
	const json_t *alone = json_object_get(neighbours, "alone");
	size_t n = json_array_size(nearest), apart = record_number(neighbours, "apart", 0);

	text_add(account->out, "\nWhat would change it, as the records show\n");
	if (!verdict_conclusive(record_verdict(account->record))) {
		text_add(account->out, "  Nothing can be said: this record neither passed nor "
				       "failed.\n");
		return;
	}
	if (!n)
		text_add(account->out,
			 "  No record of this scenario and kernel has another outcome.\n");
	else if (apart > 1)
		text_add(account->out,
			 "  The nearest cells with another outcome differ in %zu dimensions:\n",
			 apart);
	for (size_t i = 0; i < n && i < NEAREST_MAX; i++)
		nearest_tell(account, json_array_get(nearest, i));
	if (n > NEAREST_MAX)
		text_add(account->out, "  and %zu more settings as near as these\n",
			 n - NEAREST_MAX);
	alone_tell(account, alone, "same", "Alone, these change no outcome: ");
	alone_tell(account, alone, "untold",
		   "Not compared, since they neither passed nor failed: ");
}

static void explain_events(const struct account *account)
{
	narrate_events(account->record, account->outline, account->out);
}

void explain_record(const json_t *kernel, const json_t *outline, const json_t *record,
		    const json_t *neighbours, struct text *out)
{
	const struct account account = {
		.kernel = kernel,
		.outline = outline,
		.record = record,
		.facts = json_object_get(json_object_get(record, "canonical"), "facts"),
		.out = out,
	};

	size_t from = out->len;

	explain_title(&account);
	chapter_tell(&account, "What was set", explain_set);
	chapter_tell(&account, "What happened", explain_events);
	chapter_tell(&account, "What came of it", explain_endings);
	chapter_tell(&account, "What decided it", explain_decided);
	if (neighbours)
		explain_neighbours(&account, neighbours);
	text_plain(out, from);
}
