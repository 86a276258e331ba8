// SPDX-License-Identifier: GPL-2.0-or-later
/* rules: which rules settle a cell's facts on which kernel, and how fast that is proved. */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "scenario/rules.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] =
	"scenario: small\ntitle: t\nsource: s\n"
	"vary:\n"
	"  closer: [server, client]\n"
	"  topology: [link, loopback]\n"
	"play:\n"
	"  - listen: server:8080\n"
	"  - connect: {as: old, from: client, to: server:8080}\n"
	"  - close: {via: old, first: $closer}\n"
	"expect:\n"
	"  - then: {old.time_wait: $closer, $closer TW: 1}\n"
	"  - {when: {topology: link}, then: {old.syns: 1}}\n"
	"  - {when: {has: [tcp_tw_reuse_delay, tcp_rfc1337]}, then: {old.bind: none}}\n"
	"  - {when: {has: not tcp_tw_reuse_delay, hz: 250}, then: {old.stream: none}}\n"
	"  - {when: {has: tcp_tw_reuse_delay, hz: 250}, then: {old.stream: short}}\n"
	"  - {when: {hz: not 250}, then: {old.stream: intact}}\n"
	"  - {when: {has: not tcp_tw_reuse_delay, counter: not TW}, then: {old.connect: ok}}\n"
	"  - {when: {has: not tcp_tw_reuse_delay, counter: TW}, then: {old.connect: ok}}\n"
	"  - {when: {has: tcp_tw_reuse_delay}, then: {old.connect: ok}}\n"
	"rfc:\n"
	"  - {when: {closer: client}, then: {old.time_wait: both}, source: RFC 9293}\n";

static struct scenario *load(const char *yaml)
{
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_assert_eq(scenario_parse("small.yaml", yaml, strlen(yaml), &scenario, &err), 0, "%s",
		     err.msg);
	return scenario;
}

static bool observe(const void *ctx, const char *name, const struct fact_spec *spec,
		    struct value *ret)
{
	const int64_t *number = ctx;

	(void)name;
	*ret = (struct value){.type = spec->type, .number = number ? *number : 0, .word = "none"};
	return number != NULL;
}

/* "fact=matcher line;" of each expectation, sorted by fact. */
static char *settle(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    const size_t *choice, const struct features *features)
{
	struct expectation *expectations;
	const struct observed observed = {.fact = observe};
	struct text out = {0};
	size_t n =
		rules_settle(scenario, rules, n_rules, choice, features, &observed, &expectations);

	for (size_t i = 0; i < n; i++) {
		text_add(&out, "%s=", expectations[i].fact);
		matcher_format(&expectations[i].matcher, features->hz, &out);
		text_add(&out, " %d;", expectations[i].rule->at.line);
	}
	expectations_free(expectations, n);
	return text_take(&out);
}

static void expect_settled(const struct features *features, const size_t *choice, const char *want)
{
	struct scenario *scenario = load(text);
	char *got = settle(scenario, scenario->expect, scenario->n_expect, choice, features);

	cr_expect_str_eq(got, want);
	free(got);
	scenario_free(scenario);
}

static char *has[] = {"tcp_tw_reuse_delay"};
static char *counters[] = {"TW"};

Test(rules, on_an_old_kernel)
{
	const struct features old = {.counters = counters, .n_counters = 1, .hz = 250};

	expect_settled(&old, (size_t[]){0, 0},
		       "old.connect=ok 19;old.stream=none 15;old.syns=1 13;"
		       "old.time_wait=server 12;server TW=1 12;");
}

Test(rules, on_a_new_kernel)
{
	const struct features new = {.has = has, .n_has = 1, .hz = 1000};

	expect_settled(&new, (size_t[]){1, 1},
		       "client TW=1 12;old.bind=none 14;old.connect=ok 20;old.stream=intact 17;"
		       "old.time_wait=client 12;");
}

Test(rules, of_the_standard)
{
	const struct features none = {0};
	struct scenario *scenario = load(text);
	char *server = settle(scenario, scenario->rfc, scenario->n_rfc, (size_t[]){0, 0}, &none);
	char *client = settle(scenario, scenario->rfc, scenario->n_rfc, (size_t[]){1, 0}, &none);

	cr_expect_str_eq(server, "");
	cr_expect_str_eq(client, "old.time_wait=both 22;");
	free(server);
	free(client);
	scenario_free(scenario);
}

static const char observing[] =
	"scenario: small\ntitle: t\nsource: s\n"
	"vary:\n  first: [client, server]\n"
	"play:\n"
	"  - listen: server:8080\n"
	"  - connect: {as: old, from: client, to: server:8080}\n"
	"  - close: {via: old, first: $first}\n"
	"expect:\n"
	"  - {when: {old.final_acks_lost: 0}, then: {old.time_wait_restarts: 0}}\n"
	"  - {when: {old.final_acks_lost: 1..2},"
	" then: {old.time_wait_restarts: \">= fact(old.final_acks_lost)-1\"}}\n"
	"  - {when: {old.final_acks_lost: not 0..2, hz: 250}, then: {old.time_wait_restarts: 3}}\n"
	"  - {when: {old.final_acks_lost: not 0..2, hz: not 250}, then: {old.time_wait_restarts: "
	"4}}\n"
	"  - then: {old.client_fins: fact(old.client_fins_lost)+1}\n";

static void expect_observed(const int64_t *number, const char *want)
{
	const struct features features = {.hz = 250};
	const struct observed observed = {.fact = observe, .ctx = number};
	struct scenario *scenario = load(observing);
	struct expectation *expectations;
	struct text got = {0};
	struct err err = {0};
	size_t n;

	cr_assert_eq(scenario_prove(scenario, &err), 0, "%s", err.msg);
	n = rules_settle(scenario, scenario->expect, scenario->n_expect, (size_t[]){0}, &features,
			 &observed, &expectations);
	for (size_t i = 0; i < n; i++) {
		text_add(&got, "%s=", expectations[i].fact);
		matcher_format(&expectations[i].matcher, features.hz, &got);
		text_add(&got, " %d;", expectations[i].rule->at.line);
	}
	cr_expect_str_eq(text_str(&got), want);
	text_free(&got);
	expectations_free(expectations, n);
	scenario_free(scenario);
}

/* A rule may ask for what was observed, and a value may be a sum of it. */
Test(rules, by_what_was_observed)
{
	expect_observed(&(int64_t){0}, "old.client_fins=1 15;old.time_wait_restarts=0 11;");
	expect_observed(&(int64_t){2}, "old.client_fins=3 15;old.time_wait_restarts=>= 1 12;");
	expect_observed(&(int64_t){3}, "old.client_fins=4 15;old.time_wait_restarts=3 13;");
}

/* A record that cannot say whether a rule holds settles nothing in silence. */
Test(rules, by_what_was_not_observed)
{
	expect_observed(NULL, "old.client_fins= 15;old.final_acks_lost=0 11;");
}

/* old.bind is settled only where a kernel has one of two features: there is one that has none. */
Test(rules, proof_names_cell_and_kernel)
{
	struct scenario *scenario = load(text);
	struct err err = {0};

	cr_expect_lt(scenario_prove(scenario, &err), 0);
	cr_expect_str_eq(err.msg,
			 "small.yaml:14:61: no rule settles `old.bind` in the cell small on a "
			 "kernel without tcp_tw_reuse_delay, without tcp_rfc1337; elsewhere it "
			 "is settled in line 14");
	scenario_free(scenario);
}

/* Five rules settle one counter of one host in all cells, on all kernels. */
static void add_rules(struct text *yaml, int dimension, int value, const char *fact)
{
	static const char *const conditions[] = {
		"d%d: %d, has: tcp_tw_reuse_delay",
		"d%d: %d, has: not tcp_tw_reuse_delay, counter: TW",
		"d%d: %d, has: not tcp_tw_reuse_delay, counter: not TW",
		"d%d: not %d, hz: 250",
		"d%d: not %d, hz: not 250",
	};

	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++) {
		text_add(yaml, "  - {when: {");
		text_add(yaml, conditions[i], dimension, value);
		text_add(yaml, "}, then: {%s: 1}}\n", fact);
	}
}

/* 2,000 cells, 30 facts, 8 kernels. Some ms; the bound is for a busy machine and sanitizers. */
Test(rules, proof_is_quick)
{
	static const char *const names[] = {
		"TW",	       "TWRecycled",  "TWKilled", "PAWSEstab",	 "OutRsts",
		"TCPTimeouts", "ActiveOpens", "InSegs",	  "RetransSegs", "OutSegs"};
	struct text yaml = {0};
	struct scenario *scenario;
	struct err err = {0};
	int64_t start_ns;

	text_add(&yaml, "scenario: small\ntitle: t\nsource: s\nvary:\n  d3: [1, 2]\n");
	for (int d = 0; d < 3; d++)
		text_add(&yaml, "  d%d: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n", d);
	text_add(&yaml, "play:\n  - count: {as: n, at: client2}\n");
	for (int d = 0; d < 4; d++)
		text_add(&yaml, "  - sysctl: {at: client, name: net.ipv4.tcp_rmem, value: $d%d}\n",
			 d);
	text_add(&yaml, "expect:\n");
	for (int i = 0; i < 30; i++) {
		char fact[64];

		snprintf(fact, sizeof(fact), "%s %s", host_names[i / 10], names[i % 10]);
		add_rules(&yaml, i % 3, i % 10 + 1, fact);
	}
	scenario = load(text_str(&yaml));
	start_ns = clock_now_ns();
	cr_expect_eq(scenario_prove(scenario, &err), 0, "%s", err.msg);
	cr_expect_lt(clock_now_ns() - start_ns, NS_PER_S);
	scenario_free(scenario);
	text_free(&yaml);
}
