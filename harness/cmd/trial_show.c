// SPDX-License-Identifier: GPL-2.0-or-later
/* trial_show: owns how a trial is told. */
#include "cmd/trial_show.h"

#include "base/mem.h"
#include "compare/compare.h"
#include "compare/show.h"
#include "report/markup.h"
#include "report/page.h"

#include <string.h>

#define NOT_SET "(not set)"

json_t *trial_line(const struct setting *setting, const struct setting *was,
		   const struct setting *now)
{
	json_t *line =
		json_pack("{ss si ss ss}", "name", setting->name, "line", setting->line, "was",
			  was ? was->value : NOT_SET, "now", now ? now->value : NOT_SET);

	if (setting->status != SETTING_APPLIES)
		json_object_set_new(line, "untried", json_string(setting_status_text(setting)));
	return line;
}

/* "1 changed outcome, in 4 cells", or that there is none. */
static void line_verdict(const json_t *line, bool all, struct text *out)
{
	const json_t *comparison = json_object_get(line, "comparison");
	const char *untried = record_text(line, "untried", NULL);

	if (untried)
		text_add(out, "%s", untried);
	else
		comparison_sum(comparison, all, out);
}

/* Of all lines together only outcomes are told, and of these what no line changes alone. */
static void together_text(const json_t *together, struct text *out)
{
	size_t n = compare_n_changed(together);
	long long undone = record_number(together, "undone", 0);

	if (n)
		text_add(out, "%zu more changed outcome%s", n, n == 1 ? "" : "s");
	else
		text_add(out, "no outcome changes that no line changes alone");
	if (undone)
		text_add(out, "; %lld of a single line did not change", undone);
}

/* Only outcomes of a whole file: the rest was told line by line. */
static json_t *outcomes_of(const json_t *comparison)
{
	json_t *findings = json_object_get(comparison, "findings"), *finding;
	json_t *ret = json_array();
	size_t i;

	json_array_foreach(findings, i, finding)
	{
		if (!strcmp(record_text(finding, "class", ""), "outcome"))
			json_array_append(ret, finding);
	}
	return ret;
}

static const char no_difference[] = "no setting that a lab can set differs";

void trial_show_text(const json_t *result, bool all, struct text *out)
{
	json_t *lines = json_object_get(result, "lines"), *line, *outcomes;
	const json_t *together = json_object_get(result, "together");
	size_t i;

	json_array_foreach(lines, i, line)
	{
		text_add(out, "%s%s: %s -> %s: ", i ? "\n" : "", record_text(line, "name", "?"),
			 record_text(line, "was", "?"), record_text(line, "now", "?"));
		line_verdict(line, all, out);
		text_add(out, "\n");
		findings_show_text(json_object_get(json_object_get(line, "comparison"), "findings"),
				   all, out);
	}
	if (!i)
		text_add(out, "%s\n", no_difference);
	if (!together)
		return;
	text_add(out, "\nAll of %s together: ", record_text(result, "new", "?"));
	together_text(together, out);
	text_add(out, "\n");
	outcomes = outcomes_of(together);
	findings_show_text(outcomes, all, out);
	json_decref(outcomes);
}

static void line_markdown(const json_t *line, bool all, struct text *out)
{
	_cleanup_text_ struct text verdict = {0};

	text_add(out, "\n## ");
	markdown_code(out, record_text(line, "name", "?"));
	text_add(out, ": ");
	markdown_code(out, record_text(line, "was", "?"));
	text_add(out, " → ");
	markdown_code(out, record_text(line, "now", "?"));
	line_verdict(line, all, &verdict);
	text_add(out, "\n\n");
	markdown_text(out, text_str(&verdict));
	text_add(out, "\n");
	findings_show_markdown(json_object_get(json_object_get(line, "comparison"), "findings"),
			       all, out);
}

void trial_show_markdown(const json_t *result, bool all, struct text *out)
{
	json_t *lines = json_object_get(result, "lines"), *line, *outcomes;
	const json_t *together = json_object_get(result, "together");
	_cleanup_text_ struct text words = {0};
	size_t i;

	text_add(out, "# afterclose compare: ");
	markdown_code(out, record_text(result, "old", "?"));
	text_add(out, " and ");
	markdown_code(out, record_text(result, "new", "?"));
	text_add(out, "\n");
	json_array_foreach(lines, i, line)
	{
		line_markdown(line, all, out);
	}
	if (!i)
		text_add(out, "\n%s\n", no_difference);
	if (!together)
		return;
	together_text(together, &words);
	text_add(out, "\n## All together\n\n%s\n", text_str(&words));
	outcomes = outcomes_of(together);
	findings_show_markdown(outcomes, all, out);
	json_decref(outcomes);
}

static void line_html(const json_t *line, bool all, struct text *out)
{
	_cleanup_text_ struct text verdict = {0};

	text_add(out, "<h2><code>");
	html_text(out, record_text(line, "name", "?"));
	text_add(out, "</code>: <code>");
	html_text(out, record_text(line, "was", "?"));
	text_add(out, "</code> → <code>");
	html_text(out, record_text(line, "now", "?"));
	line_verdict(line, all, &verdict);
	text_add(out, "</code></h2>\n<p>");
	html_text(out, text_str(&verdict));
	text_add(out, "</p>\n");
	findings_show_html(json_object_get(json_object_get(line, "comparison"), "findings"), all,
			   out);
}

void trial_show_html(const json_t *result, bool all, struct text *out)
{
	json_t *lines = json_object_get(result, "lines"), *line, *outcomes;
	const json_t *together = json_object_get(result, "together");
	_cleanup_text_ struct text words = {0};
	size_t i;

	page_plain_begin(out, "afterclose compare");
	text_add(out, "<p><code>");
	html_text(out, record_text(result, "old", "?"));
	text_add(out, "</code> and <code>");
	html_text(out, record_text(result, "new", "?"));
	text_add(out, "</code></p>\n");
	json_array_foreach(lines, i, line)
	{
		line_html(line, all, out);
	}
	if (!i)
		text_add(out, "<p>%s</p>\n", no_difference);
	if (together) {
		together_text(together, &words);
		text_add(out, "<h2>All together</h2>\n<p>%s</p>\n", text_str(&words));
		outcomes = outcomes_of(together);
		findings_show_html(outcomes, all, out);
		json_decref(outcomes);
	}
	page_plain_end(out);
}
