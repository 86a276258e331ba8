// SPDX-License-Identifier: GPL-2.0-or-later
/* effect: constructed records of a scenario that varies sysctls: which cells are pairs, and what is
 * counted of them. */
#include "advise/effect.h"
#include "base/mem.h"
#include "record/record.h"

#include <criterion/criterion.h>
#include <string.h>

/* The baseline of tcp_rfc1337 is 0 and that of tcp_fin_timeout 60; `seconds` is what the step
 * writes where `by` says so, and how long the play is elsewhere. */
static const char yaml[] =
	"scenario: s\ntitle: t\nsource: [RFC 9293 3.6.1]\n"
	"vary:\n"
	"  rfc: {sysctl: net.ipv4.tcp_rfc1337, of: server, values: [1, 0]}\n"
	"  seconds: [3, 60]\n"
	"  by: [sysctl, pause]\n"
	"  family: [ipv4, ipv6]\n"
	"omit:\n"
	"  - {when: {rfc: 1, family: ipv6, seconds: 3}, why: so that one has no partner}\n"
	"play:\n"
	"  - listen: {at: server:80}\n"
	"  - sysctl: {at: client, name: net.ipv4.tcp_fin_timeout, value: $seconds}\n"
	"    when: {by: sysctl}\n"
	"  - {wait: 1s, when: {by: pause, seconds: 60}}\n"
	"  - connect: {as: old, from: client, to: server:80}\n"
	"  - close: {via: old, first: client}\n"
	"expect:\n"
	"  - {then: {old.connect: ok}}\n";

static struct scenario *scenario;
static struct cell *cells;
static size_t n_cells;
static struct half half;
static json_t *rfc;

static void open_ground(void)
{
	struct err err = {0};

	cr_assert_eq(scenario_parse("s.yaml", yaml, strlen(yaml), &scenario, &err), 0, "%s",
		     err.msg);
	n_cells = matrix_cells(scenario, &cells);
	half_init(&half, "half");
	rfc = json_object();
}

static void close_ground(void)
{
	matrix_free(cells, n_cells);
	scenario_free(scenario);
	half_free(&half);
	json_decref(rfc);
}

TestSuite(effect, .init = open_ground, .fini = close_ground);

static const char *value(const struct cell *cell, const char *dimension)
{
	return cell_value(cell, dimension, "?");
}

static bool is(const struct cell *cell, const char *dimension, const char *wanted)
{
	return !strcmp(value(cell, dimension), wanted);
}

static void add(struct half *to, const struct cell *cell, const char *connect)
{
	json_t *record = json_pack(
		"{ss ss ss ss ss s{ss ss ss ss} ss s{s{ss ss} s{}} s[{ss ss ss ss} {ss ss ss ss}] "
		"s{}}",
		"type", "cell", "kernel", "k", "scenario", "s", "hash", "h", "cell", cell->id,
		"dimensions", "rfc", value(cell, "rfc"), "seconds", value(cell, "seconds"), "by",
		value(cell, "by"), "family", value(cell, "family"), "verdict", "pass", "canonical",
		"facts", "old.connect", connect, "old.time_wait", "client", "counters", "judged",
		"fact", "old.connect", "expected", connect, "observed", connect, "verdict", "pass",
		"fact", "old.time_wait", "expected", "client", "observed", "client", "verdict",
		"pass", "volatile");

	cr_assert_not_null(record);
	half_add(to, record);
	json_decref(record);
}

static void add_skip(const struct cell *cell)
{
	json_t *record = json_pack("{ss ss ss ss ss s{} ss ss s{}}", "type", "cell", "kernel", "k",
				   "scenario", "s", "hash", "h", "cell", cell->id, "dimensions",
				   "verdict", "skip", "skip", "not here", "volatile");

	half_add(&half, record);
	json_decref(record);
}

static struct effect_ground ground(const struct half *of)
{
	return (struct effect_ground){scenario, cells, n_cells, of, rfc};
}

static json_t *effects(void)
{
	const struct effect_ground here = ground(&half);

	return effects_varied(&here);
}

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, -1);
}

static const char *text(const json_t *object, const char *key)
{
	return record_text(object, key, "?");
}

/* The baseline is what the others are held against, wherever it stands; a cell whose partner the
 * scenario leaves out is in no pair. */
Test(effect, pairs_of_a_bound_dimension)
{
	json_t *list, *effect, *finding;

	for (size_t i = 0; i < n_cells; i++)
		add(&half, &cells[i],
		    is(&cells[i], "rfc", "1") && is(&cells[i], "by", "pause") ? "pending" : "ok");
	list = effects();
	effect = json_array_get(list, 0);
	cr_expect_str_eq(text(effect, "sysctl"), "net.ipv4.tcp_rfc1337");
	cr_expect_str_eq(text(effect, "of"), "server");
	cr_expect_str_eq(text(effect, "dimension"), "rfc");
	cr_expect_str_eq(text(effect, "from"), "0");
	cr_expect_str_eq(text(effect, "to"), "1");
	cr_expect_eq(number(effect, "pairs"), 6);
	cr_expect_eq(number(effect, "cells"), 6);
	cr_expect_eq(number(effect, "changed"), 3);
	cr_expect_eq(number(json_object_get(effect, "same"), "old.time_wait"), 6);
	cr_expect_null(json_object_get(json_object_get(effect, "same"), "old.connect"));
	finding = json_array_get(json_object_get(effect, "findings"), 0);
	cr_expect_str_eq(text(finding, "was"), "ok");
	cr_expect_str_eq(text(finding, "now"), "pending");
	cr_expect_str_eq(text(effect, "nearest"), "s/by=pause");
	json_decref(list);
}

/* Of a dimension that a step writes only the cells count that play this step and differ in nothing
 * else: with by=pause one of two waits. */
Test(effect, pairs_of_a_step)
{
	json_t *list, *effect;

	for (size_t i = 0; i < n_cells; i++)
		add(&half, &cells[i], is(&cells[i], "seconds", "3") ? "pending" : "ok");
	list = effects();
	cr_assert_eq(json_array_size(list), 2);
	effect = json_array_get(list, 1);
	cr_expect_str_eq(text(effect, "sysctl"), "net.ipv4.tcp_fin_timeout");
	cr_expect_str_eq(text(effect, "of"), "client");
	cr_expect_str_eq(text(effect, "from"), "60");
	cr_expect_str_eq(text(effect, "to"), "3");
	cr_expect_eq(number(effect, "pairs"), 3);
	cr_expect_eq(number(effect, "changed"), 3);
	json_decref(list);
}

/* A record in which a rule asks for a time. */
static void add_life(const struct cell *cell, long long ns)
{
	json_t *record =
		json_pack("{ss ss ss ss ss s{ss} ss s{s{s{sI}} s{}} s[{ss ss ss ss}] s{}}", "type",
			  "cell", "kernel", "k", "scenario", "s", "hash", "h", "cell", cell->id,
			  "dimensions", "rfc", value(cell, "rfc"), "verdict", "pass", "canonical",
			  "facts", "old.life", "ns", (json_int_t)ns, "counters", "judged", "fact",
			  "old.life", "expected", is(cell, "rfc", "1") ? "long" : "short",
			  "observed", "?", "verdict", "pass", "volatile");

	cr_assert_not_null(record);
	half_add(&half, record);
	json_decref(record);
}

/* Times are told as exactly as they are the same from kernel to kernel. */
Test(effect, times)
{
	json_t *list, *finding;
	long long n = 0;

	for (size_t i = 0; i < n_cells; i++)
		add_life(&cells[i],
			 is(&cells[i], "rfc", "1") ? 60446400000 + 12700000 * n++ : 314700001);
	list = effects();
	finding = json_array_get(json_object_get(json_array_get(list, 0), "findings"), 0);
	cr_expect_str_eq(text(finding, "was"), "315ms");
	cr_expect_str_eq(text(finding, "now"), "60.4s..60.5s");
	json_decref(list);
}

/* A pair of which one cell was skipped is no pair where nothing changes. */
Test(effect, what_was_not_compared)
{
	json_t *list, *effect;

	for (size_t i = 0; i < n_cells; i++) {
		if (is(&cells[i], "rfc", "1") && is(&cells[i], "family", "ipv6"))
			add_skip(&cells[i]);
		else
			add(&half, &cells[i], "ok");
	}
	list = effects();
	effect = json_array_get(list, 0);
	cr_expect_eq(number(effect, "pairs"), 6);
	cr_expect_eq(number(effect, "cells"), 4);
	cr_expect_eq(number(effect, "changed"), 0);
	cr_expect_eq(number(json_object_get(effect, "skips"), "not here"), 2);
	cr_expect_eq(number(json_object_get(effect, "same"), "old.connect"), 4);
	json_decref(list);
}

static json_t *asks(bool deviates, const char *source)
{
	json_t *row =
		json_pack("{ss ss ss}", "source", source, "fact", "old.connect", "expected", "ok");

	if (deviates)
		json_object_set_new(row, "deviates", json_true());
	return row;
}

/* Only a standard's rule that the two values keep in another number of pairs is told. */
Test(effect, standards)
{
	json_t *list, *rules;

	for (size_t i = 0; i < n_cells; i++) {
		bool deviates = is(&cells[i], "rfc", "1") && is(&cells[i], "by", "pause");

		add(&half, &cells[i], "ok");
		json_object_set_new(
			rfc, cells[i].id,
			json_pack("[oo]", asks(deviates, "RFC 1"), asks(true, "RFC 2")));
	}
	list = effects();
	rules = json_object_get(json_array_get(list, 0), "rfc");
	cr_assert_eq(json_array_size(rules), 1);
	cr_expect_str_eq(text(json_array_get(rules, 0), "source"), "RFC 1");
	cr_expect_eq(number(json_array_get(rules, 0), "of"), 6);
	cr_expect_eq(number(json_array_get(rules, 0), "from"), 0);
	cr_expect_eq(number(json_array_get(rules, 0), "to"), 3);
	json_decref(list);
}

/* A setting that all hosts had is held against the same cells without it; where the scenario varies
 * that sysctl itself, it had no say. */
Test(effect, applied)
{
	const struct effect_ground without = ground(&half);
	struct half other;
	struct effect_ground with;
	json_t *effect;

	half_init(&other, "other");
	with = ground(&other);
	for (size_t i = 0; i < n_cells; i++) {
		add(&half, &cells[i], "ok");
		add(&other, &cells[i], is(&cells[i], "by", "pause") ? "pending" : "ok");
	}
	effect = effect_applied(&without, &with, "net.ipv4.tcp_syncookies", "0");
	cr_assert_not_null(effect);
	cr_expect_str_eq(text(effect, "from"), "1");
	cr_expect_str_eq(text(effect, "to"), "0");
	cr_expect_null(json_object_get(effect, "dimension"));
	cr_expect_eq(number(effect, "pairs"), (long long)n_cells);
	cr_expect_eq(number(effect, "changed"), (long long)n_cells / 2);
	json_decref(effect);
	cr_expect_null(effect_applied(&without, &with, "net.ipv4.tcp_rfc1337", "1"));
	cr_expect_null(effect_applied(&without, &with, "net.ipv4.tcp_fin_timeout", "3"));
	half_free(&other);
}

Test(effect, which_scenarios_vary)
{
	cr_expect(effect_scenario_varies(scenario, NULL));
	cr_expect(effect_scenario_varies(scenario, "net.ipv4.tcp_rfc1337"));
	cr_expect(effect_scenario_varies(scenario, "net.ipv4.tcp_fin_timeout"));
	cr_expect_not(effect_scenario_varies(scenario, "net.ipv4.tcp_sack"));
}
