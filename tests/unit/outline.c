// SPDX-License-Identifier: GPL-2.0-or-later
/* outline: a scenario's line has what a report needs to explain a cell, and names it by its hash.
 */
#include "golden.h"
#include "record/outline.h"
#include "scenario/cell.h"

#include <errno.h>

Test(outline, what_a_scenario_says)
{
	struct scenario *scenario;
	struct err err = {0};
	json_t *line, *cell_line;
	struct cell *cells;
	size_t n;
	char *text;

	cr_assert_eq(scenario_load(TESTS_DIR "/data/good/third-segment.yaml", &scenario, &err), 0,
		     "%s", err.msg);
	line = record_scenario(scenario);
	n = matrix_cells(scenario, &cells);
	cell_line = record_new(&cells[0], "k", "host");
	cr_expect_str_eq(record_text(line, "id", ""), record_text(cell_line, "hash", "?"));
	/* Where the tree lies, and the hash of another comment, are none of this test's business.
	 */
	json_object_set_new(line, "file", json_string("third-segment.yaml"));
	json_object_set_new(line, "id", json_string("0123456789abcdef"));
	text = json_dumps(line, JSON_INDENT(1));
	golden_check("report/outline.json", text);
	free(text);
	json_decref(cell_line);
	json_decref(line);
	matrix_free(cells, n);
	scenario_free(scenario);
}

Test(outline, a_step_for_some_cells)
{
	static const char yaml[] =
		"scenario: s\ntitle: t\nsource: [RFC 9293 3.6.1]\n"
		"vary:\n  who: [client, server, nobody]\n"
		"play:\n"
		"  - listen: {at: server:80}\n"
		"  - connect: {as: old, from: client, to: server:80}\n"
		"  - {close: {via: old, first: client}, when: {who: not nobody}}\n"
		"expect:\n"
		"  - {then: {old.connect: ok}}\n";
	struct scenario *scenario;
	struct err err = {0};
	json_t *line, *step, *when;

	cr_assert_eq(scenario_parse("s.yaml", yaml, strlen(yaml), &scenario, &err), 0, "%s",
		     err.msg);
	line = record_scenario(scenario);
	step = json_array_get(json_object_get(line, "steps"), 2);
	cr_expect_str_eq(record_text(step, "words", ""), "close via: old, first: client");
	cr_expect_eq(record_number(step, "line", 0), 9);
	when = json_array_get(json_object_get(step, "when"), 0);
	cr_expect_str_eq(record_text(when, "dimension", ""), "who");
	cr_expect(json_is_true(json_object_get(when, "not")));
	cr_expect_null(json_object_get(json_array_get(json_object_get(line, "steps"), 1), "when"));
	for (size_t i = 0; i < 3; i++) {
		static const char *const who[] = {"client", "server", "nobody"};
		json_t *values = json_pack("{ss}", "who", who[i]);

		cr_expect_eq(step_is_played(step, values), i < 2);
		cr_expect(
			step_is_played(json_array_get(json_object_get(line, "steps"), 1), values));
		json_decref(values);
	}
	json_decref(line);
	scenario_free(scenario);
}
