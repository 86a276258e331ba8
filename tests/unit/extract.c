// SPDX-License-Identifier: GPL-2.0-or-later
/* extract: effects of several kernels, entered, entered again, written and read. */
#include "advise/extract.h"
#include "advise/page.h"
#include "base/text.h"
#include "record/record.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scenario here = {
	.name = "s", .file = "scenarios/f/s.yaml", .title = "What a_b does", .hash = "1"};
static json_t *extract;

static void open_extract(void)
{
	extract = json_object();
}

static void close_extract(void)
{
	json_decref(extract);
}

TestSuite(extract, .init = open_extract, .fini = close_extract);

static json_t *effect_of(const char *to, int changed)
{
	json_t *effect =
		json_pack("{ss ss ss ss ss si si si s[] s{si} s{} s[] s[] ss}", "sysctl",
			  "net.ipv4.tcp_rfc1337", "of", "both", "dimension", "rfc", "from", "0",
			  "to", to, "pairs", 9, "cells", 8, "changed", changed, "findings", "same",
			  "old.time_wait", 8, "skips", "claims", "rfc", "nearest", "s/rfc=1");

	cr_assert_not_null(effect);
	return effect;
}

static json_t *stored(void)
{
	return json_object_get(json_object_get(extract, "s"), "effects");
}

/* "K1 K2 | K3" of the effects in their order. */
static void check_kernels(const char *expected)
{
	struct text words = {0};
	json_t *effect, *kernel;
	size_t i, j;

	json_array_foreach(stored(), i, effect)
	{
		text_add(&words, "%s", i ? "| " : "");
		json_array_foreach(json_object_get(effect, "kernels"), j, kernel)
		{
			text_add(&words, "%s ", json_string_value(kernel));
		}
	}
	cr_expect_str_eq(text_str(&words), expected);
	text_free(&words);
}

Test(extract, kernels_that_agree_stand_together)
{
	extract_put(extract, &here, "Linux 6.12", effect_of("1", 3));
	extract_put(extract, &here, "Linux 6.1", effect_of("1", 3));
	check_kernels("Linux 6.1 Linux 6.12 ");
	extract_put(extract, &here, "Linux 7.0", effect_of("1", 4));
	check_kernels("Linux 6.1 Linux 6.12 | Linux 7.0 ");
	/* What a kernel had of it goes, and nothing is left that no kernel shows. */
	extract_put(extract, &here, "Linux 7.0", effect_of("1", 3));
	check_kernels("Linux 6.1 Linux 6.12 Linux 7.0 ");
	extract_put(extract, &here, "Linux 7.0", effect_of("2", 3));
	check_kernels("Linux 6.1 Linux 6.12 Linux 7.0 | Linux 7.0 ");
}

Test(extract, another_state_of_the_file)
{
	struct scenario edited = here;

	extract_put(extract, &here, "k", effect_of("1", 3));
	cr_expect(extract_current(extract, &here));
	strcpy(edited.hash, "2");
	cr_expect_not(extract_current(extract, &edited));
	extract_renew(extract, &here);
	cr_expect_eq(json_array_size(stored()), 1);
	extract_renew(extract, &edited);
	cr_expect_eq(json_array_size(stored()), 0);
	cr_expect(extract_current(extract, &edited));
}

Test(extract, written_and_read)
{
	char path[] = "/tmp/afterclose-extract-XXXXXX";
	struct err err = {0};
	json_t *read = NULL;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	extract_put(extract, &here, "k", effect_of("1", 3));
	extract_put(extract, &here, "k", effect_of("2", 3));
	cr_assert_eq(extract_store(extract, path, &err), 0, "%s", err.msg);
	cr_assert_eq(extract_load(path, &read, &err), 0, "%s", err.msg);
	cr_expect(json_equal(read, extract));
	json_decref(read);
	cr_assert_eq(write(fd, "[]\n", 3), 3);
	cr_expect_lt(extract_load(path, &read, &err), 0);
	close(fd);
	unlink(path);
}

static json_t *finding(const char *fact, const char *was, const char *now)
{
	return json_pack("{ss ss ss si s[{s{s[s]} si si}] s{si si s[]} ss}", "fact", fact, "was",
			 was, "now", now, "cells", 3, "with", "dimensions", "seq", "0", "hits", 3,
			 "of", 3, "left", "hits", 0, "of", 5, "cells", "harm", "it breaks");
}

/* Values whose rows are the same share one; what one kernel alone shows says so. */
Test(extract, page)
{
	static const char expected[] =
		"<!-- Made by tests/tools/sysctls.c from docs/effects.json; do not edit. -->\n"
		"# net.ipv4.tcp_rfc1337\n\n"
		"One value a network namespace.";
	static const char *const parts[] = {
		"A lab's baseline is `0`. Values played: `0`, `1`, `2`, `3`, in 1 scenario.\n",
		"from records of k1; k2.\n",
		"Of 48 pairs on all kernels 15 have another outcome.\n",
		"\n## What it endangers\n\n- it breaks\n"
		"  - [s](../../scenarios/f/s.yaml), `rfc=1` instead of `0`: `new.connect`, in 6 "
		"pairs\n"
		"  - [s](../../scenarios/f/s.yaml), `rfc=2` instead of `0`: `new.connect`, in 6 "
		"pairs\n"
		"  - [s](../../scenarios/f/s.yaml), `rfc=3` instead of `0`: `new.connect`, in 3 "
		"pairs\n",
		"### [s](../../scenarios/f/s.yaml)\n\nWhat a\\_b does.\n\n"
		"- `rfc=1,2` instead of `0`, at both ends: another outcome in 3 of 8 pairs each.\n"
		"- `rfc=3` instead of `0`, at both ends: another outcome in 3 of 8 pairs (k1).\n"
		"- `rfc=3` instead of `0`, at both ends: another outcome in 0 of 8 pairs (k2).\n",
		"| `new.connect` | `rfc=0` | `ok` | `rfc=1,2` | `pending` | with seq=0 in 3 of 3 "
		"cells; nowhere else |\n"
		"| `new.connect` | `rfc=0` | `ok` | `rfc=3` | `pending` | with seq=0 in 3 of 3 "
		"cells; nowhere else (k1) |\n",
		"\nTo see it: `afterclose explain 's/rfc=1' --target uml`\n",
		"| [s](../../scenarios/f/s.yaml) | 48 | 15 | `old.time_wait` 48 |\n",
	};
	struct text page = {0};

	for (int i = 0; i < 6; i++) {
		json_t *effect = effect_of(i < 2 ? "1" : i < 4 ? "2" : "3", i < 5 ? 3 : 0);

		if (i < 5)
			json_array_append_new(json_object_get(effect, "findings"),
					      finding("new.connect", "ok", "pending"));
		extract_put(extract, &here, i % 2 ? "k2" : "k1", effect);
	}
	page_sysctl(extract, "net.ipv4.tcp_rfc1337", &page);
	cr_expect(!strncmp(text_str(&page), expected, strlen(expected)), "%s", text_str(&page));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		cr_expect(strstr(text_str(&page), parts[i]), "%s\nis not in\n%s", parts[i],
			  text_str(&page));
	text_free(&page);
}

/* What kernels agree on is told once, also where their effects differ in something else. */
Test(extract, page_of_kernels_that_differ)
{
	struct text page = {0};

	for (int i = 0; i < 2; i++) {
		json_t *effect = effect_of("1", 3 + i);
		json_t *findings = json_object_get(effect, "findings");

		json_array_append_new(findings, finding("new.connect", "ok", "pending"));
		if (i)
			json_array_append_new(findings, finding("old.state", "closed", "open"));
		extract_put(extract, &here, i ? "k2" : "k1", effect);
	}
	page_sysctl(extract, "net.ipv4.tcp_rfc1337", &page);
	cr_expect(
		strstr(text_str(&page), "`pending` | with seq=0 in 3 of 3 cells; nowhere else |\n"),
		"%s", text_str(&page));
	cr_expect(strstr(text_str(&page),
			 "`open` | with seq=0 in 3 of 3 cells; nowhere else (k2) |\n"),
		  "%s", text_str(&page));
	cr_expect(strstr(text_str(&page), "another outcome in 3 of 8 pairs (k1).\n"));
	cr_expect(strstr(text_str(&page), "another outcome in 4 of 8 pairs (k2).\n"));
	text_free(&page);
}

/* Without a pair that could be compared nothing is said to be the same. */
Test(extract, page_of_nothing)
{
	json_t *effect = effect_of("1", 0), *names;
	struct text page = {0}, index = {0};

	json_object_set_new(effect, "cells", json_integer(0));
	json_object_set_new(effect, "same", json_object());
	json_object_set_new(effect, "skips", json_pack("{si}", "no such sysctl", 9));
	extract_put(extract, &here, "k", effect);
	page_sysctl(extract, "net.ipv4.tcp_rfc1337", &page);
	cr_expect(strstr(text_str(&page), "No pair could be compared.\n"));
	cr_expect(strstr(text_str(&page), "\n## Not compared\n\n- 9 pairs: no such sysctl\n"));
	cr_expect_null(strstr(text_str(&page), "does not change"));
	names = page_sysctls(extract);
	cr_expect_eq(json_array_size(names), 1);
	page_index(extract, names, &index);
	cr_expect(strstr(text_str(&index),
			 "| [net.ipv4.tcp_rfc1337](net.ipv4.tcp_rfc1337.md) | `0`, `1` | 1 | 0 | 0 "
			 "|  |\n"),
		  "%s", text_str(&index));
	json_decref(names);
	text_free(&page);
	text_free(&index);
}
