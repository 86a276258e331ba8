// SPDX-License-Identifier: GPL-2.0-or-later
/* explain: cells in prose, against golden texts. */
#include "golden.h"
#include "compare/neighbour.h"
#include "report/explain.h"

/* One cell of a file, or each where id is NULL, as `afterclose explain --records` does it. */
static char *explain_file(const char *name, const char *id)
{
	struct records records;
	struct text text = {0};
	struct half half;

	golden_records(name, &records);
	half_init(&half, "");
	for (size_t i = 0; i < records.n_kernels; i++)
		half_add(&half, records.kernels[i]);
	for (size_t i = 0; i < records.n_cells; i++)
		half_add(&half, records.cells[i]);
	for (size_t i = 0; i < records.n_cells; i++) {
		const char *is = record_text(records.cells[i], "cell", "");
		json_t *found = neighbours_find(&half, is);

		if (!id || !strcmp(id, is))
			explain_record(records_kernel(&records, records.cells[i]),
				       records.n_scenarios ? records.scenarios[0] : NULL,
				       records.cells[i], found, &text);
		json_decref(found);
	}
	half_free(&half);
	records_free(&records);
	return text_take(&text);
}

static void expect_golden(const char *records, const char *id, const char *golden)
{
	char *got = explain_file(records, id);

	golden_check(golden, got);
	free(got);
}

/* Old bytes in a new stream, and each setting that would have kept them out. */
Test(explain, third_segment)
{
	expect_golden("report/explain.jsonl", "third-segment/time-wait=gone,timestamps=0",
		      "report/explain.text");
}

/* TIME-WAIT entered, started again by a late copy, and ended by the RST that its answer drew. */
Test(explain, time_wait_started_again)
{
	expect_golden("report/restart.jsonl", NULL, "report/restart.text");
}

/* Two clients, every fate, states without segments; a control, which has no neighbours; a skip. */
Test(explain, every_shape)
{
	expect_golden("report/shapes.jsonl", NULL, "report/shapes.text");
}

/* Records come from files: what is missing in one may not bring the reader down. */
Test(explain, members_that_are_missing)
{
	static const char *const bad[] = {
		"{}",
		"{\"canonical\": 5, \"volatile\": []}",
		"{\"canonical\": {\"segments\": [null, {}, {\"n\": 1, \"of\": 1, \"flags\": "
		"\"SFRPAU\"}, {\"n\": 3, \"fate\": \"injected\"}, {\"n\": 4, \"cause\": 3}],"
		" \"states\": [null, {}, {\"after\": 1, \"host\": 3, \"state\": \"time-wait\"}],"
		" \"facts\": {\"a\": null, \"time_wait\": \"client\", \".\": \"held\"}},"
		" \"volatile\": {\"segment_us\": [\"x\"], \"step_us\": [null, -5], \"into\": [1]},"
		" \"judged\": [null, {}], \"rfc\": [{}], \"dimensions\": {\"a\": 1}}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *record = json_loads(bad[i], 0, NULL);
		struct text text = {0};

		cr_assert_not_null(record);
		explain_record(NULL, record, record, record, &text);
		cr_expect_gt(text.len, 0);
		text_free(&text);
		json_decref(record);
	}
}
