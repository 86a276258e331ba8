// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel's netem as we set it, held against what tc sets for the same rule. */
#include "base/clock.h"
#include "base/mem.h"
#include "child.h"
#include "lab/bench.h"
#include "lab/link.h"
#include "lab/qdisc.h"
#include "netem/profile.h"

#include <errno.h>
#include <jansson.h>
#include <netlink/netlink.h>

#define LO_IFINDEX 1

/* Each parameter in a rule of its own, and some together. */
static const char *const rules[] = {
	"delay 100ms",
	"delay 1234567ns 4321ns",
	"delay 600s",
	"delay 100ms 20ms 25%",
	"delay 100ms 20ms distribution normal",
	"delay 100ms 20ms distribution pareto",
	"delay 100ms 20ms distribution paretonormal",
	"loss 0.1%",
	"loss 10% 25%",
	"loss 100%",
	"loss state 2%",
	"loss state 2% 25% 10% 80% 5%",
	"loss state 50% 50% 50% 50% 50%",
	"loss gemodel 2%",
	"loss gemodel 2% 25% 60% 1%",
	"duplicate 10%",
	"duplicate 10% 50%",
	"delay 10ms reorder 25%",
	"delay 10ms reorder 25% 50% gap 5",
	"corrupt 5%",
	"corrupt 5% 33.3%",
	"rate 1mbit",
	"rate 40gbit",
	"rate 1mbit 20 48 5",
	"rate 1mbit -14",
	"slot 10ms",
	"slot 10ms 20ms packets 3 bytes 4000",
	"slot distribution normal 100ms 10ms packets 7",
	"delay 1ms limit 7",
};

static json_t *options_now(void)
{
	FILE *pipe = popen("PATH=$PATH:/usr/sbin:/sbin tc -j qdisc show dev lo", "r");
	json_error_t error;
	json_t *qdiscs, *options;

	check(pipe, "popen");
	qdiscs = json_loadf(pipe, 0, &error);
	if (pclose(pipe))
		skip("tc does not work here");
	check(qdiscs, "tc: %s", error.text);
	options = json_incref(json_object_get(json_array_get(qdiscs, 0), "options"));
	json_decref(qdiscs);
	return options;
}

static void by_tc(const struct netem_rule *rule)
{
	_cleanup_text_ struct text words = {0};
	_cleanup_free_ char *line = NULL;

	netem_rule_format(rule, &words);
	line = mem_printf("PATH=$PATH:/usr/sbin:/sbin; tc qdisc del dev lo root 2>/dev/null; "
			  "tc qdisc add dev lo root netem %s",
			  text_str(&words));
	check(!system(line), "tc takes no '%s'", text_str(&words));
}

static void same_as_tc(const struct bench *bench, const struct netem_rule *rule, const char *name)
{
	_cleanup_free_ char *ours = NULL;
	_cleanup_free_ char *theirs = NULL;
	struct err err;
	json_t *options;

	if (netem_rule_is_none(rule))
		return;
	by_tc(rule);
	options = options_now();
	theirs = json_dumps(options, JSON_SORT_KEYS);
	json_decref(options);
	check(!qdisc_clear(bench->wire, LO_IFINDEX, &err), "%s: %s", name, err.msg);
	check(!qdisc_set_netem(bench->wire, LO_IFINDEX, rule, &err), "%s: %s", name, err.msg);
	options = options_now();
	ours = json_dumps(options, JSON_SORT_KEYS);
	json_decref(options);
	check(ours && theirs && !strcmp(ours, theirs), "%s: %s, and by tc %s", name, ours, theirs);
}

static void bench_with_netem(struct bench *bench)
{
	struct err err;

	if (bench_open(bench, &err))
		skip("no bench here: %s", err.msg);
	check(!link_set_up(bench->wire, LO_IFINDEX, LINK_MTU, &err), "%s", err.msg);
	if (qdisc_set_netem(bench->wire, LO_IFINDEX, &(struct netem_rule){.delay_ns = 1}, &err) ==
	    -EOPNOTSUPP)
		skip("%s", err.msg);
}

static void profiles_body(void)
{
	struct netem_profile profile;
	struct bench bench;
	struct err err;

	bench_with_netem(&bench);
	for (size_t i = 0; i < netem_n_profile_files; i++) {
		check(!netem_profile_parse(&netem_profile_files[i], &profile, &err), "%s", err.msg);
		same_as_tc(&bench, &profile.link.up, profile.name);
		same_as_tc(&bench, &profile.link.down, profile.name);
	}
	bench_close(&bench);
}

Test(qdisc, profiles_are_what_tc_would_set)
{
	child_run(profiles_body);
}

static void rules_body(void)
{
	struct netem_rule rule;
	struct bench bench;
	struct err err;

	bench_with_netem(&bench);
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		check(!netem_rule_parse(rules[i], &rule, &err), "%s", err.msg);
		same_as_tc(&bench, &rule, rules[i]);
	}
	bench_close(&bench);
}

Test(qdisc, every_parameter_is_what_tc_would_set)
{
	child_run(rules_body);
}

static void refused_body(void)
{
	struct bench bench;
	struct err err;

	bench_with_netem(&bench);
	check(qdisc_set_netem(bench.wire, 12345, &(struct netem_rule){.delay_ns = 1}, &err) ==
		      -ENODEV,
	      "a link that is not there: %s", err.msg);
	check(qdisc_set_netem(bench.wire, LO_IFINDEX, &(struct netem_rule){.delay_ns = 1}, &err) ==
		      -EEXIST,
	      "a link that has one: %s", err.msg);
	bench_close(&bench);
}

Test(qdisc, a_link_that_is_not_there_or_not_free_is_an_error)
{
	child_run(refused_body);
}
