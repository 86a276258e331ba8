// SPDX-License-Identifier: GPL-2.0-or-later
/* repetition: which records of one cell are the same, to the bit and otherwise. */
#include "cmd/identity.h"

#include <criterion/criterion.h>

#define CELL(canonical)                                                                            \
	"{\"cell\":\"x\",\"target\":\"t\",\"verdict\":\"pass\",\"canonical\":{" canonical "}}"
#define FAILED(canonical)                                                                          \
	"{\"cell\":\"x\",\"target\":\"t\",\"verdict\":\"fail\",\"canonical\":{" canonical "}}"
#define SEGMENT(n, conn, flags)                                                                    \
	"{\"n\":" n ",\"conn\":\"" conn "\",\"flags\":\"" flags "\",\"seq\":" n "}"
#define SEGMENTS(a, b, c) "\"segments\":[" a "," b "," c "]"
#define PLAYED(canonical)                                                                          \
	"{\"cell\":\"x\",\"target\":\"t\",\"verdict\":\"pass\",\"volatile\":{\"loads\":[]},"       \
	"\"canonical\":{" canonical "}}"
#define DRAWN(port) "\"random\":\"the port\",\"facts\":{\"port\":\"" port "\"}"

static size_t several(const char *a, const char *b, bool exact)
{
	const char *const texts[] = {a, b};
	struct identity identity = {0};
	size_t n;

	for (size_t i = 0; i < 2; i++) {
		json_t *record = json_loads(texts[i], 0, NULL);

		cr_assert_not_null(record);
		identity_add(&identity, record, exact);
		json_decref(record);
	}
	n = identity_sum(&identity).n_several;
	identity_free(&identity);
	return n;
}

Test(repetition, sameness)
{
	static const struct {
		const char *what, *a, *b;
		bool exact_differs, differs;
	} cases[] = {
		{"one and the same", CELL("\"facts\":{\"a\":1}"), CELL("\"facts\":{\"a\":1}"),
		 false, false},
		{"a fact", CELL("\"facts\":{\"a\":1}"), CELL("\"facts\":{\"a\":2}"), true, true},
		{"a duration", CELL("\"facts\":{\"a\":{\"ns\":1}}"),
		 CELL("\"facts\":{\"a\":{\"ns\":2}}"), true, false},
		{"connections a second", CELL("\"facts\":{\"a.rate\":1}"),
		 CELL("\"facts\":{\"a.rate\":2}"), true, false},
		{"what the kernel draws", CELL(DRAWN("same")), CELL(DRAWN("other")), true, false},
		{"the verdict of a draw", CELL(DRAWN("same")), FAILED(DRAWN("same")), false, true},
		{"connections side by side",
		 CELL(SEGMENTS(SEGMENT("0", "#1", "S"), SEGMENT("1", "#2", "R"),
			       SEGMENT("2", "#1", "F"))),
		 CELL(SEGMENTS(SEGMENT("0", "#1", "R"), SEGMENT("1", "#2", "S"),
			       SEGMENT("2", "#2", "F"))),
		 true, false},
		{"where a sender's buffer was empty",
		 CELL(SEGMENTS(SEGMENT("0", "old", "S"), SEGMENT("1", "old", "PA"),
			       SEGMENT("2", "old", "FPA"))),
		 CELL(SEGMENTS(SEGMENT("0", "old", "S"), SEGMENT("1", "old", "A"),
			       SEGMENT("2", "old", "FA"))),
		 true, false},
		{"the order within a connection",
		 CELL(SEGMENTS(SEGMENT("0", "#1", "S"), SEGMENT("1", "#2", "R"),
			       SEGMENT("2", "#1", "F"))),
		 CELL(SEGMENTS(SEGMENT("0", "#1", "F"), SEGMENT("1", "#2", "R"),
			       SEGMENT("2", "#1", "S"))),
		 true, true},
		{"what programs had under way",
		 PLAYED(SEGMENTS(SEGMENT("0", "#1", "S"), SEGMENT("1", "#2", "R"),
				 SEGMENT("2", "#1", "F"))),
		 PLAYED(SEGMENTS(SEGMENT("0", "#1", "S"), SEGMENT("1", "#2", "R"),
				 SEGMENT("2", "#2", "A"))),
		 true, false},
		{"a fact of programs", PLAYED("\"facts\":{\"a\":1}"), PLAYED("\"facts\":{\"a\":2}"),
		 true, true},
		{"whose the segments are",
		 CELL(SEGMENTS(SEGMENT("0", "old", "S"), SEGMENT("1", "new", "R"),
			       SEGMENT("2", "old", "F"))),
		 CELL(SEGMENTS(SEGMENT("0", "new", "S"), SEGMENT("1", "old", "R"),
			       SEGMENT("2", "new", "F"))),
		 true, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_expect_eq(several(cases[i].a, cases[i].b, true), cases[i].exact_differs,
			     "%s, to the bit", cases[i].what);
		cr_expect_eq(several(cases[i].a, cases[i].b, false), cases[i].differs, "%s",
			     cases[i].what);
	}
}
