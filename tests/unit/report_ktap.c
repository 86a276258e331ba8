// SPDX-License-Identifier: GPL-2.0-or-later
/* report_ktap: the whole report of a run that has every verdict, against its golden text; and one
 * of a record that a stranger made. */
#include "golden.h"
#include "stopped.h"

Test(report_ktap, every_verdict)
{
	char *got = golden_report("ktap", "report/mixed.jsonl", 0);

	golden_check("report/mixed.ktap", got);
	free(got);
}

/* Each line that begins as a result does is ours. */
Test(report_ktap, a_record_forges_no_lines)
{
	json_t *record = golden_hostile();
	json_t *kernel = json_pack("{ss ss}", "type", "kernel", "release", "6\nok 4 x\033");
	struct report_plan plan = {0};
	struct report *report;
	struct err err = {0};
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	report_plan_add(&plan, record_text(record, "scenario", "?"), NULL);
	cr_assert_eq(report_open("ktap", &plan, out, &report, &err), 0, "%s", err.msg);
	report_reference(report, kernel);
	report_cell(report, record);
	cr_assert_eq(report_close(report, -1, &err), 0, "%s", err.msg);
	fclose(out);
	cr_expect_str_eq(got, "KTAP version 1\n1..1\n# kernel 6 ok 4 x?, HZ 0\n"
			      "    KTAP version 1\n"
			      "    # Subtest: evil ok 9 forged \\# SKIP\n"
			      "    1..1\n"
			      "    # third ok 6 x?: expected a?]0;b?, observed c     ok 5 x  "
			      "(f ok 7 x:0:0)\n"
			      "    not ok 1 evil/?[2Ja=1 ok 8 x\n"
			      "not ok 1 evil ok 9 forged \\# SKIP\n");
	free(got);
	report_plan_free(&plan);
	json_decref(kernel);
	json_decref(record);
}

/* There are as many results as the plan has, and none is "ok" of what did not run. */
Test(report_ktap, a_run_that_was_stopped)
{
	char *got = golden_stopped("ktap");

	cr_expect_str_eq(
		got, "KTAP version 1\n1..2\n"
		     "    KTAP version 1\n"
		     "    # Subtest: s\n"
		     "    1..3\n"
		     "    ok 1 s/a=1\n"
		     "not ok 1 s # ERROR 2 of 3 cells did not run: the run was stopped early\n"
		     "not ok 2 t # ERROR 2 of 2 cells did not run: the run was stopped early\n");
	free(got);
}
