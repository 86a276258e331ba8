// SPDX-License-Identifier: GPL-2.0-or-later
/* report_terminal: the whole report of a run that has every verdict, against its golden text. */
#include "golden.h"

#include <errno.h>

Test(report_terminal, every_verdict)
{
	char *got = golden_report("terminal", "report/mixed.jsonl", 0);

	golden_check("report/mixed.terminal", got);
	free(got);
}

Test(report_terminal, a_run_that_was_stopped)
{
	char *got = golden_report("terminal", "report/mixed.jsonl", 3);

	cr_expect(strstr(got, "5 cells: 3 pass, 2 fail; 3 did not run\n"));
	cr_expect(strstr(got, "\nstopped early: 3 of 13 cells did not run\n"));
	free(got);
}

Test(report_terminal, a_pipe_gets_no_colour_and_no_progress)
{
	char *got = golden_report("terminal", "report/mixed.jsonl", 0);

	cr_expect_null(strpbrk(got, "\r\033"));
	free(got);
}

Test(report_terminal, many_failures_are_told_ten_times)
{
	struct report_plan plan = {0};
	char *got;
	size_t n = 0;
	json_t *record = json_pack("{ss ss ss ss s{s:s}}", "scenario", "many", "cell", "many/a=1",
				   "verdict", "error", "error", "no veth", "dimensions", "a", "1");

	for (int i = 0; i < 25; i++)
		report_plan_add(&plan, "many", NULL);
	got = golden_report_times("terminal", &plan, record, 25);
	for (const char *at = got; (at = strstr(at, "ERROR many/a=1  no veth\n")); at++)
		n++;
	cr_expect_eq(n, 10);
	cr_expect(strstr(got, "     15 more like the 10 above\n"));
	cr_expect(strstr(got, "0 passed, 25 failed, 0 skipped\n"));
	free(got);
	json_decref(record);
	report_plan_free(&plan);
}

Test(report_terminal, bad_specs)
{
	struct report_plan plan = {0};
	struct report *report;
	struct err err = {0};

	cr_expect_eq(report_open("juint", &plan, stdout, &report, &err), -EINVAL);
	cr_expect_str_eq(err.msg,
			 "no report format is called \"juint\" (did you mean junit?); "
			 "known: terminal, ktap, junit, json, markdown, github, html, pcapng");
	cr_expect_eq(report_open("ktap:", &plan, stdout, &report, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "--report ktap:: a file's name is missing");
	cr_expect_eq(report_open("ktap:/nowhere/x", &plan, stdout, &report, &err), -ENOENT);
	cr_expect_str_eq(err.msg, "cannot write /nowhere/x: No such file or directory");
}

Test(report_terminal, a_full_disk)
{
	struct report_plan plan = {0};
	struct report *report;
	struct err err = {0};

	cr_assert_eq(report_open("ktap:/dev/full", &plan, stdout, &report, &err), 0);
	cr_expect_eq(report_close(report, 0, &err), -ENOSPC);
	cr_expect_str_eq(err.msg, "cannot write the report to /dev/full: No space left on device");
}
