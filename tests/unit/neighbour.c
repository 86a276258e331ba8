// SPDX-License-Identifier: GPL-2.0-or-later
/* neighbour: the nearest cells with another outcome, in a scenario of x(3) x y(2). */
#include "base/mem.h"
#include "compare/neighbour.h"

#include <criterion/criterion.h>

static struct half half;

static void open_half(void)
{
	half_init(&half, "a");
}

static void close_half(void)
{
	half_free(&half);
}

TestSuite(neighbour, .init = open_half, .fini = close_half);

/* A cell whose rule asks for what was seen. */
static json_t *cell_new(int x, int y, const char *verdict, const char *fact)
{
	char *id = mem_printf("s/x=%d,y=%d", x, y), *xs = mem_printf("%d", x),
	     *ys = mem_printf("%d", y);
	json_t *ret = json_pack("{ss ss ss ss ss s{ss ss} ss s{s{ss} s{}} s[{ss ss ss ss}] s{}}",
				"type", "cell", "kernel", "k", "scenario", "s", "hash", "h", "cell",
				id, "dimensions", "x", xs, "y", ys, "verdict", verdict, "canonical",
				"facts", "end", fact, "counters", "judged", "fact", "end",
				"expected", fact, "observed", fact, "verdict", "pass", "volatile");

	cr_assert_not_null(ret);
	free(id);
	free(xs);
	free(ys);
	return ret;
}

static void add(int x, int y, const char *verdict, const char *fact)
{
	json_t *record = cell_new(x, y, verdict, fact);

	half_add(&half, record);
	json_decref(record);
}

static void expect_found(const char *id, const char *want)
{
	json_t *found = neighbours_find(&half, id), *wanted = json_loads(want, 0, NULL);
	char *got = json_dumps(found, JSON_COMPACT);

	cr_assert_not_null(wanted);
	cr_expect(json_equal(found, wanted), "%s", got ?: "nothing");
	free(got);
	json_decref(found);
	json_decref(wanted);
}

/* Two values of x have the same other outcome, and are told together; y alone changes nothing. */
Test(neighbour, one_dimension)
{
	add(1, 1, "pass", "ok");
	add(2, 1, "pass", "gone");
	add(3, 1, "pass", "gone");
	add(1, 2, "pass", "ok");
	add(2, 2, "pass", "else");
	expect_found("s/x=1,y=1",
		     "{\"alone\": [{\"dimension\": \"x\", \"same\": [], \"other\": "
		     "[\"2\", \"3\"], \"untold\": []}, {\"dimension\": \"y\", "
		     "\"same\": [\"2\"], \"other\": [], \"untold\": []}], \"apart\": "
		     "1, \"nearest\": [{\"differs\": {\"x\": [\"2\", \"3\"]}, "
		     "\"cells\": [\"s/x=2,y=1\", \"s/x=3,y=1\"], \"facts\": "
		     "[{\"fact\": \"end\", \"here\": \"ok\", \"there\": \"gone\"}]}]}");
}

/* Only the cell two dimensions away has another outcome; a skip says nothing. */
Test(neighbour, two_dimensions)
{
	add(1, 1, "pass", "ok");
	add(2, 1, "skip", "none");
	add(1, 2, "pass", "ok");
	add(2, 2, "fail", "gone");
	expect_found("s/x=1,y=1",
		     "{\"alone\": [{\"dimension\": \"x\", \"same\": [], \"other\": [], "
		     "\"untold\": [\"2\"]}, {\"dimension\": \"y\", \"same\": [\"2\"], "
		     "\"other\": [], \"untold\": []}], \"apart\": 2, \"nearest\": "
		     "[{\"differs\": {\"x\": [\"2\"], \"y\": [\"2\"]}, \"cells\": "
		     "[\"s/x=2,y=2\"], \"facts\": [{\"fact\": \"end\", \"here\": \"ok\", "
		     "\"there\": \"gone\"}]}]}");
}

Test(neighbour, none_there)
{
	add(1, 1, "pass", "ok");
	expect_found("s/x=1,y=1", "{\"alone\": [], \"apart\": 2, \"nearest\": []}");
	cr_expect_null(neighbours_find(&half, "s/x=9,y=9"));
}
