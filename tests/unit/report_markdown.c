// SPDX-License-Identifier: GPL-2.0-or-later
/* report_markdown: the summary of a run that has every verdict, and what Markdown would take amiss.
 */
#include "golden.h"
#include "report/markup.h"

Test(report_markdown, every_verdict)
{
	char *got = golden_report("markdown", "report/mixed.jsonl", 0);

	golden_check("report/mixed.markdown", got);
	free(got);
}

Test(report_markdown, a_run_that_was_stopped)
{
	char *got = golden_report("markdown", "report/mixed.jsonl", 3);

	cr_expect(strstr(got, " cells failed; 3 did not run\n"));
	free(got);
}

Test(report_markdown, ten_failures_and_a_number)
{
	struct report_plan plan = {0};
	char *got;
	size_t n = 0;
	json_t *record =
		json_pack("{ss ss ss ss s{s:s}}", "scenario", "many", "cell", "many/a=1", "verdict",
			  "error", "error", "no | veth", "dimensions", "a", "1");

	got = golden_report_times("markdown", &plan, record, 25);
	for (const char *at = got; (at = strstr(at, "the harness failed: no \\| veth |")); at++)
		n++;
	cr_expect_eq(n, 10);
	cr_expect(strstr(got, "\nand 15 more cells\n"));
	cr_expect(strstr(got, "## afterclose: 25 of 25 cells failed\n"));
	free(got);
	json_decref(record);
}

Test(report_markdown, escapes)
{
	static const struct {
		void (*put)(struct text *out, const char *s);
		const char *in, *out;
	} cases[] = {
		{markdown_text, "a|b*c_d<e>&\nf", "a\\|b\\*c\\_d&lt;e>&amp; f"},
		{markdown_code, "a|b*c", "`a\\|b*c`"},
		{markdown_code, "a`b``c", "``` a`b``c ```"},
		{markdown_code, "a\nb", "`a b`"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_cleanup_text_ struct text got = {0};

		cases[i].put(&got, cases[i].in);
		cr_expect_str_eq(text_str(&got), cases[i].out);
	}
}
