// SPDX-License-Identifier: GPL-2.0-or-later
/* report_terminal: the whole report of a run that has every verdict, against its golden text. */
#include "golden.h"
#include "report/explain.h"
#include "report/programs.h"
#include "report/show.h"

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

/* Neither a failure, nor a block with its columns and deviations, nor show or explain. */
Test(report_terminal, a_record_does_not_rule_the_terminal)
{
	json_t *record = golden_hostile();
	struct report_plan plan = {.by_target = true};
	struct text text = {0};
	char *got;

	report_plan_add_at(&plan, record_text(record, "target", "?"),
			   record_text(record, "scenario", "?"), NULL);
	got = golden_report_times("terminal", &plan, record, 1);
	cr_expect(text_is_plain(got), "%s", got);
	cr_expect(strstr(got, "FAIL evil/?[2Ja=1"), "%s", got);
	cr_expect(strstr(got, "1 cell: 1 fail\n"), "%s", got);
	show_record(NULL, record, NULL, &text);
	explain_record(NULL, NULL, record, NULL, &text);
	cr_expect(text.len && text_is_plain(text_str(&text)), "%s", text_str(&text));
	free(got);
	text_free(&text);
	report_plan_free(&plan);
	json_decref(record);
}

/* Records come from files: what is no text in one may not bring the reader down. */
Test(report_terminal, programs_that_are_none)
{
	json_t *record = json_pack("{s{s[n{s[n i s]}] s[n i s] s[n{}]}}", "volatile", "programs",
				   "words", 1, "a b", "loads", 1, "load", "connections");
	struct text text = {0};

	cr_assert_not_null(record);
	programs_format(record, "", &text);
	cr_expect(strstr(text_str(&text), "?, the ?:; exit status ?\n"), "%s", text_str(&text));
	cr_expect(strstr(text_str(&text), "?, the ?: ? ? 'a b'; exit"), "%s", text_str(&text));
	cr_expect(strstr(text_str(&text), "\n?: 0 connections"), "%s", text_str(&text));
	cr_expect(strstr(text_str(&text), "\nload: 0 connections"), "%s", text_str(&text));
	text_free(&text);
	json_decref(record);
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
