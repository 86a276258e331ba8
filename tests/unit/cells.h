/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cells: records of cells, constructed fact by fact. */
#ifndef AFTERCLOSE_TESTS_CELLS_H
#define AFTERCLOSE_TESTS_CELLS_H

#include "base/mem.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#define KERNEL "00000000000000aa"

/* A cell of x(3) x y(2) that passed, without any fact. */
static inline json_t *record_of(int x, int y)
{
	char *id = mem_printf("s/x=%d,y=%d", x, y), *xs = mem_printf("%d", x),
	     *ys = mem_printf("%d", y);
	json_t *record =
		json_pack("{ss ss ss ss ss s{ss ss} ss s{s{} s{s{}}} s[] s{si}}", "type", "cell",
			  "kernel", KERNEL, "scenario", "s", "hash", "h", "cell", id, "dimensions",
			  "x", xs, "y", ys, "verdict", "pass", "canonical", "facts", "counters",
			  "client", "judged", "volatile", "noise_us", 0);

	cr_assert_not_null(record);
	free(id);
	free(xs);
	free(ys);
	return record;
}

static inline json_t *facts_of(const json_t *record)
{
	return json_object_get(json_object_get(record, "canonical"), "facts");
}

static inline void put_word(json_t *record, const char *fact, const char *value)
{
	json_object_set_new(facts_of(record), fact, json_string(value));
}

static inline void put_time(json_t *record, const char *fact, double seconds)
{
	json_object_set_new(facts_of(record), fact,
			    json_pack("{sI}", "ns", (json_int_t)(seconds * 1e9)));
}

static inline void put_counter(json_t *record, const char *counter, int moved)
{
	json_t *counters = json_object_get(json_object_get(record, "canonical"), "counters");

	json_object_set_new(json_object_get(counters, "client"), counter, json_integer(moved));
}

/* A rule that settled a fact. */
static inline void put_rule(json_t *record, const char *fact, const char *expected, bool met)
{
	json_array_append_new(json_object_get(record, "judged"),
			      json_pack("{ss ss ss}", "fact", fact, "expected", expected, "verdict",
					met ? "pass" : "fail"));
	if (!met)
		json_object_set_new(record, "verdict", json_string("fail"));
}

static inline json_t *record_with(const char *value)
{
	json_t *record = record_of(0, 0);

	put_word(record, "f", value);
	put_rule(record, "f", "ok", !strcmp(value, "ok"));
	return record;
}

#endif
