// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ktap: owns KTAP version 1 (Documentation/dev-tools/ktap.rst): a scenario is a test, its cells are
 * the subtests. Subtests of two tests may not be mixed, so a scenario is written in one piece.
 */
#include "report/format.h"

#include <string.h>

#define INDENT "    "

/* One line of a test's description or reason: no line break, and no '#', which begins a directive.
 */
static void line_add(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n' || *s == '\r')
			text_addn(out, " ", 1);
		else if (*s == '#')
			text_addn(out, "\\#", 2);
		else
			text_addn(out, s, 1);
	}
}

static void ktap_begin(struct report *report)
{
	fprintf(report->out, "KTAP version 1\n1..%zu\n", report->n_suites);
}

static void ktap_kernel(struct report *report, const json_t *kernel)
{
	_cleanup_text_ struct text release = {0};

	line_add(&release, record_text(kernel, "release", "?"));
	fprintf(report->out, "# kernel %s, HZ %lld\n", text_str(&release),
		(long long)record_number(kernel, "hz", 0));
}

/* KTAP knows no inconclusive: it is a skip that says so. */
static const struct outcome_words {
	const char *result;
	const char *directive;
} words[N_VERDICTS] = {
	[VERDICT_PASS] = {"ok", ""},
	[VERDICT_FAIL] = {"not ok", ""},
	[VERDICT_SKIP] = {"ok", " # SKIP "},
	[VERDICT_INCONCLUSIVE] = {"ok", " # SKIP inconclusive"},
	[VERDICT_ERROR] = {"not ok", " # ERROR "},
	[VERDICT_KNOWN] = {"ok", " # XFAIL "},
};

/* Diagnostics come before the result that they explain. */
static void ktap_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	enum verdict verdict = record_verdict(record);

	(void)report;
	misses_format(record, INDENT "# ", SIZE_MAX, &chapter->body);
	text_add(&chapter->body, INDENT "%s %zu ", words[verdict].result, chapter->n_done);
	line_add(&chapter->body, record_text(record, "cell", "?"));
	text_add(&chapter->body, "%s", words[verdict].directive);
	line_add(&chapter->body, record_reason(record));
	text_add(&chapter->body, "\n");
}

/* Behind the name: a scenario of which nothing says anything, or which did not come to its end. */
static void directive_add(struct text *out, const struct chapter *chapter, size_t ran)
{
	if (chapter_left(chapter)) {
		text_add(out, " # ERROR ");
		left_words(chapter, out);
	} else if (!ran) {
		text_add(out, " # SKIP no cell gave a verdict");
	}
}

static void ktap_chapter(struct report *report, struct chapter *chapter)
{
	size_t bad = chapter->counts[VERDICT_FAIL] + chapter->counts[VERDICT_ERROR];
	size_t ran = bad + chapter->counts[VERDICT_PASS] + chapter->counts[VERDICT_KNOWN];
	_cleanup_text_ struct text name = {0}, line = {0};

	line_add(&name, chapter->scenario);
	if (chapter->n_done)
		fprintf(report->out,
			INDENT "KTAP version 1\n" INDENT "# Subtest: %s\n" INDENT "1..%zu\n%s",
			text_str(&name), chapter->n_planned, text_str(&chapter->body));
	text_add(&line, "%s %zu %s", bad || chapter_left(chapter) ? "not ok" : "ok",
		 ++report->n_written, text_str(&name));
	directive_add(&line, chapter, ran);
	fprintf(report->out, "%s\n", text_str(&line));
	text_free(&chapter->body);
}

const struct report_format format_ktap = {
	.name = "ktap",
	.what = "KTAP version 1, as kselftest and KUnit print; TAP parsers read it too",
	.plain = true,
	.begin = ktap_begin,
	.kernel = ktap_kernel,
	.cell = ktap_cell,
	.chapter = ktap_chapter,
	.unplayed = true, /* as many results as were promised */
};
