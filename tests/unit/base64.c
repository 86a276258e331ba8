// SPDX-License-Identifier: GPL-2.0-or-later
/* base64: the examples of RFC 4648 10, every byte there and back, and what is none. */
#include "base/base64.h"
#include "base/mem.h"

#include <criterion/criterion.h>
#include <string.h>

Test(base64, examples)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"f", "Zg=="},
		{"fo", "Zm8="},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="},
		{"foobar", "Zm9vYmFy"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text =
			base64_encode((const uint8_t *)cases[i][0], strlen(cases[i][0]));
		uint8_t bytes[16];

		cr_expect_str_eq(text, cases[i][1]);
		cr_expect_eq(base64_decode(cases[i][1], bytes, sizeof(bytes)),
			     (long)strlen(cases[i][0]));
		cr_expect_arr_eq(bytes, cases[i][0], strlen(cases[i][0]));
	}
}

Test(base64, every_byte)
{
	uint8_t bytes[256], back[256];
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i;
	text = base64_encode(bytes, sizeof(bytes));
	cr_assert_eq(base64_decode(text, back, sizeof(back)), sizeof(back));
	cr_expect_arr_eq(bytes, back, sizeof(bytes));
	cr_expect_eq(base64_decode(text, back, sizeof(back) - 1), -1, "no room for the last one");
}

Test(base64, none)
{
	static const char *const cases[] = {
		"Zg=", "Z===", "Zg=a", "Zm9v====", "Zm9_", "Zm 9", "=Zm9"};
	uint8_t bytes[16];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		cr_expect_eq(base64_decode(cases[i], bytes, sizeof(bytes)), -1, "%s", cases[i]);
}
