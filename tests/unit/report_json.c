// SPDX-License-Identifier: GPL-2.0-or-later
/* report_json: the report is the records themselves, byte for byte. */
#include "golden.h"

Test(report_json, every_verdict)
{
	char *got = golden_report("json", "report/mixed.jsonl", 0);

	golden_check("report/mixed.jsonl", got);
	free(got);
}
