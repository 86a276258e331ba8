/* SPDX-License-Identifier: GPL-2.0-or-later */
/* halves: two constructed sides of a comparison, and what is found between them. */
#ifndef AFTERCLOSE_TESTS_HALVES_H
#define AFTERCLOSE_TESTS_HALVES_H

#include "cells.h"
#include "compare/compare.h"
#include "compare/show.h"

#include <criterion/criterion.h>

static struct half a, b;

static inline void open_halves(void)
{
	json_t *kernel = json_pack("{ss ss ss si}", "type", "kernel", "id", KERNEL, "release",
				   "6.1", "hz", 250);

	half_init(&a, "a");
	half_init(&b, "b");
	half_add(&a, kernel);
	half_add(&b, kernel);
	json_decref(kernel);
}

static inline void close_halves(void)
{
	half_free(&a);
	half_free(&b);
}

static inline void add(struct half *half, json_t *record)
{
	half_add(half, record);
	json_decref(record);
}

/* "outcome f: ok -> reset: with x=1 in 2 of 2 cells; nowhere else\n" a finding. */
static inline char *findings_text(struct known *accept)
{
	const struct compare_options options = {.accept = accept};
	json_t *comparison = compare_halves(&a, &b, &options), *finding;
	struct text text = {0};
	size_t i;

	json_array_foreach(json_object_get(comparison, "findings"), i, finding)
	{
		struct text where = {0};

		finding_where(finding, &where);
		text_add(&text, "%s%s %s: %s -> %s: %s\n", record_text(finding, "class", "?"),
			 json_object_get(finding, "accepted") ? " accepted" : "",
			 record_text(finding, "fact", "?"), record_text(finding, "was", "?"),
			 record_text(finding, "now", "?"), text_str(&where));
		text_free(&where);
	}
	text_add(&text, "%zu changed", compare_n_changed(comparison));
	json_decref(comparison);
	return text_take(&text);
}

static inline void expect_findings(const char *want)
{
	char *got = findings_text(NULL);

	cr_expect_str_eq(got, want);
	free(got);
}

#endif
