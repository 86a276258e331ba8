// SPDX-License-Identifier: GPL-2.0-or-later
/* show_text: owns a comparison as text for a terminal. */
#include "compare/compare.h"
#include "compare/show.h"
#include "report/wrap.h"

#include <string.h>

static void finding_show(const json_t *finding, const json_t *before, struct text *out)
{
	_cleanup_text_ struct text where = {0};
	const char *of = record_text(finding, "scenario", "?");
	const char *was = record_text(finding, "was", "?"), *now = record_text(finding, "now", "?");
	const char *accepted = record_text(finding, "accepted", NULL);

	if (!before || strcmp(record_text(before, "scenario", "?"), of))
		text_add(out, "  %s\n", of);
	if (strcmp(was, now))
		text_add(out, "    %s: %s -> %s\n", record_text(finding, "fact", "?"), was, now);
	else /* not compared, for one reason */
		text_add(out, "    %s: in both %s\n", record_text(finding, "fact", "?"), now);
	finding_where(finding, &where);
	wrap_text(out, "        ", text_str(&where));
	if (accepted) {
		text_free(&where);
		text_add(&where, "accepted: %s", accepted);
		wrap_text(out, "        ", text_str(&where));
	}
}

static void heading_show(const char *heading, struct text *out)
{
	text_add(out, "\n%s\n", heading);
}

static void hidden_show(size_t n, struct text *out)
{
	text_add(out, "  %zu more may be chance (--all shows them)\n", n);
}

void findings_show_text(const json_t *findings, bool all, struct text *out)
{
	static const struct finding_wording wording = {heading_show, finding_show, hidden_show};

	findings_show(findings, all, &wording, out);
}

static void half_show(const json_t *half, const char *letter, struct text *out)
{
	const char *place = record_text(half, "place", "");

	text_add(out, "%s: %s%s%s, %lld cells\n", letter, record_text(half, "name", "?"),
		 *place ? ", " : "", place, (long long)record_number(half, "cells", 0));
}

void compare_show_text(const json_t *comparison, bool all, struct text *out)
{
	json_t *edited = json_object_get(comparison, "edited"), *scenario;
	size_t n_compared = compare_n_compared(comparison), i;

	half_show(json_object_get(comparison, "a"), "A", out);
	half_show(json_object_get(comparison, "b"), "B", out);
	json_array_foreach(edited, i, scenario)
	{
		text_add(out, "%s: its file is not the same in A and B\n",
			 json_string_value(scenario));
	}
	findings_show_text(json_object_get(comparison, "findings"), all, out);
	text_add(out, "\n%zu cell%s compared: ", n_compared, n_compared == 1 ? "" : "s");
	comparison_sum(comparison, all, out);
	text_add(out, "\n");
}
