// SPDX-License-Identifier: GPL-2.0-or-later
/* show_markdown: owns a comparison as Markdown, for a page such as GitHub's job summary. */
#include "base/mem.h"
#include "compare/compare.h"
#include "compare/show.h"
#include "report/markup.h"

/* A row names its scenario, whatever stood in the one before. */
static void finding_show(const json_t *finding, const json_t *before, struct text *out)
{
	(void)before;
	finding_row(finding, markdown_column_code, markdown_column_words, out);
	text_add(out, "|\n");
}

static void heading_show(const char *heading, struct text *out)
{
	text_add(out,
		 "\n### %s\n\n| scenario | fact | was | now | where |\n"
		 "|---|---|---|---|---|\n",
		 heading);
}

static void hidden_show(size_t n, struct text *out)
{
	text_add(out, "\n%zu more may be chance.\n", n);
}

void findings_show_markdown(const json_t *findings, bool all, struct text *out)
{
	static const struct finding_wording wording = {heading_show, finding_show, hidden_show,
						       NULL};

	findings_show(findings, all, &wording, out);
}

static void half_show(const json_t *half, const char *letter, struct text *out)
{
	const char *place = record_text(half, "place", "");

	text_add(out, "* %s: ", letter);
	markdown_code(out, record_text(half, "name", "?"));
	text_add(out, "%s", *place ? ", " : "");
	markdown_text(out, place);
	text_add(out, ", %lld cells\n", (long long)record_number(half, "cells", 0));
}

void compare_show_markdown(const json_t *comparison, bool all, struct text *out)
{
	json_t *edited = json_object_get(comparison, "edited"), *scenario;
	size_t i;

	text_add(out, "## afterclose compare: ");
	comparison_sum(comparison, all, out);
	text_add(out, "\n\n");
	half_show(json_object_get(comparison, "a"), "A", out);
	half_show(json_object_get(comparison, "b"), "B", out);
	text_add(out, "* %zu cells compared\n", compare_n_compared(comparison));
	json_array_foreach(edited, i, scenario)
	{
		text_add(out, "* ");
		markdown_code(out, json_string_value(scenario));
		text_add(out, ": its file is not the same in A and B\n");
	}
	findings_show_markdown(json_object_get(comparison, "findings"), all, out);
}
