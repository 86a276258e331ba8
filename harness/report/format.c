// SPDX-License-Identifier: GPL-2.0-or-later
/* format: owns what the formats share: tallies, and the wording of a record's misses. */
#include "report/format.h"
#include "base/mem.h"

#include <string.h>

void tally_add(struct tally *tally, const char *what)
{
	for (size_t i = 0; i < tally->n; i++) {
		if (strcmp(tally->of[i].what, what))
			continue;
		tally->of[i].n++;
		return;
	}
	tally->of = mem_resize(tally->of, tally->n + 1, sizeof(*tally->of));
	tally->of[tally->n++] = (struct tallied){.what = mem_strdup(what), .n = 1};
}

void tally_free(struct tally *tally)
{
	for (size_t i = 0; i < tally->n; i++)
		free(tally->of[i].what);
	free(tally->of);
	*tally = (struct tally){0};
}

size_t chapter_left(const struct chapter *chapter)
{
	return chapter->n_planned > chapter->n_done ? chapter->n_planned - chapter->n_done : 0;
}

void left_words(const struct chapter *chapter, struct text *out)
{
	text_add(out, "%zu of %zu cells did not run: the run was stopped early",
		 chapter_left(chapter), chapter->n_planned);
}

const char *record_reason(const json_t *record)
{
	static const char *const members[] = {"error", "skip", "known"};

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const char *reason = record_text(record, members[i], NULL);

		if (reason)
			return reason;
	}
	return "";
}

bool row_missed(const json_t *row)
{
	const char *verdict = record_text(row, "verdict", "");

	return !strcmp(verdict, verdict_names[VERDICT_FAIL]) ||
	       !strcmp(verdict, verdict_names[VERDICT_INCONCLUSIVE]);
}

void miss_words(const json_t *row, struct text *out)
{
	bool must_fail = json_is_true(json_object_get(row, "must_fail"));

	/* What was not reached is told by what was there instead. */
	if (!strcmp(record_text(row, "observed", ""), JUDGE_NOT_REACHED)) {
		text_add(out, "%s: " JUDGE_NOT_REACHED ": %s", record_text(row, "fact", "?"),
			 record_text(row, "expected", "?"));
		return;
	}
	text_add(out, "%s: expected %s%s%s, observed %s", record_text(row, "fact", "?"),
		 must_fail ? "anything but " : "", record_text(row, "expected", "?"),
		 must_fail ? " (a negative control)" : "", record_text(row, "observed", "?"));
}

/* A record with a line's end in a name would write lines of its own into the report. */
static void miss_format(const json_t *record, const json_t *row, struct text *out)
{
	size_t from = out->len;

	miss_words(row, out);
	text_add(out, "  (%s:%lld:%lld)", record_text(record, "file", "?"),
		 (long long)record_number(row, "line", 0),
		 (long long)record_number(row, "column", 0));
	text_one_line(out, from);
	text_add(out, "\n");
}

void misses_format(const json_t *record, const char *before, size_t max, struct text *out)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i, n = 0;

	json_array_foreach(rows, i, row)
	{
		if (!row_missed(row))
			continue;
		if (++n > max)
			continue;
		text_add(out, "%s", before);
		miss_format(record, row, out);
	}
	if (n > max)
		text_add(out, "%sand %zu more\n", before, n - max);
}
