// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * junit: owns JUnit XML: a scenario is a testsuite, a cell is a testcase. A testsuite's counts come
 * before its testcases, so a scenario is written in one piece.
 */
#include "report/format.h"

#include <string.h>

/* XML 1.0 (section 2.2) has no way to write most control characters, nor U+FFFE and U+FFFF. */
static size_t forbidden_len(const unsigned char *s)
{
	if (*s < 0x20 && *s != '\t' && *s != '\n' && *s != '\r')
		return 1;
	if (s[0] == 0xef && s[1] == 0xbf && (s[2] == 0xbe || s[2] == 0xbf))
		return 3;
	return 0;
}

static const char *entity(char c)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = {
		{'&', "&amp;"}, {'<', "&lt;"},	 {'>', "&gt;"},	  {'"', "&quot;"},
		{'\t', "&#9;"}, {'\n', "&#10;"}, {'\r', "&#13;"},
	};

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (entities[i].c == c)
			return entities[i].entity;
	}
	return NULL;
}

/* Text for an attribute or an element. What XML cannot hold becomes U+FFFD. */
static void xml_add(struct text *out, const char *s)
{
	while (*s) {
		size_t forbidden = forbidden_len((const unsigned char *)s);

		if (forbidden)
			text_add(out, "\xef\xbf\xbd");
		else if (entity(*s))
			text_add(out, "%s", entity(*s));
		else
			text_addn(out, s, 1);
		s += forbidden ? forbidden : 1;
	}
}

static void attribute_add(struct text *out, const char *name, const char *value)
{
	text_add(out, " %s=\"", name);
	xml_add(out, value);
	text_add(out, "\"");
}

static void junit_begin(struct report *report)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"afterclose\">\n",
	      report->out);
}

static const char *const elements[N_VERDICTS] = {
	[VERDICT_FAIL] = "failure", [VERDICT_SKIP] = "skipped",	 [VERDICT_INCONCLUSIVE] = "skipped",
	[VERDICT_ERROR] = "error",  [VERDICT_KNOWN] = "skipped",
};

/* The message is the first miss or the reason; the text has every miss. */
static void outcome_add(struct text *out, const json_t *record, enum verdict verdict)
{
	_cleanup_text_ struct text misses = {0}, message = {0};
	const char *reason = record_reason(record);

	misses_format(record, "", SIZE_MAX, &misses);
	if (verdict == VERDICT_INCONCLUSIVE)
		text_add(&message, "inconclusive: ");
	if (verdict == VERDICT_KNOWN)
		text_add(&message, "known failure: ");
	text_add(&message, "%s", reason);
	if (!*reason)
		text_addn(&message, text_str(&misses), strcspn(text_str(&misses), "\n"));
	text_add(out, "\t\t\t<%s", elements[verdict]);
	attribute_add(out, "message", text_str(&message));
	if (verdict == VERDICT_FAIL || verdict == VERDICT_ERROR)
		attribute_add(out, "type", verdict_names[verdict]);
	text_add(out, ">");
	xml_add(out, text_str(&misses));
	text_add(out, "</%s>\n", elements[verdict]);
}

static void junit_cell(struct report *report, struct chapter *chapter, const json_t *record)
{
	const json_t *measured = json_object_get(record, "volatile");
	enum verdict verdict = record_verdict(record);
	struct text *out = &chapter->body;

	(void)report;
	text_add(out, "\t\t<testcase");
	attribute_add(out, "name", record_text(record, "cell", "?"));
	attribute_add(out, "classname", chapter->scenario);
	text_add(out, " time=\"%.6f\"", record_number(measured, "wall_us", 0) / 1e6);
	if (!elements[verdict]) {
		text_add(out, "/>\n");
		return;
	}
	text_add(out, ">\n");
	outcome_add(out, record, verdict);
	text_add(out, "\t\t</testcase>\n");
}

/* A run that was stopped is not green: what of a scenario did not run is one testcase more. */
static void left_add(struct chapter *chapter)
{
	struct text *out = &chapter->body;
	_cleanup_text_ struct text message = {0};

	left_words(chapter, &message);
	text_add(out, "\t\t<testcase name=\"did not run\"");
	attribute_add(out, "classname", chapter->scenario);
	text_add(out, " time=\"0.000000\">\n\t\t\t<error");
	attribute_add(out, "message", text_str(&message));
	text_add(out, " type=\"error\"></error>\n\t\t</testcase>\n");
}

static void junit_chapter(struct report *report, struct chapter *chapter)
{
	size_t left = chapter_left(chapter);
	_cleanup_text_ struct text head = {0};

	if (left)
		left_add(chapter);
	text_add(&head, "\t<testsuite");
	attribute_add(&head, "name", chapter->scenario);
	text_add(&head, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		 chapter->n_done + !!left, chapter->counts[VERDICT_FAIL],
		 chapter->counts[VERDICT_ERROR] + !!left,
		 chapter->counts[VERDICT_SKIP] + chapter->counts[VERDICT_INCONCLUSIVE] +
			 chapter->counts[VERDICT_KNOWN]);
	text_add(&head, " time=\"%.6f\">\n", chapter->wall_us / 1e6);
	fprintf(report->out, "%s%s\t</testsuite>\n", text_str(&head), text_str(&chapter->body));
	text_free(&chapter->body);
}

static void junit_end(struct report *report)
{
	fputs("</testsuites>\n", report->out);
}

const struct report_format format_junit = {
	.name = "junit",
	.what = "JUnit XML, for CI servers",
	.begin = junit_begin,
	.cell = junit_cell,
	.unplayed = true,
	.chapter = junit_chapter,
	.end = junit_end,
};
