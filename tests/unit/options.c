// SPDX-License-Identifier: GPL-2.0-or-later
/* options: what each kind of option takes, and what a command line that cannot be read is told. */
#include "base/clock.h"
#include "base/mem.h"
#include "cmd/options.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

struct args {
	bool flag;
	int64_t number, duration;
	const char *text, *word;
	struct texts texts;
};

static const struct option_row rows[] = {
	{"flag", OPTION_FLAG, offsetof(struct args, flag), NULL, "a flag"},
	{"number", OPTION_NUMBER, offsetof(struct args, number), "N", "a number", -3, 600},
	{"duration", OPTION_DURATION, offsetof(struct args, duration), "TIME", "a duration"},
	{"text", OPTION_TEXT, offsetof(struct args, text), "WORD", "a word"},
	{"word", OPTION_WORD, offsetof(struct args, word), "yes|no", "one of these"},
	{"texts", OPTION_TEXTS, offsetof(struct args, texts), "WORD", "words"},
	{NULL},
};
static const struct command play = {
	.name = "play", .operands = "[FILE...]", .operands_max = 2, .options = rows};
static const struct command bare = {
	.name = "bare", .operands = "FILE", .operands_min = 1, .operands_max = 1};

#define WORDS_MAX 12

/* Cut a line at its blanks and parse it; "_" stands for an empty word. */
static int parse(const struct command *command, const char *line, struct args *args,
		 struct texts *operands, struct err *err)
{
	static char copy[200];
	static char *argv[WORDS_MAX];
	char *rest = copy, *word;
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	while ((word = strsep(&rest, " ")) && n < WORDS_MAX - 1)
		argv[n++] = strcmp(word, "_") ? word : "";
	argv[n] = NULL;
	*args = (struct args){.number = 5, .text = "preset"};
	*operands = (struct texts){0};
	return options_parse(command, *line ? argv : argv + n, args, operands, err);
}

static void expect_taken(const char *line, struct args *args, struct texts *operands)
{
	struct err err = {0};

	cr_assert_eq(parse(&play, line, args, operands, &err), 0, "%s: %s", line, err.msg);
}

Test(options, presets_stay)
{
	struct texts operands;
	struct args args;

	expect_taken("", &args, &operands);
	cr_expect(!args.flag && args.number == 5 && !args.duration && !args.texts.n && !operands.n);
	cr_expect_str_eq(args.text, "preset");
}

Test(options, each_kind)
{
	struct texts operands;
	struct args args;

	expect_taken("--flag one --number -3 --duration=1.5s --text a=b --texts x --texts=y -",
		     &args, &operands);
	cr_expect(args.flag && args.number == -3 && args.duration == 1500 * NS_PER_MS);
	cr_expect_str_eq(args.text, "a=b");
	cr_assert_eq(args.texts.n, 2);
	cr_expect_str_eq(args.texts.of[0], "x");
	cr_expect_str_eq(args.texts.of[1], "y");
	cr_assert_eq(operands.n, 2);
	cr_expect_str_eq(operands.of[0], "one");
	cr_expect_str_eq(operands.of[1], "-");
	texts_free(&args.texts);
	texts_free(&operands);
}

Test(options, the_last_one_counts)
{
	struct texts operands;
	struct args args;

	expect_taken("--number 1 --number=600 --text a --text --flag --flag", &args, &operands);
	cr_expect_eq(args.number, 600);
	cr_expect_str_eq(args.text, "--flag", "a value may look like an option");
	cr_expect(args.flag);
}

Test(options, two_dashes_end_them)
{
	struct texts operands;
	struct args args;

	expect_taken("--flag -- --number -x", &args, &operands);
	cr_assert_eq(operands.n, 2);
	cr_expect_str_eq(operands.of[0], "--number");
	cr_expect_str_eq(operands.of[1], "-x");
	texts_free(&operands);
}

Test(options, refused)
{
	static const struct {
		const struct command *command;
		const char *line, *message;
	} bad[] = {
		{&play, "--flagg",
		 "play has no option --flagg; the nearest is --flag (see afterclose help play)"},
		{&play, "--num=1",
		 "play has no option --num; the nearest is --number (see afterclose help play)"},
		{&play, "--=1",
		 "play has no option --; the nearest is --flag (see afterclose help play)"},
		{&bare, "a --flag", "bare has no options, and so no --flag"},
		{&play, "-f", "unknown option -f (see afterclose help play)"},
		{&play, "--flag=yes", "--flag takes no value"},
		{&play, "--flag=", "--flag takes no value"},
		{&play, "--number", "--number needs a value: --number N"},
		{&play, "--text", "--text needs a value: --text WORD"},
		{&play, "--number=", "--number takes a whole number from -3 to 600, not \"\""},
		{&play, "--number _", "--number takes a whole number from -3 to 600, not \"\""},
		{&play, "--number 601",
		 "--number takes a whole number from -3 to 600, not \"601\""},
		{&play, "--number -4", "--number takes a whole number from -3 to 600, not \"-4\""},
		{&play, "--number 1.0",
		 "--number takes a whole number from -3 to 600, not \"1.0\""},
		{&play, "--number 0x1",
		 "--number takes a whole number from -3 to 600, not \"0x1\""},
		{&play, "--number 99999999999999999999",
		 "--number takes a whole number from -3 to 600, not \"99999999999999999999\""},
		{&play, "--number --flag",
		 "--number takes a whole number from -3 to 600, not \"--flag\""},
		{&play, "--duration 5",
		 "--duration takes a duration such as 30s or 500ms, not \"5\""},
		{&play, "--duration 0",
		 "--duration takes a duration such as 30s or 500ms, not \"0\""},
		{&play, "--duration -1s",
		 "--duration takes a duration such as 30s or 500ms, not \"-1s\""},
		{&play, "a b c", "play takes no \"c\""},
		{&bare, "", "bare needs FILE"},
		{&bare, "a b", "bare takes no \"b\""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct texts operands;
		struct args args;
		struct err err = {0};

		cr_expect_eq(parse(bad[i].command, bad[i].line, &args, &operands, &err), -EINVAL,
			     "%s", bad[i].line);
		cr_expect_str_eq(err.msg, bad[i].message);
		texts_free(&operands);
	}
}
