// SPDX-License-Identifier: GPL-2.0-or-later
/* show: owns the explanation of one cell: sections of text around the ladder. */
#include "report/show.h"
#include "report/show_lab.h"
#include "report/programs.h"
#include "base/clock.h"
#include "base/mem.h"
#include "record/judge.h"
#include "record/outline.h"
#include "report/format.h"
#include "report/ladder.h"
#include "report/wrap.h"

#include <string.h>

struct subject {
	const json_t *kernel, *record;
	const json_t *canonical, *measured;
	const struct cell *cell;
	struct text *out;
};

static void heading(const struct subject *subject, const char *words)
{
	text_add(subject->out, "\n%s\n", words);
}

static void show_sources(const struct subject *subject, const struct scenario *scenario)
{
	_cleanup_text_ struct text sources = {0};

	for (size_t i = 0; i < scenario->n_sources; i++)
		text_add(&sources, "%s%s", i ? "; " : "Sources: ", scenario->sources[i]);
	wrap_text(subject->out, "  ", text_str(&sources));
}

static void show_title(const struct subject *subject)
{
	const struct scenario *scenario = subject->cell ? subject->cell->scenario : NULL;
	const char *reason = record_reason(subject->record);

	text_add(subject->out, "%s: %s%s%s\n", record_text(subject->record, "cell", "?"),
		 record_text(subject->record, "verdict", "not judged"), *reason ? ": " : "",
		 reason);
	text_add(subject->out, "%s\n", record_text(subject->record, "file", "?"));
	if (!scenario)
		return;
	text_add(subject->out, "\n%s\n", scenario->title);
	if (scenario->why)
		wrap_text(subject->out, "  ", scenario->why);
	show_sources(subject, scenario);
}

static void show_run(const struct subject *subject)
{
	int64_t wall_us = record_number(subject->measured, "wall_us", 0);
	int64_t noise_us = record_number(subject->measured, "noise_us", 0);
	char wall[32], noise[32];

	text_add(subject->out, "\nPlayed on %s", record_text(subject->record, "target", "?"));
	if (subject->kernel)
		text_add(subject->out, ", kernel %s, HZ %lld",
			 record_text(subject->kernel, "release", "?"),
			 (long long)record_number(subject->kernel, "hz", 0));
	if (wall_us)
		text_add(subject->out, ", in %s; the machine was late by up to %s",
			 duration_format(wall_us * NS_PER_US, wall, sizeof(wall)),
			 duration_format(noise_us * NS_PER_US, noise, sizeof(noise)));
	text_add(subject->out, "\n");
}

static const struct dimension *dimension_of(const struct subject *subject, const char *name)
{
	return subject->cell ? scenario_dimension(subject->cell->scenario, name) : NULL;
}

static void show_dimension(const struct subject *subject, const char *name, const char *value)
{
	const struct dimension *dimension = dimension_of(subject, name);
	const char *judged_as =
		record_text(json_object_get(subject->record, "judged_as"), name, value);

	text_add(subject->out, "  %-16s %-16s", name, value);
	if (dimension && dimension->sysctl)
		text_add(subject->out, " %s of %s", dimension->sysctl, side_word(dimension->of));
	if (strcmp(judged_as, value))
		text_add(subject->out, "  (a negative control: judged as %s)", judged_as);
	text_trim(subject->out);
	text_add(subject->out, "\n");
}

/* Of --sysctl. */
static void show_settings(const struct subject *subject)
{
	json_t *settings = json_object_get(subject->record, "settings"), *of_host, *value;
	const char *host, *name;

	json_object_foreach(settings, host, of_host)
	{
		json_object_foreach(of_host, name, value)
		{
			text_add(subject->out, "  %-16s %-16s %s of the %s\n", "(--sysctl)",
				 json_string_value(value) ?: "?", name, host);
		}
	}
}

static void show_set(const struct subject *subject)
{
	const struct scenario *scenario = subject->cell ? subject->cell->scenario : NULL;
	json_t *dimensions = json_object_get(subject->record, "dimensions"), *value;
	const char *name;

	heading(subject, "What was set");
	json_object_foreach(dimensions, name, value)
	{
		show_dimension(subject, name, json_string_value(value) ?: "?");
	}
	for (size_t i = 0; scenario && i < scenario->n_sysctls; i++)
		text_add(subject->out, "  %-16s %-16s %s of %s\n", "(always)",
			 scenario->sysctls[i].value, scenario->sysctls[i].name,
			 side_word(scenario->sysctls[i].of));
	show_settings(subject);
}

/* With this cell's values put in. */
static char *step_expand(const struct cell *cell, const struct step *step)
{
	_cleanup_free_ char *words = step_words(step);

	return cell_expand(cell->scenario, cell->choice, words);
}

static void show_ladder(const struct subject *subject)
{
	const struct scenario *scenario = subject->cell ? subject->cell->scenario : NULL;
	char *steps[SCENARIO_STEPS_MAX];
	size_t n_steps = scenario ? scenario->n_steps : 0;

	heading(subject, "What happened: times in ms; sequence numbers and TSvals count from each "
			 "connection's first");
	for (size_t i = 0; i < n_steps; i++)
		steps[i] = step_expand(subject->cell, &scenario->steps[i]);
	ladder_draw(subject->record, (const char *const *)steps, n_steps, subject->out);
	for (size_t i = 0; i < n_steps; i++)
		free(steps[i]);
}

/* One judged row: what was seen; what was expected, if in other words; and which line says so. */
static void show_judged(const struct subject *subject, const json_t *row)
{
	const char *fact = record_text(row, "fact", "?"), *seen = record_text(row, "observed", "?");
	const char *expected = record_text(row, "expected", "?");
	bool must_fail = json_is_true(json_object_get(row, "must_fail"));
	_cleanup_text_ struct text left = {0}, right = {0};

	text_add(&left, "%s %-26s %-24s ", row_missed(row) ? "x" : " ", fact, seen);
	if (strcmp(expected, seen) || must_fail)
		text_add(&right, "expected %s%s ", must_fail ? "anything but " : "", expected);
	text_add(&right, "(line %lld)", (long long)record_number(row, "line", 0));
	if (left.len + right.len <= WRAP_WIDTH) {
		text_add(subject->out, "%s%s\n", text_str(&left), text_str(&right));
		return;
	}
	text_trim(&left);
	text_add(subject->out, "%s\n", text_str(&left));
	wrap_text(subject->out, "      ", text_str(&right));
}

static bool fact_is_judged(const json_t *rows, const char *fact)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (!strcmp(record_text(json_array_get(rows, i), "fact", ""), fact))
			return true;
	}
	return false;
}

static void fact_words(const char *suffix, const json_t *fact, struct text *out)
{
	char duration[32];

	text_add(out, "%s%s", suffix, *suffix ? "=" : "");
	if (json_is_string(fact))
		text_add(out, "%s", json_string_value(fact));
	else if (json_is_integer(fact))
		text_add(out, "%lld", (long long)json_integer_value(fact));
	else
		text_add(out, "%s",
			 duration_format(record_number(fact, "ns", 0), duration, sizeof(duration)));
}

/* What a fact is where nothing came of what it is about. */
static bool fact_is_neutral(const json_t *fact)
{
	static const char *const words[] = {"none", "ok", "intact"};

	for (size_t i = 0; json_is_string(fact) && i < ARRAY_SIZE(words); i++) {
		if (!strcmp(json_string_value(fact), words[i]))
			return true;
	}
	return !json_is_string(fact) && !json_integer_value(fact) && !record_number(fact, "ns", 0);
}

/* Add a fact to the line of what it is a fact of. */
static void line_add(json_t *lines, const char *name, const json_t *fact)
{
	const char *dot = strchrnul(name, '.');
	_cleanup_free_ char *owner = mem_strndup(name, dot - name);
	const char *line = json_string_value(json_object_get(lines, owner));
	_cleanup_text_ struct text words = {0};

	text_add(&words, "%s%s", line ?: owner, line ? ", " : ": ");
	fact_words(*dot ? dot + 1 : "", fact, &words);
	json_object_set_new(lines, owner, json_string(text_str(&words)));
}

/* Facts that no rule asserts are worth a look when one that was asserted surprises. */
static void show_other_facts(const struct subject *subject, const json_t *rows)
{
	json_t *facts = json_object_get(subject->canonical, "facts"), *fact, *line;
	json_t *lines = json_object();
	size_t n = 0, n_neutral = 0;
	const char *name;

	json_object_foreach(facts, name, fact)
	{
		if (fact_is_judged(rows, name))
			continue;
		n++;
		if (fact_is_neutral(fact))
			n_neutral++;
		else
			line_add(lines, name, fact);
	}
	if (n)
		text_add(subject->out,
			 "  not asserted: %zu, of which %zu are none, ok, intact or 0%s\n", n,
			 n_neutral, n > n_neutral ? "; the others:" : "");
	json_object_foreach(lines, name, line)
	{
		wrap_text(subject->out, "    ", json_string_value(line));
	}
	json_decref(lines);
}

static void show_facts(const struct subject *subject)
{
	json_t *rows = json_object_get(subject->record, "judged"), *row;
	size_t i;

	heading(subject, "What was observed, and what was expected (x: something else)");
	json_array_foreach(rows, i, row)
	{
		show_judged(subject, row);
	}
	show_other_facts(subject, rows);
}

static void show_rfc(const struct subject *subject)
{
	json_t *rows = json_object_get(subject->record, "rfc"), *row;
	size_t i;

	if (!json_array_size(rows))
		return;
	heading(subject, "What the standards ask");
	json_array_foreach(rows, i, row)
	{
		text_add(subject->out, "  %s: %s %s; Linux: %s%s\n",
			 record_text(row, "source", "?"), record_text(row, "fact", "?"),
			 record_text(row, "expected", "?"), record_text(row, "observed", "?"),
			 json_is_true(json_object_get(row, "deviates")) ? ", which differs" : "");
	}
}

static void show_counters(const struct subject *subject)
{
	json_t *hosts = json_object_get(subject->canonical, "counters"), *counters, *delta;
	const char *host, *name;

	heading(subject, "Counters that moved");
	json_object_foreach(hosts, host, counters)
	{
		_cleanup_text_ struct text words = {0};
		const char *before = ": ";

		text_add(&words, "%s", host);
		json_object_foreach(counters, name, delta)
		{
			text_add(&words, "%s%s=%lld", before, name,
				 (long long)json_integer_value(delta));
			before = ", ";
		}
		wrap_text(subject->out, "  ", text_str(&words));
	}
}

static void show_programs(const struct subject *subject)
{
	_cleanup_text_ struct text told = {0};

	programs_format(subject->record, "  ", &told);
	if (!told.len)
		return;
	heading(subject, "Programs, or their stand-ins, and their connections");
	text_add(subject->out, "%s", text_str(&told));
}

void show_record(const json_t *kernel, const json_t *record, const struct cell *cell,
		 struct text *out)
{
	const struct subject subject = {
		.kernel = kernel,
		.record = record,
		.canonical = json_object_get(record, "canonical"),
		.measured = json_object_get(record, "volatile"),
		.cell = cell,
		.out = out,
	};

	size_t from = out->len;

	show_title(&subject);
	show_run(&subject);
	show_set(&subject);
	if (json_array_size(json_object_get(subject.canonical, "segments")))
		show_ladder(&subject);
	show_programs(&subject);
	if (subject.canonical)
		show_facts(&subject);
	if (json_object_size(json_object_get(subject.canonical, "counters")))
		show_counters(&subject);
	show_rfc(&subject);
	text_plain(out, from);
	if (cell) {
		heading(&subject, "The same lab by hand, as root");
		show_commands(cell, json_object_get(record, "settings"), out);
	}
}
