// SPDX-License-Identifier: GPL-2.0-or-later
/* prune: the long lists go, all else stays; and what is broken stays broken. */
#include "record/prune.h"
#include "golden.h"

Test(prune, lists)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"{\"a\":1}", "{\"a\":1}"},
		{"{\"segments\":[{\"text\":\"]\\\"}\"},[1]],\"a\":1}", "{\"segments\":[],\"a\":1}"},
		{"{\"segments\" : [1, 2] , \"a\":[1]}", "{\"segments\":[] , \"a\":[1]}"},
		{"{\"a\":\"segments\",\"b\":[1]}", "{\"a\":\"segments\",\"b\":[1]}"},
		{"{\"a\":\"x\\\"segments\\\":[1]\"}", "{\"a\":\"x\\\"segments\\\":[1]\"}"},
		{"{\"segments\":\"word\"}", "{\"segments\":\"word\"}"},
		{"{\"segments\":[]}", "{\"segments\":[]}"},
		{"{\"segments\":[1,{\"a\":", "{\"segments\":[1,{\"a\":"},
		{"{\"a\":\"no end", "{\"a\":\"no end"},
		{"", ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char line[200];
		size_t len;

		strcpy(line, cases[i].in);
		len = line_prune(line, strlen(line));
		line[len] = '\0';
		cr_expect_str_eq(line, cases[i].out);
	}
}

static int count_segments(void *ctx, json_t *line, struct err *err)
{
	const json_t *canonical = json_object_get(line, "canonical");

	(void)err;
	*(size_t *)ctx += json_array_size(json_object_get(canonical, "segments"));
	return 0;
}

/* The same records by both ways: without the lists nothing else is missing. */
Test(prune, a_file)
{
	size_t whole = 0, without = 0, cut;
	struct err err;
	const char *path = TESTS_DIR "/data/report/third-segment.jsonl";

	cr_assert_eq(records_read(path, false, count_segments, &whole, &cut, &err), 0);
	cr_assert_eq(records_read(path, true, count_segments, &without, &cut, &err), 0);
	cr_expect_gt(whole, 0);
	cr_expect_eq(without, 0);
}

Test(prune, bodies)
{
	char line[] =
		"{\"cell\":\"s/a=[1]\",\"canonical\":{\"facts\":{\"x\":\"}\"},\"segments\":[{}]},"
		"\"judged\":[{\"fact\":\"judged\"}],\"verdict\":\"pass\",\"volatile\": "
		"{\"pid\":1}}";
	size_t len = line_prune_bodies(line, strlen(line));

	line[len] = '\0';
	cr_expect_str_eq(line, "{\"cell\":\"s/a=[1]\",\"canonical\":{},\"judged\":[],"
			       "\"verdict\":\"pass\",\"volatile\":{}}");
}
