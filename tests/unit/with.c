// SPDX-License-Identifier: GPL-2.0-or-later
/* How --with is read: words as a shell splits them, braces, and which program is meant. */
#include "base/mem.h"
#include "base/text.h"
#include "play/with.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct with_values ipv4 = {.server = "192.0.2.21",
					.client = "192.0.2.11",
					.family = "ipv4",
					.port = 8080,
					.port2 = 8081};
static const struct with_values ipv6 = {
	.server = "2001:db8::21", .client = "2001:db8::11", .family = "ipv6", .port = 8080};

/* The words, filled and joined by |. */
static char *words_of(const char *text, const struct with_values *values)
{
	struct with with;
	struct text joined = {0};
	struct err err = {0};

	cr_assert(!with_parse(text, &with, &err), "%s: %s", text, err.msg);
	for (size_t i = 0; i < with.n; i++) {
		_cleanup_free_ char *word = with_expand(with.words[i], values);

		text_add(&joined, "%s%s", i ? "|" : "", word);
	}
	with_free(&with);
	return text_take(&joined);
}

static void expect_words(const char *text, const struct with_values *values, const char *words)
{
	_cleanup_free_ char *got = words_of(text, values);

	cr_expect_str_eq(got, words);
}

Test(with, splits_as_a_shell_does)
{
	expect_words("sh a  b\tc ", &ipv4, "sh|a|b|c");
	expect_words("sh 'a b' \"c d\" e\\ f", &ipv4, "sh|a b|c d|e f");
	expect_words("sh a'b'\"c\"", &ipv4, "sh|abc");
	expect_words("sh '' \"\"", &ipv4, "sh||");
	expect_words("\nsh a\n  b\r\n", &ipv4, "sh|a|b");
	expect_words("sh \\\n  a\\\nb \"c\\\nd\" 'e\\\nf' \\\n", &ipv4, "sh|ab|cd|e\\\nf");
	expect_words("sh '$HOME;|&\\' \"\\\"\\$x\\n\"", &ipv4, "sh|$HOME;|&\\|\"$x\\n");
	expect_words("sh *.c ~ a?b=[c]#d", &ipv4, "sh|*.c|~|a?b=[c]#d");
	expect_words("sh -c 'exec ls | wc'", &ipv4, "sh|-c|exec ls | wc");
}

Test(with, fills_braces)
{
	expect_words("sh {server} {port} {port2} {client} {family} {tmp}/x", &ipv4,
		     "sh|192.0.2.21|8080|8081|192.0.2.11|ipv4|/dev/shm/x");
	expect_words("sh http://{server}:{port}/", &ipv4, "sh|http://192.0.2.21:8080/");
	expect_words("sh http://{server}:{port}/ {server}", &ipv6,
		     "sh|http://[2001:db8::21]:8080/|2001:db8::21");
	expect_words("sh '{client}:9 {family}:'", &ipv6, "sh|[2001:db8::11]:9 ipv6:");
	expect_words("sh '{{server} {{ {} { server } {A} {}'", &ipv4,
		     "sh|{server} { {} { server } {A} {}");
}

static void expect_error(const char *text, int code, const char *part)
{
	struct with with;
	struct err err = {0};
	int r = with_parse(text, &with, &err);

	with_free(&with);
	cr_expect_eq(r, -code, "%s: %d: %s", text, r, err.msg);
	cr_expect(strstr(err.msg, part), "%s: %s", text, err.msg);
}

Test(with, refuses_what_cannot_be_meant)
{
	expect_error("", EINVAL, "no program is named");
	expect_error("  ", EINVAL, "no program is named");
	expect_error(" \n", EINVAL, "no program is named");
	expect_error("sh 'a", EINVAL, "a quote is not closed");
	expect_error("sh \"a\\\"", EINVAL, "a quote is not closed");
	expect_error("sh a | b", EINVAL, "`|` is for one; quote it, or ask for a shell: sh -c");
	expect_error("sh $HOME", EINVAL, "`$`");
	expect_error("sh `id`", EINVAL, "```");
	expect_error("sh a > b", EINVAL, "`>`");
	expect_error("sh {sever}", EINVAL, "there is no {sever}; allowed: {server}, {client}");
	expect_error("sh a\xff", EINVAL, "`a\xff` is not UTF-8");
	expect_error("no-such-program-here x", ENOENT,
		     "there is no program `no-such-program-here`");
	expect_error("./no-such-file", ENOENT, "./no-such-file: No such file");
	expect_error("/etc/passwd", EACCES, "/etc/passwd is no program that may be run");
	expect_error("/tmp", EACCES, "/tmp is no program that may be run");
}

Test(with, finds_the_program_once)
{
	struct with with;
	struct err err;

	setenv("PATH", "/nowhere:/usr/bin:/bin", 1);
	cr_assert(!with_parse("sh", &with, &err));
	cr_expect_str_eq(with.path, "/usr/bin/sh");
	cr_expect_eq(with.directory[0], '/');
	with_free(&with);
}

Test(with, travels_into_a_guest)
{
	struct with with, back;
	struct err err;
	json_t *object;

	cr_assert(!with_parse("sh '{tmp} x'", &with, &err));
	with.drain = 3;
	object = with_encode(&with);
	with_decode(object, &back);
	cr_expect_eq(back.n, 2);
	cr_expect_str_eq(back.words[1], "{tmp} x");
	cr_expect_null(back.words[2]);
	cr_expect_str_eq(back.path, with.path);
	cr_expect_str_eq(back.directory, with.directory);
	cr_expect_eq(back.drain, 3);
	json_decref(object);
	with_free(&with);
	with_free(&back);
}
