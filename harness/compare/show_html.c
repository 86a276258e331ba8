// SPDX-License-Identifier: GPL-2.0-or-later
/* show_html: owns a comparison as one page, without scripts. */
#include "base/mem.h"
#include "compare/compare.h"
#include "compare/show.h"
#include "report/markup.h"
#include "report/page.h"

static void heading_show(const char *heading, struct text *out)
{
	text_add(out,
		 "<section class=\"block\">\n<h2>%s</h2>\n<div class=\"wide\" tabindex=\"0\">"
		 "<table class=\"data\">\n<thead><tr>"
		 "<th scope=\"col\">scenario</th><th scope=\"col\">fact</th>"
		 "<th scope=\"col\">was</th><th scope=\"col\">now</th>"
		 "<th scope=\"col\">where</th></tr></thead>\n<tbody>\n",
		 heading);
}

static void column_code(struct text *out, const char *s)
{
	text_add(out, "<td class=\"seen\">");
	html_text(out, s);
	text_add(out, "</td>");
}

static void column_words(struct text *out, const char *s)
{
	text_add(out, "<td>");
	html_text(out, s);
	text_add(out, "</td>");
}

static void finding_show(const json_t *finding, const json_t *before, struct text *out)
{
	(void)before;
	text_add(out, "<tr>");
	finding_row(finding, column_code, column_words, out);
	text_add(out, "</tr>\n");
}

static void hidden_show(size_t n, struct text *out)
{
	text_add(out, "<tr><td colspan=\"5\">%zu more may be chance.</td></tr>\n", n);
}

static void chapter_end(struct text *out)
{
	text_add(out, "</tbody></table></div>\n</section>\n");
}

void findings_show_html(const json_t *findings, bool all, struct text *out)
{
	static const struct finding_wording wording = {heading_show, finding_show, hidden_show,
						       chapter_end};

	findings_show(findings, all, &wording, out);
}

static void half_show(const json_t *half, const char *letter, struct text *out)
{
	const char *place = record_text(half, "place", "");

	text_add(out, "<li>%s: <code>", letter);
	html_text(out, record_text(half, "name", "?"));
	text_add(out, "</code>%s", *place ? ", " : "");
	html_text(out, place);
	text_add(out, ", %lld cells</li>\n", (long long)record_number(half, "cells", 0));
}

void compare_show_html(const json_t *comparison, bool all, struct text *out)
{
	json_t *edited = json_object_get(comparison, "edited"), *scenario;
	_cleanup_text_ struct text sum = {0};
	size_t i;

	comparison_sum(comparison, all, &sum);
	page_plain_begin(out, "afterclose compare");
	text_add(out, "<p class=\"reason\">");
	html_text(out, text_str(&sum));
	text_add(out, "</p>\n<ul>\n");
	half_show(json_object_get(comparison, "a"), "A", out);
	half_show(json_object_get(comparison, "b"), "B", out);
	text_add(out, "<li>%zu cells compared</li>\n", compare_n_compared(comparison));
	json_array_foreach(edited, i, scenario)
	{
		text_add(out, "<li><code>");
		html_text(out, json_string_value(scenario));
		text_add(out, "</code>: its file is not the same in A and B</li>\n");
	}
	text_add(out, "</ul>\n");
	findings_show_html(json_object_get(comparison, "findings"), all, out);
	page_plain_end(out);
}
