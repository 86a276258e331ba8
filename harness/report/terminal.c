// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * terminal: owns the report for a person: failures at once, a block a scenario when its last cell
 * has come, and the sum. On a terminal the last line shows how far the run is.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "report/again.h"
#include "report/format.h"
#include "report/programs.h"
#include "report/wrap.h"

#include <string.h>

#define DRAW_NS_MIN	  (100 * NS_PER_MS)
#define CHAPTER_FAILS_MAX 10 /* told in full; the others are counted */
#define CELL_MISSES_MAX	  4

static const struct verdict_style {
	const char *label;
	const char *colour; /* SGR parameters */
} styles[N_VERDICTS] = {
	[VERDICT_PASS] = {"PASS", "32"},     [VERDICT_FAIL] = {"FAIL", "1;31"},
	[VERDICT_SKIP] = {"SKIP", "36"},     [VERDICT_INCONCLUSIVE] = {"INCONCLUSIVE", "33"},
	[VERDICT_ERROR] = {"ERROR", "1;35"}, [VERDICT_KNOWN] = {"KNOWN", "33"},
};

static void label_print(struct report *report, enum verdict verdict)
{
	if (report->colour)
		fprintf(report->out, "\033[%sm%s\033[0m", styles[verdict].colour,
			styles[verdict].label);
	else
		fputs(styles[verdict].label, report->out);
}

static void progress_erase(struct report *report)
{
	if (!report->drawn_ns)
		return;
	fputs("\r\033[K", report->out);
	report->drawn_ns = 0;
}

static void terminal_progress(struct report *report)
{
	int64_t now = clock_now_ns();

	if (report->drawn_ns && now - report->drawn_ns < DRAW_NS_MIN)
		return;
	fprintf(report->out, "\r\033[K%zu/%zu cells", report->n_done, report->n_planned);
	if (report->waiting)
		fprintf(report->out, ", %zu waiting ...", report->waiting);
	fflush(report->out);
	report->drawn_ns = now;
}

static void command_print(struct report *report, const json_t *record)
{
	_cleanup_text_ struct text command = {0};

	again_of_record(record, &command);
	fprintf(report->out, "     %s\n", text_str(&command));
}

/* What may explain an inconclusive cell's misses. */
static void excuse_print(struct report *report, const json_t *record)
{
	int64_t noise_us = record_number(json_object_get(record, "volatile"), "noise_us", 0);
	char noise[32];

	if (noise_us)
		fprintf(report->out, "     this machine was late by up to %s while it ran\n",
			duration_format(noise_us * NS_PER_US, noise, sizeof(noise)));
	if (json_object_get(json_object_get(record, "canonical"), "unsettled"))
		fprintf(report->out,
			"     it ended before it was known what became of every frame\n");
}

static void miss_print(struct report *report, const json_t *record)
{
	enum verdict verdict = record_verdict(record);
	_cleanup_text_ struct text misses = {0};
	const char *id = record_text(record, "cell", "?");

	label_print(report, verdict);
	fprintf(report->out, " %s  ", id);
	if (report->by_target)
		fprintf(report->out, "on %s: ", record_text(record, "target", "?"));
	if (verdict == VERDICT_ERROR)
		text_add(&misses, "%s\n", record_reason(record));
	else
		misses_format(record, "     ", CELL_MISSES_MAX, &misses);
	/* The first miss is on the cell's own line, so that one line says it all to grep. */
	fputs(text_str(&misses) + strspn(text_str(&misses), " "), report->out);
	if (verdict == VERDICT_INCONCLUSIVE)
		excuse_print(report, record);
	command_print(report, record);
}

/* What a person's own program did is what the run was for, whatever the verdict. */
static void programs_print(struct report *report, const json_t *record)
{
	_cleanup_text_ struct text told = {0};

	progress_erase(report);
	fprintf(report->out, "%s\n", record_text(record, "cell", "?"));
	programs_format(record, "     ", &told);
	fputs(text_str(&told), report->out);
}

static void terminal_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	enum verdict verdict = record_verdict(record);

	if (programs_played(record))
		programs_print(report, record);
	if (verdict == VERDICT_PASS || verdict == VERDICT_SKIP || verdict == VERDICT_KNOWN)
		return;
	if (chapter->n_shown++ >= CHAPTER_FAILS_MAX)
		return;
	progress_erase(report);
	miss_print(report, record);
}

static size_t column_bad(const struct column *column)
{
	return column->counts[VERDICT_FAIL] + column->counts[VERDICT_ERROR] +
	       column->counts[VERDICT_INCONCLUSIVE];
}

static size_t column_cells(const struct column *column)
{
	size_t n = 0;

	for (size_t i = 0; i < N_VERDICTS; i++)
		n += column->counts[i];
	return n;
}

/* Does the share of bad cells differ among the n values of one dimension? Else it explains nothing.
 */
static bool dimension_tells(const struct column *columns, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (column_bad(&columns[i]) * column_cells(&columns[0]) !=
		    column_bad(&columns[0]) * column_cells(&columns[i]))
			return true;
	}
	return false;
}

static void column_print(struct report *report, const struct column *column, bool first,
			 const struct chapter *chapter)
{
	_cleanup_text_ struct text line = {0};

	text_add(&line, "     %-16s %-12s", first ? column->dimension : "", column->value);
	for (size_t i = 0; i < N_VERDICTS; i++) {
		int width = chapter->counts[i] ? 8 + (int)strlen(verdict_names[i]) : 0;

		if (column->counts[i])
			text_add(&line, "  %5zu %s", column->counts[i], verdict_names[i]);
		else
			text_add(&line, "%*s", width, "");
	}
	text_trim(&line);
	fputs(text_str(&line), report->out);
	fputc('\n', report->out);
}

static int column_order(const void *a, const void *b)
{
	const struct column *x = a, *y = b;
	int64_t m, n;

	if (number_parse(x->value, &m) && number_parse(y->value, &n))
		return (m > n) - (m < n);
	return strcmp(x->value, y->value);
}

/* Columns of one dimension side by side, dimensions in the order of the scenario. */
static size_t columns_group(struct chapter *chapter, size_t first)
{
	size_t n = 1;

	for (size_t i = first + 1; i < chapter->n_columns; i++) {
		struct column found = chapter->columns[i];

		if (strcmp(found.dimension, chapter->columns[first].dimension))
			continue;
		memmove(&chapter->columns[first + n + 1], &chapter->columns[first + n],
			(i - first - n) * sizeof(found));
		chapter->columns[first + n++] = found;
	}
	qsort(&chapter->columns[first], n, sizeof(*chapter->columns), column_order);
	return n;
}

static void columns_print(struct report *report, struct chapter *chapter)
{
	size_t n;

	for (size_t first = 0; first < chapter->n_columns; first += n) {
		n = columns_group(chapter, first);
		if (!dimension_tells(&chapter->columns[first], n))
			continue;
		for (size_t i = 0; i < n; i++)
			column_print(report, &chapter->columns[first + i], !i, chapter);
	}
}

static void tally_print(struct report *report, const struct tally *tally, const char *what)
{
	for (size_t i = 0; i < tally->n; i++)
		fprintf(report->out, "     %s %zu: %s\n", what, tally->of[i].n, tally->of[i].what);
}

/* The worst that happened; a scenario of which nothing ran was skipped. */
static enum verdict chapter_verdict(const struct chapter *chapter)
{
	static const enum verdict worst_first[] = {
		VERDICT_FAIL, VERDICT_ERROR, VERDICT_INCONCLUSIVE, VERDICT_PASS, VERDICT_KNOWN};

	for (size_t i = 0; i < ARRAY_SIZE(worst_first); i++) {
		if (chapter->counts[worst_first[i]])
			return worst_first[i];
	}
	return VERDICT_SKIP;
}

static int name_width(const struct report *report)
{
	int width = 0;

	for (size_t i = 0; i < report->n_suites; i++) {
		int len = strlen(report->chapters[i].scenario);

		width = len > width ? len : width;
	}
	return width;
}

static void terminal_chapter(struct report *report, struct chapter *chapter)
{
	const char *before = ": ";

	progress_erase(report);
	label_print(report, chapter_verdict(chapter));
	fprintf(report->out, " %-*s  %5zu cell%s", name_width(report), chapter->scenario,
		chapter->n_done, chapter->n_done == 1 ? "" : "s");
	for (size_t i = 0; i < N_VERDICTS; i++) {
		if (!chapter->counts[i])
			continue;
		fprintf(report->out, "%s%zu %s", before, chapter->counts[i], verdict_names[i]);
		before = ", ";
	}
	if (chapter->n_done < chapter->n_planned)
		fprintf(report->out, "; %zu did not run", chapter->n_planned - chapter->n_done);
	fputc('\n', report->out);
	columns_print(report, chapter);
	if (chapter->n_shown > CHAPTER_FAILS_MAX)
		fprintf(report->out, "     %zu more like the %d above\n",
			chapter->n_shown - CHAPTER_FAILS_MAX, CHAPTER_FAILS_MAX);
	tally_print(report, &chapter->known, "known");
	tally_print(report, &chapter->skips, "skipped");
	tally_print(report, &chapter->deviations, "differs in");
}

static void counts_print(const struct report *report)
{
	const size_t *counts = report->counts;

	fprintf(report->out, "%zu cells: %zu pass, %zu fail, %zu skip, %zu inconclusive, %zu error",
		report->n_done, counts[VERDICT_PASS], counts[VERDICT_FAIL], counts[VERDICT_SKIP],
		counts[VERDICT_INCONCLUSIVE], counts[VERDICT_ERROR]);
	if (counts[VERDICT_KNOWN])
		fprintf(report->out, ", %zu known", counts[VERDICT_KNOWN]);
	if (report->elapsed_ns >= 0)
		fprintf(report->out, " in %.1f s", (double)report->elapsed_ns / NS_PER_S);
	fputc('\n', report->out);
}

/* The last line is for parsers, and its three numbers add up to all cells: an error counts as
 * failed, an inconclusive cell and a known failure as skipped. */
static void terminal_end(struct report *report)
{
	const size_t *counts = report->counts;

	progress_erase(report);
	if (report->n_suites)
		fputc('\n', report->out);
	if (report->interrupted)
		fprintf(report->out, "stopped early: %zu of %zu cells did not run\n",
			report->n_planned - report->n_done, report->n_planned);
	counts_print(report);
	fprintf(report->out, "%zu passed, %zu failed, %zu skipped\n", counts[VERDICT_PASS],
		counts[VERDICT_FAIL] + counts[VERDICT_ERROR],
		counts[VERDICT_SKIP] + counts[VERDICT_INCONCLUSIVE] + counts[VERDICT_KNOWN]);
}

const struct report_format format_terminal = {
	.name = "terminal",
	.what = "for a person: failures as they come, a block a scenario, the sum",
	.plain = true,
	.cell = terminal_cell,
	.chapter = terminal_chapter,
	.progress = terminal_progress,
	.end = terminal_end,
};
