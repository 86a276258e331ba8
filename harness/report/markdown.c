// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * markdown: owns the short summary for a page such as GitHub's job summary: what failed, the totals
 * by scenario, and where it ran. It is written in one piece at the end, so that what failed is
 * first.
 */
#include "base/clock.h"
#include "report/again.h"
#include "report/format.h"
#include "report/markup.h"

#include <string.h>

#define FAILURES_MAX 10 /* cells told in full; the others are counted */
#define MISSES_MAX   4	/* of one cell */

static void row_add(struct text *out, const json_t *record, const json_t *row)
{
	_cleanup_text_ struct text place = {0};
	bool must_fail = json_is_true(json_object_get(row, "must_fail"));

	text_add(out, "| ");
	markdown_code(out, record_text(record, "cell", "?"));
	text_add(out, " | ");
	markdown_code(out, record_text(row, "fact", "?"));
	text_add(out, must_fail ? " | anything but " : " | ");
	markdown_text(out, record_text(row, "expected", "?"));
	text_add(out, " | ");
	markdown_text(out, record_text(row, "observed", "?"));
	text_add(out, " | ");
	text_add(&place, "%s:%lld", record_text(record, "file", "?"),
		 (long long)record_number(row, "line", 0));
	markdown_code(out, text_str(&place));
	text_add(out, " |\n");
}

static void misses_add(struct text *out, const json_t *record)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	size_t i, n = 0;

	json_array_foreach(rows, i, row)
	{
		if (row_missed(row) && n++ < MISSES_MAX)
			row_add(out, record, row);
	}
	if (n <= MISSES_MAX)
		return;
	text_add(out, "| ");
	markdown_code(out, record_text(record, "cell", "?"));
	text_add(out, " | and %zu more | | | |\n", n - MISSES_MAX);
}

static void error_add(struct text *out, const json_t *record)
{
	text_add(out, "| ");
	markdown_code(out, record_text(record, "cell", "?"));
	text_add(out, " | | a verdict | the harness failed: ");
	markdown_text(out, record_reason(record));
	text_add(out, " | |\n");
}

static void markdown_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	enum verdict verdict = record_verdict(record);

	(void)chapter;
	if (verdict != VERDICT_FAIL && verdict != VERDICT_ERROR)
		return;
	if (report->n_shown++ >= FAILURES_MAX)
		return;
	if (verdict == VERDICT_ERROR)
		error_add(&report->failures, record);
	else
		misses_add(&report->failures, record);
	text_add(&report->commands, "    ");
	again_of_record(record, &report->commands);
	text_add(&report->commands, "\n");
}

static void markdown_kernel(struct report *report, const json_t *kernel)
{
	text_add(&report->kernels, "* Linux ");
	markdown_text(&report->kernels, record_text(kernel, "release", "?"));
	text_add(&report->kernels, ", HZ %lld\n", (long long)record_number(kernel, "hz", 0));
}

static void headline_print(const struct report *report)
{
	size_t bad = report->counts[VERDICT_FAIL] + report->counts[VERDICT_ERROR];
	size_t left = report->n_planned > report->n_done ? report->n_planned - report->n_done : 0;

	fprintf(report->out, "## afterclose: ");
	if (bad)
		fprintf(report->out, "%zu of %zu cells failed", bad, report->n_done);
	else if (report->counts[VERDICT_PASS] == report->n_done && report->n_done)
		fprintf(report->out, "all %zu cells passed", report->n_done);
	else
		fprintf(report->out, "nothing failed, %zu of %zu cells passed",
			report->counts[VERDICT_PASS], report->n_done);
	if (left)
		fprintf(report->out, "; %zu did not run", left);
	fprintf(report->out, "\n");
}

static void failures_print(const struct report *report)
{
	if (!report->n_shown)
		return;
	fprintf(report->out,
		"\n### What failed\n\n| cell | fact | expected | observed | rule |\n"
		"|---|---|---|---|---|\n%s",
		text_str(&report->failures));
	if (report->n_shown > FAILURES_MAX)
		fprintf(report->out, "\nand %zu more cells\n", report->n_shown - FAILURES_MAX);
	fprintf(report->out, "\nEach of them again:\n\n%s", text_str(&report->commands));
}

/* Pass and fail always have a column, the others where some cell has that verdict. */
static bool verdict_shown(const struct report *report, enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_FAIL || report->counts[verdict];
}

static void totals_row(const struct report *report, const char *name, size_t n_done,
		       const size_t counts[N_VERDICTS])
{
	fprintf(report->out, "| %s | %zu |", name, n_done);
	for (size_t i = 0; i < N_VERDICTS; i++) {
		if (verdict_shown(report, i))
			fprintf(report->out, " %zu |", counts[i]);
	}
	fprintf(report->out, "\n");
}

static void totals_print(const struct report *report)
{
	fprintf(report->out, "\n### Totals\n\n| scenario | cells |");
	for (size_t i = 0; i < N_VERDICTS; i++) {
		if (verdict_shown(report, i))
			fprintf(report->out, " %s |", verdict_names[i]);
	}
	fprintf(report->out, "\n|---|--:|");
	for (size_t i = 0; i < N_VERDICTS; i++) {
		if (verdict_shown(report, i))
			fprintf(report->out, "--:|");
	}
	fprintf(report->out, "\n");
	for (size_t i = 0; i < report->n_suites; i++) {
		const struct chapter *chapter = &report->chapters[i];
		_cleanup_text_ struct text name = {0};

		markdown_code(&name, chapter->scenario);
		totals_row(report, text_str(&name), chapter->n_done, chapter->counts);
	}
	totals_row(report, "**all**", report->n_done, report->counts);
}

static void tally_print(const struct report *report, const struct chapter *chapter,
			const struct tally *tally, const char *what)
{
	for (size_t i = 0; i < tally->n; i++) {
		_cleanup_text_ struct text line = {0};

		markdown_code(&line, chapter->scenario);
		text_add(&line, ": ");
		markdown_text(&line, tally->of[i].what);
		fprintf(report->out, "* %s %zu of %s\n", what, tally->of[i].n, text_str(&line));
	}
}

static void markdown_end(struct report *report)
{
	headline_print(report);
	failures_print(report);
	totals_print(report);
	fprintf(report->out, "\n### Environment\n\n%s* afterclose %s\n", text_str(&report->kernels),
		AFTERCLOSE_VERSION);
	if (report->elapsed_ns >= 0)
		fprintf(report->out, "* ran in %.1f s\n", (double)report->elapsed_ns / NS_PER_S);
	for (size_t i = 0; i < report->n_suites; i++)
		tally_print(report, &report->chapters[i], &report->chapters[i].known,
			    "known to fail:");
	for (size_t i = 0; i < report->n_suites; i++)
		tally_print(report, &report->chapters[i], &report->chapters[i].skips, "skipped");
	for (size_t i = 0; i < report->n_suites; i++)
		tally_print(report, &report->chapters[i], &report->chapters[i].deviations,
			    "differs in");
}

const struct report_format format_markdown = {
	.name = "markdown",
	.what = "a short summary, for GitHub's job summary",
	.kernel = markdown_kernel,
	.cell = markdown_cell,
	.end = markdown_end,
};
