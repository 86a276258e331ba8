// SPDX-License-Identifier: GPL-2.0-or-later
/* judge: one scenario, records that meet it, miss it, miss it by noise, and lack a fact. */
#include "base/exit.h"
#include "base/mem.h"
#include "record/judge.h"
#include "scenario/rules.h"

#include <criterion/criterion.h>
#include <string.h>

static struct scenario *scenario;
static struct cell *cells;
static size_t n_cells;
static const struct features features = {.hz = 250};

static void set_up(void)
{
	struct err err = {0};

	cr_assert_eq(scenario_load(TESTS_DIR "/data/judge/judged.yaml", &scenario, &err), 0, "%s",
		     err.msg);
	cr_assert_eq(scenario_prove(scenario, &err), 0, "%s", err.msg);
	n_cells = matrix_cells(scenario, &cells);
	cr_assert_eq(n_cells, 3);
}

static void tear_down(void)
{
	matrix_free(cells, n_cells);
	scenario_free(scenario);
}

TestSuite(judge, .init = set_up, .fini = tear_down);

/* A record of a cell in which all is as the rules say of closer=server. */
static json_t *record_good(const struct cell *cell)
{
	json_t *record = record_new(cell, "k", "host");
	json_t *canonical = json_pack(
		"{s{ss s{si} ss s{sI}} s{s{} s{}} s[]}", "facts", "old.connect", "ok",
		"old.connect_time", "ns", 4000000, "old.time_wait", "server", "old.time_wait_total",
		"ns", (json_int_t)60000000000, "counters", "client", "server", "missed");

	json_object_set_new(record, "canonical", canonical);
	json_object_set_new(record, "volatile", json_pack("{si}", "noise_us", 100));
	return record;
}

static void fact_set(json_t *record, const char *name, json_t *value)
{
	json_object_set_new(json_object_get(json_object_get(record, "canonical"), "facts"), name,
			    value);
}

static void counter_set(json_t *record, int moved)
{
	json_t *counters = json_object_get(json_object_get(record, "canonical"), "counters");

	json_object_set_new(json_object_get(counters, "server"), "OutRsts", json_integer(moved));
}

static void noise_set(json_t *record, int us)
{
	json_object_set_new(json_object_get(record, "volatile"), "noise_us", json_integer(us));
}

/* "fact: expected/observed verdict; ..." of the rows that did not pass. */
static char *misses(const json_t *record)
{
	json_t *rows = json_object_get(record, "judged"), *row;
	struct text text = {0};
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!strcmp(record_text(row, "verdict", ""), "pass"))
			continue;
		text_add(&text, "%s%s: %s/%s %s", text.len ? "; " : "",
			 record_text(row, "fact", ""), record_text(row, "expected", ""),
			 record_text(row, "observed", ""), record_text(row, "verdict", ""));
	}
	return text_take(&text);
}

/* Takes the record. */
static void expect(const struct cell *cell, json_t *record, const char *verdict, const char *missed)
{
	enum verdict got = judge_record(cell, &features, record);
	char *text = misses(record);

	cr_expect_str_eq(verdict_names[got], verdict);
	cr_expect_eq(record_verdict(record), got);
	cr_expect_str_eq(text, missed);
	free(text);
	json_decref(record);
}

Test(judge, as_expected)
{
	expect(&cells[0], record_good(&cells[0]), "pass", "");
}

Test(judge, a_miss)
{
	json_t *record = record_good(&cells[0]);

	fact_set(record, "old.time_wait", json_string("client"));
	expect(&cells[0], record, "fail", "old.time_wait: server/client fail");
	/* The same facts are a miss in the cell where the other end closes first. */
	expect(&cells[1], record_good(&cells[1]), "fail", "old.time_wait: client/server fail");
}

Test(judge, a_row_says_which_line_settled_it)
{
	json_t *record = record_good(&cells[0]), *row;

	judge_record(&cells[0], &features, record);
	row = json_array_get(json_object_get(record, "judged"), 0);
	cr_expect_str_eq(record_text(row, "fact", ""), "old.connect");
	cr_expect_eq(record_number(row, "line", 0), 12);
	cr_expect_eq(record_number(row, "column", 0), 7);
	json_decref(record);
}

Test(judge, a_missing_fact)
{
	json_t *record = record_good(&cells[0]);

	fact_set(record, "old.connect", json_integer(1));
	noise_set(record, 90000);
	expect(&cells[0], record, "fail", "old.connect: ok/nothing fail");
}

Test(judge, a_fact_that_frames_of_unknown_fate_leave_open)
{
	json_t *record = record_good(&cells[0]);

	json_object_del(json_object_get(json_object_get(record, "canonical"), "facts"),
			"old.time_wait");
	record_add_unsettled(record, "old.connect_time"); /* whatever a stranger's facts say */
	record_add_unsettled(record, "old.time_wait");
	expect(&cells[0], json_deep_copy(record), "inconclusive",
	       "old.connect_time: <= 10ms/unknown inconclusive; "
	       "old.time_wait: server/unknown inconclusive");
	fact_set(record, "old.connect", json_string("EADDRINUSE"));
	expect(&cells[0], record, "fail",
	       "old.connect: ok/EADDRINUSE fail; old.connect_time: <= 10ms/unknown inconclusive; "
	       "old.time_wait: server/unknown inconclusive");
}

Test(judge, a_fact_that_refers_to_one_that_is_open)
{
	static const char text[] = "scenario: refers\ntitle: t\nsource: [none]\n"
				   "play:\n"
				   "  - listen: server:8080\n"
				   "  - connect: {as: old, from: client, to: server:8080}\n"
				   "expect:\n"
				   "  - then: {old.server_rsts: fact(old.server_strays)+1}\n";
	struct scenario *refers;
	struct cell *cell;
	struct err err = {0};
	json_t *record;

	cr_assert_eq(scenario_parse("refers.yaml", text, strlen(text), &refers, &err), 0, "%s",
		     err.msg);
	cr_assert_eq(scenario_prove(refers, &err), 0, "%s", err.msg);
	cr_assert_eq(matrix_cells(refers, &cell), 1);
	record = record_good(cell);
	fact_set(record, "old.server_rsts", json_integer(0));
	expect(cell, json_deep_copy(record), "fail",
	       "old.server_rsts: what old.server_strays says, which is not known/0 fail");
	record_add_unsettled(record, "old.server_strays");
	expect(cell, json_deep_copy(record), "inconclusive",
	       "old.server_rsts: what old.server_strays says, which is not known/0 inconclusive");
	json_array_clear(json_object_get(json_object_get(record, "canonical"), "unsettled"));
	fact_set(record, "old.server_strays", json_integer(0));
	expect(cell, json_deep_copy(record), "fail", "old.server_rsts: 1/0 fail");
	fact_set(record, "old.server_rsts", json_integer(1));
	expect(cell, record, "pass", "");
	matrix_free(cell, 1);
	scenario_free(refers);
}

Test(judge, a_counter_of_a_host_that_was_not_there)
{
	json_t *record = record_good(&cells[0]);

	json_object_set_new(json_object_get(record, "canonical"), "counters", json_object());
	expect(&cells[0], record, "fail", "server OutRsts: 0/nothing fail");
}

Test(judge, noise_explains_a_timing_fact_only)
{
	json_t *record = record_good(&cells[0]);

	fact_set(record, "old.connect_time", json_pack("{si}", "ns", 14000000));
	noise_set(record, 3000);
	expect(&cells[0], json_deep_copy(record), "fail", "old.connect_time: <= 10ms/14ms fail");
	noise_set(record, 5000);
	expect(&cells[0], json_deep_copy(record), "inconclusive",
	       "old.connect_time: <= 10ms/14ms inconclusive");
	/* What it cannot explain stays a fail, whatever else it can. */
	fact_set(record, "old.time_wait", json_string("none"));
	expect(&cells[0], json_deep_copy(record), "fail",
	       "old.connect_time: <= 10ms/14ms inconclusive; old.time_wait: server/none fail");
	/* More than JUDGE_NOISE_NS_MAX can explain anything. */
	noise_set(record, 50001);
	expect(&cells[0], record, "inconclusive",
	       "old.connect_time: <= 10ms/14ms inconclusive; "
	       "old.time_wait: server/none inconclusive");
}

/* What lies within the error of the looks is not told to be a miss; what lies beyond it is. */
Test(judge, a_duration_is_known_to_within_its_error)
{
	json_t *record = record_good(&cells[0]);

	noise_set(record, 0);
	fact_set(record, "old.connect_time", json_pack("{si}", "ns", 10000001));
	expect(&cells[0], json_deep_copy(record), "fail", "old.connect_time: <= 10ms/10ms fail");
	fact_set(record, "old.connect_time", json_pack("{sisi}", "ns", 10000001, "error_ns", 1));
	expect(&cells[0], json_deep_copy(record), "pass", "");
	fact_set(record, "old.connect_time", json_pack("{sisi}", "ns", 10000002, "error_ns", 1));
	expect(&cells[0], record, "fail", "old.connect_time: <= 10ms/10ms fail");
}

Test(judge, an_await_that_was_not_reached)
{
	json_t *record = record_good(&cells[0]);

	json_array_append_new(
		json_object_get(json_object_get(record, "canonical"), "missed"),
		json_pack("{si si ss}", "step", 7, "line", 31, "what", "time-wait at the client"));
	expect(&cells[0], record, "fail",
	       "step 7 (await): time-wait at the client/not reached fail");
}

Test(judge, skip_and_error)
{
	json_t *record = record_good(&cells[0]);

	json_object_set_new(record, "skip", json_string("no such knob"));
	expect(&cells[0], json_deep_copy(record), "skip", "");
	json_object_set_new(record, "error", json_string("no veth"));
	expect(&cells[0], record, "error", "");
}

Test(judge, a_control_passes_if_its_facts_fail)
{
	const struct cell *control = &cells[2];
	json_t *record = record_good(control);

	cr_assert_not_null(control->control);
	/* Played with closer=client, judged as closer=server. */
	fact_set(record, "old.time_wait", json_string("client"));
	expect(control, json_deep_copy(record), "pass", "");
	counter_set(record, 1);
	expect(control, json_deep_copy(record), "fail", "server OutRsts: 0/1 fail");
	counter_set(record, 0);
	fact_set(record, "old.time_wait", json_string("server"));
	expect(control, json_deep_copy(record), "fail", "old.time_wait: server/server fail");
	noise_set(record, 50001);
	expect(control, json_deep_copy(record), "inconclusive",
	       "old.time_wait: server/server inconclusive");
	noise_set(record, 100);
	/* A fact that was not observed proves nothing about the rule. */
	fact_set(record, "old.time_wait", json_null());
	expect(control, record, "fail", "old.time_wait: server/nothing fail");
}

Test(judge, a_deviation_is_shown_and_not_failed)
{
	json_t *record = record_good(&cells[0]), *row;

	cr_expect_eq(judge_record(&cells[0], &features, record), VERDICT_PASS);
	row = json_array_get(json_object_get(record, "rfc"), 0);
	cr_expect(json_is_true(json_object_get(row, "deviates")));
	cr_expect_str_eq(record_text(row, "source", ""), "RFC 9293 3.10.8");
	cr_expect_str_eq(record_text(row, "observed", ""), "60s");
	json_decref(record);
}

Test(judge, judging_twice_changes_nothing)
{
	json_t *record = record_good(&cells[0]), *once;

	judge_record(&cells[0], &features, record);
	once = json_deep_copy(record);
	judge_record(&cells[0], &features, record);
	cr_expect(json_equal(once, record));
	cr_expect_not(record_scenario_changed(record, scenario));
	json_object_set_new(record, "hash", json_string("0000000000000000"));
	cr_expect(record_scenario_changed(record, scenario));
	json_decref(once);
	json_decref(record);
}

Test(judge, exit_codes)
{
	static const struct {
		size_t counts[N_VERDICTS];
		int code;
	} runs[] = {
		{{[VERDICT_PASS] = 9, [VERDICT_SKIP] = 3}, EXIT_PASS},
		{{[VERDICT_PASS] = 9, [VERDICT_FAIL] = 1, [VERDICT_ERROR] = 1}, EXIT_FAIL},
		{{[VERDICT_PASS] = 9, [VERDICT_ERROR] = 1, [VERDICT_INCONCLUSIVE] = 1},
		 EXIT_HARNESS},
		{{[VERDICT_PASS] = 9, [VERDICT_INCONCLUSIVE] = 1}, EXIT_INCONCLUSIVE},
		{{[VERDICT_SKIP] = 9}, EXIT_NOTHING_RAN},
		{{0}, EXIT_NOTHING_RAN},
	};

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++)
		cr_expect_eq(judge_exit_code(runs[i].counts), runs[i].code);
}
