/* SPDX-License-Identifier: GPL-2.0-or-later */
/* golden: a whole text against a file of tests/data. GOLDEN_UPDATE=1 writes the file anew. */
#ifndef AFTERCLOSE_TESTS_GOLDEN_H
#define AFTERCLOSE_TESTS_GOLDEN_H

#include "base/text.h"
#include "record/record.h"
#include "report/report.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline char *golden_read(const char *path)
{
	FILE *file = fopen(path, "re");
	struct text text = {0};
	char bytes[4096];
	size_t n;

	cr_assert_not_null(file, "cannot read %s", path);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		text_addn(&text, bytes, n);
	fclose(file);
	return text_take(&text);
}

static inline void golden_check(const char *name, const char *got)
{
	char *path, *want;

	cr_assert(asprintf(&path, TESTS_DIR "/data/%s", name) > 0);
	if (getenv("GOLDEN_UPDATE")) {
		FILE *file = fopen(path, "we");

		cr_assert(file && fputs(got, file) >= 0 && !fclose(file));
	}
	want = golden_read(path);
	cr_expect_str_eq(got, want, "%s differs; got:\n%s", path, got);
	free(want);
	free(path);
}

static inline void golden_records(const char *name, struct records *ret)
{
	struct err err = {0};
	char *path;

	cr_assert(asprintf(&path, TESTS_DIR "/data/%s", name) > 0);
	cr_assert_eq(records_load(path, ret, &err), 0, "%s", err.msg);
	free(path);
}

/* A whole report of one record, so many times over. The caller frees. */
static inline char *golden_report_times(const char *format, const struct report_plan *plan,
					const json_t *record, unsigned times)
{
	struct report *report;
	struct err err = {0};
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	cr_assert_eq(report_open(format, plan, out, &report, &err), 0, "%s", err.msg);
	for (unsigned i = 0; i < times; i++)
		report_cell(report, record);
	cr_assert_eq(report_close(report, -1, &err), 0, "%s", err.msg);
	fclose(out);
	return got;
}

/* A whole report of a file of records. The caller frees. */
static inline char *golden_report(const char *format, const char *records_name, size_t n_more)
{
	struct report_plan plan = {0};
	struct report *report;
	struct records records;
	struct err err = {0};
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	golden_records(records_name, &records);
	for (size_t i = 0; i < records.n_cells; i++)
		report_plan_add(&plan, record_text(records.cells[i], "scenario", "?"), NULL);
	for (size_t i = 0; i < n_more; i++)
		report_plan_add(&plan, "third-segment", NULL);
	cr_assert_eq(report_open(format, &plan, out, &report, &err), 0, "%s", err.msg);
	report_plan_free(&plan);
	report_reference(report, records.kernels[0]);
	for (size_t i = 0; i < records.n_cells; i++)
		report_cell(report, records.cells[i]);
	cr_assert_eq(report_close(report, 3200000000LL, &err), 0, "%s", err.msg);
	fclose(out);
	records_free(&records);
	return got;
}

/* A record whose strings, names too, forge lines and tell a terminal what to do. */
static inline json_t *golden_hostile(void)
{
	return json_pack("{ss ss ss ss ss ss s{s:s} s[{ss ss ss ss}] s[{sb ss ss ss}] s{s{s:s}}}",
			 "scenario", "evil\nok 9 forged # SKIP", "cell", "evil/\033[2Ja=1\nok 8 x",
			 "target", "\033[31m", "file", "f\nok 7 x", "verdict", "fail", "type",
			 "cell", "dimensions", "a\033[1m", "1\033", "judged", "fact",
			 "third\nok 6 x\r", "expected", "a\033]0;b\x07", "observed",
			 "c\n    ok 5 x", "verdict", "fail", "rfc", "deviates", 1, "source", "\033",
			 "fact", "\x7f", "expected", "\xc2\x9b", "canonical", "facts", "t\033",
			 "x\033");
}

#endif
