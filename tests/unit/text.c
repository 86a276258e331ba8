// SPDX-License-Identifier: GPL-2.0-or-later
/* What is text: UTF-8 as JSON takes it. */
#include "base/mem.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <jansson.h>

/* jansson's own check is the one that must not fail later. */
static void check_utf8(const char *s, bool expected)
{
	json_t *json = json_string(s);

	cr_expect_eq(text_is_utf8(s), expected, "%s", s);
	cr_expect_eq(json != NULL, expected, "%s", s);
	json_decref(json);
}

Test(text, utf8)
{
	static const char *const good[] = {"",
					   "a",
					   "\xc2\x80",
					   "\xdf\xbf",
					   "\xe0\xa0\x80",
					   "\xed\x9f\xbf",
					   "\xef\xbf\xbf",
					   "\xf0\x90\x80\x80",
					   "\xf4\x8f\xbf\xbf",
					   "a\xc3\xa4z"};
	static const char *const bad[] = {"\xff",
					  "\x80",
					  "\xc1\xbf",
					  "\xc3",
					  "\xc3z",
					  "\xe0\x9f\xbf",
					  "\xed\xa0\x80",
					  "\xe2\x82",
					  "\xf0\x8f\xbf\xbf",
					  "\xf4\x90\x80\x80",
					  "\xf5\x80\x80\x80"};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		check_utf8(good[i], true);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check_utf8(bad[i], false);
}
