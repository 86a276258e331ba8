// SPDX-License-Identifier: GPL-2.0-or-later
/* answer_text: owns an answer as text for a terminal. */
#include "record/record.h"
#include "report/wrap.h"
#include "why/answer.h"
#include "why/wording.h"

#include <string.h>

/* The widest of a list's texts. */
static int width_of(const json_t *list, const char *key)
{
	const json_t *row;
	size_t i, width = 0;

	json_array_foreach(list, i, row)
	{
		size_t len = strlen(record_text(row, key, ""));

		width = len > width ? len : width;
	}
	return (int)width;
}

static void end_text(const json_t *answer, const char *key, const char *letter, struct text *out)
{
	const json_t *end = json_object_get(answer, key);

	text_add(out, "%s: %s, on %s: %s\n", letter, record_text(end, "cell", "?"),
		 record_text(end, "place", "?"), record_text(end, "verdict", "?"));
}

static void facts_text(const json_t *answer, struct text *out)
{
	json_t *facts = json_object_get(answer, "facts"), *row;
	int width = width_of(facts, "fact");
	size_t i;

	text_add(out, "\nWhat came of it\n");
	json_array_foreach(facts, i, row)
	{
		text_add(out, "  %-*s  %s -> %s\n", width, record_text(row, "fact", "?"),
			 record_text(row, "a", "?"), record_text(row, "b", "?"));
	}
}

static void differences_text(const json_t *answer, struct text *out)
{
	json_t *differences = json_object_get(answer, "differences"), *row;
	int width = width_of(differences, "name");
	size_t i;

	text_add(out, "\nWhat differs\n");
	json_array_foreach(differences, i, row)
	{
		text_add(out, "  %-*s  %s -> %s   (%s)\n", width, record_text(row, "name", "?"),
			 difference_value(row, "a"), difference_value(row, "b"),
			 record_text(row, "sets", "?"));
	}
}

/* A line a fact, the first behind the change. */
static void trial_text(const json_t *answer, const json_t *trial, int width, struct text *out)
{
	_cleanup_text_ struct text flips = {0};
	json_t *facts = json_object_get(trial, "facts"), *fact;
	size_t i;

	trial_flips(answer, trial, &flips);
	text_add(out, "  %-*s  ", width, record_text(trial, "change", "?"));
	text_add(out, json_array_size(facts) ? "%-7s" : "%s", text_str(&flips));
	json_array_foreach(facts, i, fact)
	{
		if (i)
			text_add(out, "\n  %-*s  %-7s", width, "", "");
		text_add(out, "  %s: %s -> ", record_text(fact, "fact", "?"),
			 record_text(fact, "was", "?"));
		trial_now(fact, out);
	}
	text_add(out, "\n");
}

static void trials_text(const json_t *answer, const char *key, const char *letter, struct text *out)
{
	json_t *differences = json_object_get(answer, "differences"), *row;
	int width = (int)strlen("A with");
	size_t i;

	json_array_foreach(differences, i, row)
	{
		int len = (int)strlen(record_text(json_object_get(row, key), "change", ""));

		width = len > width ? len : width;
	}
	text_add(out, "\n%s with%*s  flips    what is otherwise then\n", letter,
		 width + 2 - (int)strlen("A with"), "");
	json_array_foreach(differences, i, row)
	{
		trial_text(answer, json_object_get(row, key), width, out);
	}
}

static void answer_line(const json_t *row, const char *key, const char *before, struct text *out)
{
	_cleanup_text_ struct text words = {0};

	text_add(&words, "%s", before);
	flip_words(json_object_get(row, key), &words);
	wrap_text(out, "    ", text_str(&words));
}

static void answers_text(const json_t *answer, struct text *out)
{
	json_t *answers = json_object_get(answer, "answers"), *row;
	json_t *in_none = json_object_get(answer, "in_none");
	_cleanup_text_ struct text words = {0};
	size_t i;

	text_add(out, "\nWhat flips it\n");
	json_array_foreach(answers, i, row)
	{
		_cleanup_text_ struct text names = {0};

		names_words(json_object_get(row, "facts"), &names);
		wrap_text(out, "  ", text_str(&names));
		answer_line(row, "in_a", "in A: ", out);
		answer_line(row, "in_b", "in B: ", out);
	}
	if (!json_array_size(in_none))
		return;
	text_add(&words, "in none of these: ");
	names_words(in_none, &words);
	wrap_text(out, "  ", text_str(&words));
}

static void commands_text(const json_t *answer, struct text *out)
{
	json_t *commands = json_object_get(answer, "commands"), *row;
	size_t i;

	text_add(out, "\nEach of these again\n");
	json_array_foreach(commands, i, row)
	{
		text_add(out, "  # %s\n  %s\n", record_text(row, "of", "?"),
			 record_text(row, "command", "?"));
	}
}

void answer_text(const json_t *answer, struct text *out)
{
	end_text(answer, "a", "A", out);
	end_text(answer, "b", "B", out);
	if (!json_array_size(json_object_get(answer, "facts"))) {
		_cleanup_text_ struct text words = {0};

		same_words(answer, &words);
		wrap_text(out, "", text_str(&words));
		return;
	}
	differences_text(answer, out);
	facts_text(answer, out);
	trials_text(answer, "in_a", "A", out);
	trials_text(answer, "in_b", "B", out);
	answers_text(answer, out);
	commands_text(answer, out);
}
