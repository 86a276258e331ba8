// SPDX-License-Identifier: GPL-2.0-or-later
/* ladder: cells explained, against golden texts, and the rule that a line fits 100 columns. */
#include "golden.h"
#include "report/ladder.h"
#include "report/show.h"

static char *show_file(const char *name)
{
	struct records records;
	struct text text = {0};

	golden_records(name, &records);
	for (size_t i = 0; i < records.n_cells; i++) {
		show_record(records_kernel(&records, records.cells[i]), records.cells[i], NULL,
			    &text);
		text_add(&text, "\n");
	}
	records_free(&records);
	return text_take(&text);
}

static size_t widest(const char *text)
{
	size_t max = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		max = len > max ? len : max;
		text += len + (text[len] == '\n');
	}
	return max;
}

/* Old bytes get into the new stream: every line of that story, and no other. */
Test(ladder, third_segment)
{
	char *got = show_file("report/third-segment.jsonl");

	golden_check("report/third-segment.show", got);
	cr_expect_leq(widest(got), 100);
	free(got);
}

/* Two clients, a loopback lab, every fate, a minute of silence, states without segments. */
Test(ladder, every_shape)
{
	char *got = show_file("report/shapes.jsonl");

	golden_check("report/shapes.show", got);
	cr_expect_leq(widest(got), 100);
	free(got);
}

/* Records come from files: what is missing in one may not bring the reader down. */
Test(ladder, members_that_are_missing)
{
	static const char *const bad[] = {
		"{}",
		"{\"canonical\": 5, \"volatile\": []}",
		"{\"canonical\": {\"segments\": [null, {}, {\"n\": 1, \"of\": 1, \"flags\": "
		"\"SFRPAU\"}],"
		" \"states\": [null, {}, {\"after\": 1, \"host\": 3}], \"facts\": {\"a\": null}},"
		" \"volatile\": {\"segment_us\": [\"x\"], \"step_us\": [null, -5], \"into\": [1]},"
		" \"judged\": [null, {}], \"rfc\": [{}], \"dimensions\": {\"a\": 1}}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		json_t *record = json_loads(bad[i], 0, NULL);
		struct text text = {0};

		cr_assert_not_null(record);
		show_record(NULL, record, NULL, &text);
		cr_expect_gt(text.len, 0);
		text_free(&text);
		json_decref(record);
	}
}
