/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stopped: the report of a run that did not come to its end. */
#ifndef AFTERCLOSE_TESTS_STOPPED_H
#define AFTERCLOSE_TESTS_STOPPED_H

#include "golden.h"

/* A whole report of a run that was stopped: one of the three cells of s passed, none of t's ran. */
static inline char *golden_stopped(const char *format)
{
	json_t *record = json_pack("{ss ss ss ss}", "type", "cell", "scenario", "s", "cell",
				   "s/a=1", "verdict", "pass");
	struct report_plan plan = {0};
	char *got;

	for (size_t i = 0; i < 5; i++)
		report_plan_add(&plan, i < 3 ? "s" : "t", NULL);
	got = golden_report_times(format, &plan, record, 1);
	report_plan_free(&plan);
	json_decref(record);
	return got;
}

#endif
