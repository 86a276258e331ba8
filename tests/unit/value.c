// SPDX-License-Identifier: GPL-2.0-or-later
/* value: what each spelling of an expected value accepts, and how it is printed. */
#include "scenario/value.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define MS 1000000LL
#define S  1000000000LL

static const char *const holders[] = {"client", "server", "both", "none", NULL};
static const struct fact_spec word = {.type = FACT_WORD, .words = holders};
static const struct fact_spec error = {.type = FACT_WORD, .words = holders, .errnos = true};
static const struct fact_spec any_word = {.type = FACT_WORD};
static const struct fact_spec number = {.type = FACT_NUMBER};
static const struct fact_spec duration = {.type = FACT_DURATION};

static struct matcher parse(const struct fact_spec *spec, const char *first, const char *second)
{
	const char *items[] = {first, second};
	struct matcher matcher;
	struct err err = {0};

	cr_assert_eq(matcher_parse(spec, items, second ? 2 : 1, &matcher, &err), 0, "%s: %s", first,
		     err.msg);
	return matcher;
}

static bool accepts_word(const struct fact_spec *spec, const char *first, const char *second,
			 const char *value)
{
	struct matcher matcher = parse(spec, first, second);
	bool ret = matcher_matches(&matcher, &(struct value){FACT_WORD, .word = value}, 250, 0);

	matcher_free(&matcher);
	return ret;
}

static bool accepts(const struct fact_spec *spec, const char *text, int64_t value, int64_t slack)
{
	struct matcher matcher = parse(spec, text, NULL);
	bool ret =
		matcher_matches(&matcher, &(struct value){spec->type, .number = value}, 250, slack);

	matcher_free(&matcher);
	return ret;
}

Test(value, words)
{
	cr_expect(accepts_word(&word, "client", NULL, "client"));
	cr_expect_not(accepts_word(&word, "client", NULL, "server"));
	cr_expect(accepts_word(&word, "client", "server", "server"));
	cr_expect_not(accepts_word(&word, "client", "server", "both"));
	cr_expect(accepts_word(&word, "not client", NULL, "none"));
	cr_expect_not(accepts_word(&word, "not client", NULL, "client"));
	cr_expect(accepts_word(&error, "EADDRNOTAVAIL", NULL, "EADDRNOTAVAIL"));
	cr_expect(
		accepts_word(&any_word, "established>fin-wait-1", NULL, "established>fin-wait-1"));
}

Test(value, numbers)
{
	cr_expect(accepts(&number, "3", 3, 0));
	cr_expect_not(accepts(&number, "3", 4, 0));
	cr_expect(accepts(&number, "not 3", 4, 0));
	cr_expect(accepts(&number, ">= 1", 1, 0));
	cr_expect_not(accepts(&number, "> 1", 1, 0));
	cr_expect(accepts(&number, "<= 1", 1, 0));
	cr_expect_not(accepts(&number, "< 1", 1, 0));
	cr_expect(accepts(&number, "<0", -1, 0));
	cr_expect(accepts(&number, "2..5", 2, 0));
	cr_expect(accepts(&number, "2..5", 5, 0));
	cr_expect_not(accepts(&number, "2..5", 6, 0));
	cr_expect(accepts(&number, "not 2..5", 6, 0));
	cr_expect_not(accepts(&number, "3", 4, 10), "slack is for durations");
}

Test(value, durations)
{
	cr_expect(accepts(&duration, "20ms", 20 * MS, 0));
	cr_expect(accepts(&duration, "< 100ms", 99 * MS, 0));
	cr_expect_not(accepts(&duration, "< 100ms", 100 * MS, 0));
	cr_expect(accepts(&duration, "59.9s..60s", 60 * S, 0));
	cr_expect(accepts(&duration, "0", 0, 0));
}

/* At HZ 250 a timer of 60 s ends after at most 62.048 s (level 3 of the timer wheel), and is seen
 * to have within a tick. */
Test(value, wheel)
{
	cr_expect(accepts(&duration, "wheel(60s)", 60 * S, 0));
	cr_expect(accepts(&duration, "wheel(60s)", 62052 * MS, 0));
	cr_expect_not(accepts(&duration, "wheel(60s)", 62053 * MS, 0));
	cr_expect_not(accepts(&duration, "wheel(60s)", 59999 * MS, 0));
	cr_expect(accepts(&duration, "not wheel(60s)", 59999 * MS, 0));
}

/* With slack: could noise have moved an accepted value here? Also for what is negated. */
Test(value, slack)
{
	cr_expect(accepts(&duration, "< 100ms", 105 * MS, 10 * MS));
	cr_expect_not(accepts(&duration, "< 100ms", 115 * MS, 10 * MS));
	cr_expect(accepts(&duration, "wheel(60s)", 62055 * MS, 10 * MS));
	cr_expect(accepts(&duration, "not 1s..2s", 1005 * MS, 10 * MS));
	cr_expect_not(accepts(&duration, "not 1s..2s", 1500 * MS, 10 * MS));
	cr_expect(accepts(&duration, ">= 1s", INT64_MAX, 10 * MS));
}

Test(value, type_must_be_the_facts)
{
	struct matcher matcher = parse(&word, "client", NULL);

	cr_expect_not(matcher_matches(&matcher, &(struct value){FACT_NUMBER, .number = 0}, 250, 0));
	matcher_free(&matcher);
}

static void expect_text(const struct fact_spec *spec, const char *first, const char *second,
			const char *want)
{
	struct matcher matcher = parse(spec, first, second);
	struct text got = {0};

	matcher_format(&matcher, 250, &got);
	cr_expect_str_eq(text_str(&got), want);
	text_free(&got);
	matcher_free(&matcher);
}

Test(value, formats)
{
	struct text got = {0};

	expect_text(&word, "client", "server", "client or server");
	expect_text(&word, "not client", NULL, "not client");
	expect_text(&number, "3", "4", "3 or 4");
	expect_text(&number, ">1", NULL, "> 1");
	expect_text(&number, ">= 2", NULL, ">= 2");
	expect_text(&number, "not < 2", NULL, "not < 2");
	expect_text(&number, "<= 3", NULL, "<= 3");
	expect_text(&number, "not 2..5", NULL, "not 2..5");
	expect_text(&duration, "20ms..1.5s", NULL, "20ms..1.5s");
	expect_text(&duration, "< 10ms", NULL, "< 10ms");
	expect_text(&duration, "<= 10ms", NULL, "<= 10ms");
	expect_text(&duration, "> 2s", NULL, "> 2s");
	expect_text(&duration, "wheel(60s)", NULL, "wheel(60s), 60s..62.052s");
	value_format(&(struct value){FACT_DURATION, .number = 62 * S}, &got);
	text_add(&got, " ");
	value_format(&(struct value){FACT_NUMBER, .number = -3}, &got);
	text_add(&got, " ");
	value_format(&(struct value){FACT_WORD, .word = "none"}, &got);
	cr_expect_str_eq(text_str(&got), "62s -3 none");
	text_free(&got);
}

Test(value, refused)
{
	static const struct {
		const struct fact_spec *spec;
		const char *text;
	} rows[] = {
		{&word, "nobody"},	 {&word, ""},
		{&word, "EADDRINUSE"},	 {&error, "EWHATEVER"},
		{&any_word, ""},	 {&number, "3.5"},
		{&number, ">="},	 {&number, "5..2"},
		{&number, "1.."},	 {&number, "wheel(60s)"},
		{&number, "not not 3"},	 {&duration, "60"},
		{&duration, "wheel()"},	 {&duration, "wheel(60s"},
		{&duration, "wheel(0)"}, {&duration, "= 1s"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct matcher matcher;
		struct err err = {0};

		cr_expect_lt(matcher_parse(rows[i].spec, &rows[i].text, 1, &matcher, &err), 0,
			     "'%s' was taken", rows[i].text);
	}
}
