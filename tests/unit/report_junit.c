// SPDX-License-Identifier: GPL-2.0-or-later
/* report_junit: the whole report of a run that has every verdict, against its golden text. */
#include "golden.h"

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
