// SPDX-License-Identifier: GPL-2.0-or-later
/* What is text: UTF-8 as JSON takes it; and what a terminal would obey. */
#include "base/mem.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

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

static void check_plain(const char *s, const char *expected)
{
	_cleanup_text_ struct text text = {0};

	text_add(&text, "\033%s", s);
	text_plain(&text, 1);
	cr_expect_str_eq(text_str(&text) + 1, expected);
	cr_expect_eq(text.len, 1 + strlen(expected));
	cr_expect_eq(*text_str(&text), '\033', "what was there before is ours");
	cr_expect_eq(text_is_plain(s), !strcmp(s, expected), "%s", s);
}

Test(text, plain)
{
	struct text empty = {0};

	check_plain("", "");
	check_plain("a\n b\xc3\xa4", "a\n b\xc3\xa4");
	check_plain("a\033[2J\tb\x7f", "a?[2J?b?");
	check_plain("\xc2\x9b"
		    "0m \xc2\xa0 \xc2",
		    "?0m \xc2\xa0 \xc2");
	text_plain(&empty, 0);
	cr_expect_eq(empty.len, 0);
}
