// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lines were executed: sums of counts, a file's functions, what gcov prints and we write. */
#include "base/mem.h"
#include "coverage/close_path.h"
#include "coverage/coverage.h"
#include "coverage/gcda.h"
#include "coverage/gcov.h"
#include "coverage/tracefile.h"
#include "place.h"

#include <errno.h>

/* A .gcda of one function with two arcs, as gcc 12 (lengths in bytes, a checksum) or 11 has it. */
static size_t gcda_make(uint32_t *words, bool old, uint32_t ident, uint64_t first, uint64_t second)
{
	uint32_t unit = old ? 1 : 4;
	size_t n = 0;

	words[n++] = 0x67636461;
	words[n++] = 0x4232302a;
	words[n++] = 0x12345678;
	if (!old)
		words[n++] = 0xabcdef;
	words[n++] = 0x01000000;
	words[n++] = 3 * unit;
	words[n++] = ident;
	words[n++] = 11;
	words[n++] = 12;
	words[n++] = 0x01a10000;
	words[n++] = 4 * unit;
	memcpy(words + n, &first, sizeof(first));
	memcpy(words + n + 2, &second, sizeof(second));
	return (n + 4) * sizeof(*words);
}

static void sum_is(bool old)
{
	uint32_t words[16], expected[16];
	size_t len = gcda_make(words, old, 1, 3, UINT32_MAX);
	_cleanup_text_ struct text sum = {0};
	struct err err;

	cr_assert_eq(gcda_add(&sum, (char *)words, len, &err), 0, "%s", err.msg);
	cr_expect(sum.len == len && !memcmp(sum.data, words, len), "the first is its own sum");
	gcda_make(words, old, 1, 4, 1);
	cr_assert_eq(gcda_add(&sum, (char *)words, len, &err), 0, "%s", err.msg);
	gcda_make(expected, old, 1, 7, 1ULL << 32);
	cr_expect(sum.len == len && !memcmp(sum.data, expected, len));
}

Test(coverage, counts_are_summed)
{
	sum_is(false);
	sum_is(true);
}

Test(coverage, counts_of_another_build_are_refused)
{
	uint32_t words[16];
	size_t len = gcda_make(words, false, 1, 3, 4);
	_cleanup_text_ struct text sum = {0};
	struct err err;

	cr_assert_eq(gcda_add(&sum, (char *)words, len, &err), 0);
	gcda_make(words, false, 2, 3, 4);
	cr_expect_eq(gcda_add(&sum, (char *)words, len, &err), -EPROTO, "another function");
	cr_expect_eq(gcda_add(&sum, (char *)words, len - 8, &err), -EPROTO, "a shorter one");
}

Test(coverage, what_is_no_gcda_is_refused)
{
	uint32_t words[16];
	size_t len = gcda_make(words, false, 1, 3, 4);
	_cleanup_text_ struct text last = {0};
	struct err err;

	for (size_t cut = 0; cut < len; cut++) {
		_cleanup_text_ struct text sum = {0};
		/* Between two records it is a shorter one of its own. */
		bool whole = cut == 9 * sizeof(*words);
		int ret = gcda_add(&sum, (char *)words, cut, &err);

		cr_expect_eq(ret, whole ? 0 : -EPROTO, "%zu bytes of it: %d", cut, ret);
	}
	words[5] = UINT32_MAX;
	cr_expect_eq(gcda_add(&last, (char *)words, len, &err), -EPROTO);
}

static const char minisocks[] = "#include <net/tcp.h>\n"
				"\n"
				"enum tcp_tw_status\n"
				"tcp_timewait_state_process(struct sock *sk,\n"
				"\t\t\t   int x)\n"
				"{\n"
				"\tif (x)\n"
				"\t\treturn  TCP_TW_ACK;\n"
				"\treturn TCP_TW_SUCCESS;\n"
				"}\n"
				"EXPORT_SYMBOL(tcp_timewait_state_process);\n"
				"\n"
				"/* The end. */\n"
				"static void tcp_time_wait(void)\n"
				"\t__releases(x)\n"
				"{\n"
				"}\n"
				"\n"
				"struct x {\n"
				"\tint y;\n"
				"};\n";

static const char printed[] =
	"{\"files\": [{\"file\": \"/a/src/net/ipv4/tcp_minisocks.c\", \"lines\": ["
	"{\"line_number\": 4, \"count\": 5}, {\"line_number\": 7, \"count\": 5},"
	"{\"line_number\": 8, \"count\": 0}, {\"line_number\": 8, \"count\": 0},"
	"{\"line_number\": 9, \"count\": 3}, {\"line_number\": 9, \"count\": 2},"
	"{\"line_number\": 17, \"count\": 0}]},"
	"{\"file\": \"/a/src/include/net/tcp.h\", \"lines\": ["
	"{\"line_number\": 1, \"count\": 5}]},"
	"{\"file\": \"other_net/ipv4/tcp_minisocks.c\", \"lines\": ["
	"{\"line_number\": 1, \"count\": 5}]}]}\n";

static void source_make(struct source *ret)
{
	struct err err;

	source_read("net/ipv4/tcp_minisocks.c", mem_strdup(minisocks), ret);
	cr_assert_eq(gcov_take(printed, ret, 1, &err), 0, "%s", err.msg);
}

Test(coverage, functions_of_a_file)
{
	const struct function *function;
	struct source source;

	source_make(&source);
	cr_assert_eq(source.n_functions, 2);
	function = source_function(&source, "tcp_timewait_state_process");
	cr_assert(function);
	cr_expect(function->first == 4 && function->last == 10);
	function = source_function(&source, "tcp_time_wait");
	cr_assert(function);
	cr_expect(function->first == 14 && function->last == 17);
	cr_expect_eq(source_function(&source, "x"), NULL);
	source_free(&source);
}

Test(coverage, what_gcov_prints)
{
	struct source source;
	struct share share;

	source_make(&source);
	share = source_share(&source, 1, source.n_lines);
	cr_expect(share.executed == 3 && share.all == 5, "%zu of %zu", share.executed, share.all);
	cr_expect_eq(source.lines[9].count, 5, "of both copies of the line");
	cr_expect_not(source.lines[1].code, "another file's");
	source_clear(&source);
	cr_expect_eq(source_share(&source, 1, source.n_lines).all, 0);
	source_free(&source);
}

Test(coverage, what_gcov_does_not_print)
{
	struct source source;
	struct err err;

	source_make(&source);
	cr_expect_eq(gcov_take("gcov: no\n", &source, 1, &err), -EPROTO);
	cr_expect_eq(gcov_take("{\"files\": [{\"file\": \"net/ipv4/tcp_minisocks.c\", \"lines\": "
			       "[{\"line_number\": 22, \"count\": 1}]}]}\n",
			       &source, 1, &err),
		     -EPROTO);
	cr_expect_str_eq(err.msg,
			 "gcov tells of line 22 of net/ipv4/tcp_minisocks.c, which has 21");
	source_free(&source);
}

Test(coverage, tracefile_of_a_scenario)
{
	_cleanup_text_ struct text text = {0};
	struct source source;

	source_make(&source);
	tracefile_add("time-wait", &source, 1, &text);
	cr_expect_str_eq(text_str(&text),
			 "TN:time_wait\nSF:net/ipv4/tcp_minisocks.c\n"
			 "FN:4,tcp_timewait_state_process\n"
			 "FNDA:5,tcp_timewait_state_process\n"
			 "FN:14,tcp_time_wait\nFNDA:0,tcp_time_wait\nFNF:2\nFNH:1\n"
			 "DA:4,5\nDA:7,5\nDA:8,0\nDA:9,5\nDA:17,0\nLF:5\nLH:3\nend_of_record\n");
	source_free(&source);
}

Test(coverage, lines_that_nothing_executed)
{
	_cleanup_text_ struct text lines = {0}, summary = {0};
	struct source source;
	struct share share;

	source_make(&source);
	close_path_unexecuted(&source, 1, &lines);
	cr_expect_str_eq(text_str(&lines), "net/ipv4/tcp_minisocks.c:8 tcp_timewait_state_process: "
					   "return TCP_TW_ACK;\n"
					   "net/ipv4/tcp_minisocks.c:17 tcp_time_wait: }\n");
	share = close_path_share(&source, 1);
	cr_expect(share.executed == 3 && share.all == 5);
	close_path_summary(&source, 1, &summary);
	cr_expect(strstr(text_str(&summary), " tcp_timewait_state_process              3 /    4\n"),
		  "%s", text_str(&summary));
	source_free(&source);
}

TestSuite(coverage_dir, .init = place_make, .fini = place_remove);

Test(coverage_dir, a_kernel_that_does_not_count)
{
	const struct kernel kernel = {.kind = KERNEL_UML, .name = "plain"};
	_cleanup_free_ char *dir = mem_printf("%s/lines", place), *told = NULL;
	struct coverage *coverage;
	struct err err;

	cr_assert_eq(coverage_open(dir, &coverage, &err), 0, "%s", err.msg);
	cr_expect_eq(coverage_of(coverage, &kernel, &err), -EDOM);
	cr_expect_str_eq(err.msg,
			 "--coverage: uml:plain does not count its lines; `afterclose kernel "
			 "build uml:SOURCE --gcov` builds one that does");
	cr_expect_eq(coverage_write(coverage, &told, &err), -ENODATA);
	coverage_close(coverage);
}

Test(coverage_dir, counts_of_no_file_of_the_kernel)
{
	static const char message[] = "/sys/kernel/debug/gcov/x/net/ipv4/udp.gcda\0bytes";
	_cleanup_free_ char *dir = mem_printf("%s/lines", place);
	_cleanup_free_ char *gcov = mem_printf("%s/gcov", place);
	const struct kernel kernel = {.kind = KERNEL_UML, .name = "counts", .gcov_dir = gcov};
	struct coverage *coverage;
	struct err err;

	text_file_make("gcov/net/ipv4/tcp_minisocks.c", minisocks);
	text_file_make("gcov/net/ipv4/tcp_minisocks.gcno", "");
	cr_assert_eq(coverage_open(dir, &coverage, &err), 0, "%s", err.msg);
	cr_assert_eq(coverage_of(coverage, &kernel, &err), 0, "%s", err.msg);
	cr_expect_eq(coverage_of(coverage, &kernel, &err), -EDOM, "two kernels");
	cr_expect_eq(coverage_add(coverage, "how-long", message, sizeof(message), &err), -EPROTO);
	cr_expect_eq(coverage_add(coverage, "how-long", message, 10, &err), -EPROTO);
	coverage_close(coverage);
}
