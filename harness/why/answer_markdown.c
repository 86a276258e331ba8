// SPDX-License-Identifier: GPL-2.0-or-later
/* answer_markdown: owns an answer as Markdown, for a page such as GitHub's job summary. */
#include "record/record.h"
#include "report/markup.h"
#include "why/answer.h"
#include "why/wording.h"

static void end_markdown(const json_t *answer, const char *key, const char *letter,
			 struct text *out)
{
	const json_t *end = json_object_get(answer, key);

	text_add(out, "* %s: ", letter);
	markdown_code(out, record_text(end, "cell", "?"));
	text_add(out, ", on ");
	markdown_text(out, record_text(end, "place", "?"));
	text_add(out, ": %s\n", record_text(end, "verdict", "?"));
}

/* A row a difference or a fact: its name, and what it is in A and in B. */
static void pairs_markdown(const json_t *rows, const char *name, const char *heading,
			   struct text *out)
{
	const json_t *row;
	size_t i;

	text_add(out, "\n| %s | A | B |\n|---|---|---|\n", heading);
	json_array_foreach(rows, i, row)
	{
		markdown_column_code(out, record_text(row, name, "?"));
		markdown_column_code(out, difference_value(row, "a"));
		markdown_column_code(out, difference_value(row, "b"));
		text_add(out, "|\n");
	}
}

static void trial_head(const json_t *answer, const json_t *trial, struct text *out)
{
	_cleanup_text_ struct text flips = {0};

	trial_flips(answer, trial, &flips);
	markdown_column_code(out, record_text(trial, "change", "?"));
	markdown_column_words(out, text_str(&flips));
}

static void trial_markdown(const json_t *answer, const json_t *trial, struct text *out)
{
	json_t *facts = json_object_get(trial, "facts"), *fact;
	size_t i;

	if (!json_array_size(facts)) {
		trial_head(answer, trial, out);
		text_add(out, "| | | |\n");
	}
	json_array_foreach(facts, i, fact)
	{
		_cleanup_text_ struct text now = {0};

		trial_now(fact, &now);
		trial_head(answer, trial, out);
		markdown_column_code(out, record_text(fact, "fact", "?"));
		markdown_column_words(out, record_text(fact, "was", "?"));
		markdown_column_words(out, text_str(&now));
		text_add(out, "|\n");
	}
}

static void trials_markdown(const json_t *answer, const char *key, const char *letter,
			    struct text *out)
{
	json_t *differences = json_object_get(answer, "differences"), *row;
	size_t i;

	text_add(out,
		 "\n| %s with | flips | fact | before | after |\n"
		 "|---|---|---|---|---|\n",
		 letter);
	json_array_foreach(differences, i, row)
	{
		trial_markdown(answer, json_object_get(row, key), out);
	}
}

static void answers_markdown(const json_t *answer, struct text *out)
{
	json_t *answers = json_object_get(answer, "answers"), *row;
	_cleanup_text_ struct text in_none = {0};
	size_t i;

	text_add(out, "\n| what flips | in A | in B |\n|---|---|---|\n");
	json_array_foreach(answers, i, row)
	{
		_cleanup_text_ struct text names = {0}, in_a = {0}, in_b = {0};

		names_words(json_object_get(row, "facts"), &names);
		flip_words(json_object_get(row, "in_a"), &in_a);
		flip_words(json_object_get(row, "in_b"), &in_b);
		markdown_column_words(out, text_str(&names));
		markdown_column_words(out, text_str(&in_a));
		markdown_column_words(out, text_str(&in_b));
		text_add(out, "|\n");
	}
	names_words(json_object_get(answer, "in_none"), &in_none);
	if (!in_none.len)
		return;
	text_add(out, "\nIn none of these: ");
	markdown_text(out, text_str(&in_none));
	text_add(out, "\n");
}

static void commands_markdown(const json_t *answer, struct text *out)
{
	json_t *commands = json_object_get(answer, "commands"), *row;
	size_t i;

	text_add(out, "\n| again | |\n|---|---|\n");
	json_array_foreach(commands, i, row)
	{
		markdown_column_words(out, record_text(row, "of", "?"));
		markdown_column_code(out, record_text(row, "command", "?"));
		text_add(out, "|\n");
	}
}

void answer_markdown(const json_t *answer, struct text *out)
{
	_cleanup_text_ struct text same = {0};
	const json_t *facts = json_object_get(answer, "facts");

	text_add(out, "## afterclose why\n\n");
	end_markdown(answer, "a", "A", out);
	end_markdown(answer, "b", "B", out);
	if (!json_array_size(facts)) {
		same_words(answer, &same);
		text_add(out, "\n");
		markdown_text(out, text_str(&same));
		text_add(out, "\n");
		return;
	}
	pairs_markdown(json_object_get(answer, "differences"), "name", "what differs", out);
	pairs_markdown(facts, "fact", "what came of it", out);
	trials_markdown(answer, "in_a", "A", out);
	trials_markdown(answer, "in_b", "B", out);
	answers_markdown(answer, out);
	commands_markdown(answer, out);
}
