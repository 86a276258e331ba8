// SPDX-License-Identifier: GPL-2.0-or-later
/* record: what is written is read back, and what is no record is told with its line. */
#include "record/record.h"
#include "base/clock.h"
#include "base/mem.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *file_with(const char *bytes)
{
	char *path = strdup("/tmp/afterclose-record-XXXXXX");
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
	close(fd);
	return path;
}

static int load(const char *bytes, struct records *ret, char msg[1000])
{
	char *path = file_with(bytes);
	struct err err = {0};
	int r = records_load(path, ret, &err);

	/* The file's name is chance. */
	snprintf(msg, 1000, "%s",
		 strstr(err.msg, path) ? strstr(err.msg, path) + strlen(path) : err.msg);
	unlink(path);
	free(path);
	return r;
}

#define KERNEL                                                                                     \
	"{\"type\":\"kernel\",\"schema\":1,\"id\":\"k\",\"release\":\"6.1\",\"hz\":250,"           \
	"\"has\":[],\"counters\":[]}\n"
#define SCENARIO                                                                                   \
	"{\"type\":\"scenario\",\"schema\":1,\"id\":\"h\",\"scenario\":\"s\",\"title\":\"t\","     \
	"\"dimensions\":[],\"steps\":[]}\n"
#define CELL                                                                                       \
	"{\"type\":\"cell\",\"schema\":1,\"kernel\":\"k\",\"scenario\":\"s\",\"file\":\"s.yaml\"," \
	"\"hash\":\"h\",\"cell\":\"s/a=1\",\"dimensions\":{},\"verdict\":\"pass\"}\n"

Test(record, a_file_is_read_whole)
{
	struct records records;
	char msg[1000];

	cr_assert_eq(load(KERNEL SCENARIO CELL "\n" KERNEL SCENARIO CELL "{\"type\": \"ce",
			  &records, msg),
		     0);
	cr_expect_eq(records.n_kernels, 1);
	cr_expect_eq(records.n_scenarios, 1);
	cr_expect_eq(records.n_cells, 2);
	cr_expect_eq(records.cut, 1);
	cr_expect_eq(records_kernel(&records, records.cells[1]), records.kernels[0]);
	records_free(&records);
}

Test(record, what_is_no_record)
{
	static const struct {
		const char *bytes, *msg;
	} bad[] = {
		{KERNEL "{]\n", ":2:2: not a line of JSON: string or '}' expected near ']'"},
		{"{}\n", ":1: no record: its \"type\" is not \"kernel\", "
			 "\"scenario\" or \"cell\""},
		{"[1]\n", ":1: no record: its \"type\" is not \"kernel\", "
			  "\"scenario\" or \"cell\""},
		{"{\"type\":\"cell\",\"schema\":2}\n",
		 ":1: a record of schema 2; this version reads schema 1"},
		{"{\"type\":\"cell\",\"schema\":1,\"kernel\":3}\n",
		 ":1: a cell record without a proper \"kernel\""},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct records records;
		char msg[1000];

		cr_expect_eq(load(bad[i].bytes, &records, msg), -EINVAL);
		cr_expect_str_eq(msg, bad[i].msg);
	}
}

Test(record, no_such_file)
{
	struct records records;
	struct err err;

	cr_expect_eq(records_load("/nowhere/r", &records, &err), -ENOENT);
	cr_expect_str_eq(err.msg, "cannot read /nowhere/r: No such file or directory");
}

Test(record, a_full_disk)
{
	FILE *full = fopen("/dev/full", "we");
	json_t *record = json_pack("{ss}", "type", "cell");
	struct err err;

	cr_expect_eq(record_write(full, "out.jsonl", record, &err), -ENOSPC);
	cr_expect_str_eq(err.msg, "cannot write out.jsonl: No space left on device");
	json_decref(record);
	fclose(full);
}

Test(record, facts_keep_their_types)
{
	static const struct {
		struct fact_spec spec;
		struct value value;
	} facts[] = {
		{{.type = FACT_WORD}, {.type = FACT_WORD, .word = "server"}},
		{{.type = FACT_NUMBER}, {.type = FACT_NUMBER, .number = -3}},
		{{.type = FACT_DURATION}, {.type = FACT_DURATION, .number = 60000000000}},
		{{.type = FACT_DURATION}, {FACT_DURATION, 60000000000, .error_ns = 8000000}},
	};
	json_t *record = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		struct value got;

		cr_expect_not(record_fact(record, "f", &facts[i].spec, &got));
		record_set_fact(record, "f", &facts[i].value);
		cr_assert(record_fact(record, "f", &facts[i].spec, &got));
		cr_expect_eq(got.number, facts[i].value.number);
		cr_expect_eq(got.error_ns, facts[i].value.error_ns);
		if (facts[i].value.word)
			cr_expect_str_eq(got.word, facts[i].value.word);
		/* A fact of another type is no such fact. */
		cr_expect_not(record_fact(record, "f", &facts[(i + 1) % 3].spec, &got));
		json_object_clear(record);
	}
	json_decref(record);
}

Test(record, a_strangers_error_is_no_licence)
{
	const struct fact_spec spec = {.type = FACT_DURATION};
	json_t *fact = json_pack("{sIsI}", "ns", (json_int_t)1, "error_ns", (json_int_t)INT64_MAX);
	json_t *record = json_pack("{s{s{so}}}", "canonical", "facts", "f", fact);
	struct value got;

	cr_assert(record_fact(record, "f", &spec, &got));
	cr_expect_eq(got.error_ns, NS_PER_S);
	json_object_set_new(fact, "error_ns", json_integer(-1));
	cr_assert(record_fact(record, "f", &spec, &got));
	cr_expect_eq(got.error_ns, 0);
	json_decref(record);
}

Test(record, a_kernel_comes_back)
{
	char *has[] = {"tcp_tw_reuse", "tcp_tw_reuse_delay"}, *counters[] = {"OutRsts"};
	struct features features = {has, 2, counters, 1, 250, "6.18", "#1"}, got;
	json_t *kernel = record_kernel(&features), *again, *other;
	struct err err = {0};

	cr_assert_eq(record_kernel_features(kernel, &got, &err), 0);
	cr_expect_eq(got.hz, 250);
	cr_expect_str_eq(got.release, "6.18");
	cr_expect(features_has(&got, "tcp_tw_reuse_delay"));
	cr_expect(features_has_counter(&got, "OutRsts"));
	again = record_kernel(&got);
	cr_expect(json_equal(kernel, again));
	features.hz = 1000;
	other = record_kernel(&features);
	cr_expect_str_neq(record_text(other, "id", ""), record_text(kernel, "id", ""));
	features_free(&got);
	json_decref(kernel);
	json_decref(again);
	json_decref(other);
}
