// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report_html: the page carries the records whole, an index that finds them, and no text of theirs
 * as markup. How it looks and works is for a browser: tests/html.
 */
#include "golden.h"
#include "base/base64.h"
#include "record/judge.h"
#include "report/markup.h"
#include "report/page.h"

#include <stdint.h>
#include <zlib.h>

/* What the page's script reads by an id. The caller frees. */
static char *unpack(const char *page, const char *id)
{
	uint8_t bytes[65536], text[262144];
	uLongf n_text = sizeof(text) - 1;
	char *mark, *packed;
	const char *at;
	long n;

	cr_assert(asprintf(&mark, "id=\"%s\">", id) > 0);
	at = strstr(page, mark);
	cr_assert_not_null(at, "no %s", id);
	at += strlen(mark);
	packed = strndup(at, strcspn(at, "<"));
	n = base64_decode(packed, bytes, sizeof(bytes));
	cr_assert_gt(n, 0);
	cr_assert_eq(uncompress(text, &n_text, bytes, n), Z_OK);
	text[n_text] = '\0';
	free(packed);
	free(mark);
	return strdup((char *)text);
}

Test(report_html, text_in_html)
{
	_cleanup_text_ struct text out = {0};

	html_text(&out, "a<b> & \"c\" 'd'");
	cr_expect_str_eq(text_str(&out), "a&#60;b&#62; &#38; &#34;c&#34; &#39;d&#39;");
}

Test(report_html, every_verdict)
{
	char *page = golden_report("html", "report/mixed.jsonl", 0);
	char *index_text = unpack(page, "index"), *part = unpack(page, "part-0");
	json_t *index = json_loads(index_text, 0, NULL), *rows, *head, *row;
	char *lines = golden_read(TESTS_DIR "/data/report/mixed.jsonl"), *rest = part;
	struct records records;

	cr_assert_not_null(index);
	rows = json_object_get(index, "rows");
	head = json_object_get(index, "head");
	golden_records("report/mixed.jsonl", &records);
	cr_expect_eq(json_array_size(rows), records.n_cells);
	cr_expect_eq(json_array_size(json_object_get(head, "kernels")), 1);
	for (size_t i = 0; i < records.n_cells; i++) {
		char *line = strsep(&rest, "\n");
		const json_t *strings = json_object_get(head, "strings");

		row = json_array_get(rows, i);
		cr_expect_not_null(strstr(lines, line), "not a line of the records: %s", line);
		cr_expect_eq(json_integer_value(json_array_get(row, 1)),
			     (json_int_t)record_verdict(records.cells[i]));
		cr_expect_str_eq(json_string_value(json_array_get(
					 strings, json_integer_value(json_array_get(row, 7)))),
				 record_text(records.cells[i], "cell", "?"));
	}
	records_free(&records);
	json_decref(index);
	free(lines);
	free(part);
	free(index_text);
	free(page);
}

Test(report_html, a_strangers_text)
{
	static const char evil[] = "</script><img src=x onerror=alert(1)>";
	struct report_plan plan = {0};
	struct records records;
	json_t *record;
	char *page;

	golden_records("report/third-segment.jsonl", &records);
	record = records.cells[0];
	json_object_set_new(record, "cell", json_string(evil));
	json_object_set_new(record, "error", json_string(evil));
	json_object_set_new(json_object_get(record, "dimensions"), "family", json_string(evil));
	page = golden_report_times("html", &plan, record, 1);
	cr_expect_null(strstr(page, "onerror"));
	free(page);
	records_free(&records);
}

Test(report_html, the_policy_names_each_script)
{
	struct report_plan plan = {0};
	struct records records;
	size_t n_scripts = 0, n_hashes = 0;
	char *page, *end;

	golden_records("report/third-segment.jsonl", &records);
	page = golden_report_times("html", &plan, records.cells[0], 1);
	for (const char *at = page; (at = strstr(at, "\n<script>")); at++)
		n_scripts++;
	end = strstr(strstr(page, "script-src"), "\">");
	for (const char *at = strstr(page, "script-src"); (at = strstr(at, "sha256-")) && at < end;
	     at++)
		n_hashes++;
	cr_expect_gt(n_scripts, 1);
	cr_expect_eq(n_hashes, n_scripts);
	cr_expect_not_null(strstr(page, "default-src 'none'"));
	cr_expect_null(strstr(page, "unsafe-"));
	free(page);
	records_free(&records);
}
