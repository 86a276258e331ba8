// SPDX-License-Identifier: GPL-2.0-or-later
/* report_junit: the whole report of a run that has every verdict, against its golden text. */
#include "golden.h"
#include "stopped.h"

Test(report_junit, every_verdict)
{
	char *got = golden_report("junit", "report/mixed.jsonl", 0);

	golden_check("report/mixed.junit", got);
	free(got);
}

/* Whatever a scenario's file holds, XML must hold: its parser is the judge. */
Test(report_junit, is_well_formed)
{
	char *got = golden_report("junit", "report/mixed.jsonl", 0);
	FILE *xmllint = popen("xmllint --noout - 2>&1", "we");
	int status;

	cr_assert_not_null(xmllint);
	fputs(got, xmllint);
	status = pclose(xmllint);
	free(got);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		cr_skip("xmllint is not installed");
	cr_expect_eq(status, 0, "xmllint: status %d", status);
}

/* What did not run is an error, or CI servers call the run green. */
Test(report_junit, a_run_that_was_stopped)
{
	char *got = golden_stopped("junit");

	cr_expect_str_eq(
		got,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"afterclose\">\n"
		"\t<testsuite name=\"s\" tests=\"2\" failures=\"0\" errors=\"1\" skipped=\"0\" "
		"time=\"0.000000\">\n"
		"\t\t<testcase name=\"s/a=1\" classname=\"s\" time=\"0.000000\"/>\n"
		"\t\t<testcase name=\"did not run\" classname=\"s\" time=\"0.000000\">\n"
		"\t\t\t<error message=\"2 of 3 cells did not run: the run was stopped early\" "
		"type=\"error\"></error>\n"
		"\t\t</testcase>\n"
		"\t</testsuite>\n"
		"\t<testsuite name=\"t\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" "
		"time=\"0.000000\">\n"
		"\t\t<testcase name=\"did not run\" classname=\"t\" time=\"0.000000\">\n"
		"\t\t\t<error message=\"2 of 2 cells did not run: the run was stopped early\" "
		"type=\"error\"></error>\n"
		"\t\t</testcase>\n"
		"\t</testsuite>\n"
		"</testsuites>\n");
	free(got);
}
