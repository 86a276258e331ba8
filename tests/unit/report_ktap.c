// SPDX-License-Identifier: GPL-2.0-or-later
/* report_ktap: the whole report of a run that has every verdict, against its golden text. */
#include "golden.h"

Test(report_ktap, every_verdict)
{
	char *got = golden_report("ktap", "report/mixed.jsonl", 0);

	golden_check("report/mixed.ktap", got);
	free(got);
}
