// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netem-set: the kernel's netem as we set it, held against what tc sets and tells of the same rule:
 * every profile, and every parameter. It runs in a guest, where Criterion finds no room.
 *
 * Exit codes: 0 the same, 1 not, 77 this kernel has no sch_netem, or tc does not work here.
 */
#include "base/mem.h"
#include "lab/bench.h"
#include "lab/link.h"
#include "lab/qdisc.h"
#include "netem/profile.h"
#include "observe.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LO_IFINDEX 1
#define SKIPPED	   77

/* Go on if the condition holds, else end with the message. */
#define check(condition, ...)                                                                      \
	do {                                                                                       \
		if (!(condition))                                                                  \
			end(EXIT_FAILURE, __VA_ARGS__);                                            \
	} while (0)

__attribute__((format(printf, 2, 3), noreturn)) static void end(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("netem-set: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs("\n", stderr);
	exit(status);
}

/* Each parameter in a rule of its own, and some together. tc 6.1 takes delays of whole microseconds
 * up to 274 s, and forgets the correlation of duplicate where nothing else has one. */
static const char *const rules[] = {
	"delay 100ms",
	"delay 1234us 43us",
	"delay 200s",
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
	"loss 1% 2% duplicate 10% 50%",
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
		end(SKIPPED, "tc does not work here");
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

static char *told_now(void)
{
	json_t *options = options_now();
	char *told = json_dumps(options, JSON_SORT_KEYS);

	json_decref(options);
	check(told, "tc tells of no netem");
	return told;
}

/* Nothing of the rule before may be left. */
static void same_changed(const struct bench *bench, const struct netem_rule *rule, const char *name,
			 const char *theirs)
{
	_cleanup_free_ char *ours = NULL;
	struct netem_rule full;
	struct err err = {0};

	check(!netem_rule_parse(FULL_RULE, &full, &err), "%s", err.msg);
	check(!qdisc_clear(bench->wire, LO_IFINDEX, &err), "%s: %s", name, err.msg);
	check(!qdisc_set_netem(bench->wire, LO_IFINDEX, &full, &err), "%s: %s", name, err.msg);
	if (qdisc_change_netem(bench->wire, LO_IFINDEX, &full, rule, &err) == -EOPNOTSUPP)
		return; /* pareto's table would be in the way */
	check(!err.code, "%s: %s", name, err.msg);
	ours = told_now();
	check(!strcmp(ours, theirs), "%s, changed: %s, and by tc %s", name, ours, theirs);
}

static void same_as_tc(const struct bench *bench, const struct netem_rule *rule, const char *name)
{
	_cleanup_free_ char *ours = NULL;
	_cleanup_free_ char *theirs = NULL;
	struct err err;

	if (netem_rule_is_none(rule))
		return;
	by_tc(rule);
	theirs = told_now();
	check(!qdisc_clear(bench->wire, LO_IFINDEX, &err), "%s: %s", name, err.msg);
	check(!qdisc_set_netem(bench->wire, LO_IFINDEX, rule, &err), "%s: %s", name, err.msg);
	ours = told_now();
	check(!strcmp(ours, theirs), "%s: %s, and by tc %s", name, ours, theirs);
	same_changed(bench, rule, name, theirs);
}

static void bench_with_netem(struct bench *bench)
{
	struct err err;

	if (bench_open(bench, &err))
		end(SKIPPED, "no bench here: %s", err.msg);
	check(!link_set_up(bench->wire, LO_IFINDEX, LINK_MTU, &err), "%s", err.msg);
	if (qdisc_set_netem(bench->wire, LO_IFINDEX, &(struct netem_rule){.delay_ns = 1}, &err) ==
	    -EOPNOTSUPP)
		end(SKIPPED, "%s", err.msg);
}

static size_t set_profiles(const struct bench *bench)
{
	struct netem_profile profile;
	struct err err;

	for (size_t i = 0; i < netem_n_profile_files; i++) {
		check(!netem_profile_parse(&netem_profile_files[i], &profile, &err), "%s", err.msg);
		same_as_tc(bench, &profile.link.up, profile.name);
		same_as_tc(bench, &profile.link.down, profile.name);
	}
	return netem_n_profile_files;
}

static size_t set_rules(const struct bench *bench)
{
	struct netem_rule rule;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		check(!netem_rule_parse(rules[i], &rule, &err), "%s", err.msg);
		same_as_tc(bench, &rule, rules[i]);
	}
	return ARRAY_SIZE(rules);
}

static void refused(const struct bench *bench)
{
	const struct netem_rule rule = {.delay_ns = 1};
	struct netem_rule slots, drawn, table, correlated;
	struct err err;

	check(qdisc_set_netem(bench->wire, 12345, &rule, &err) == -ENODEV,
	      "a link that is not there: %s", err.msg);
	check(qdisc_set_netem(bench->wire, LO_IFINDEX, &rule, &err) == -EEXIST,
	      "a link that has one: %s", err.msg);
	check(!netem_rule_parse("slot 10ms", &slots, &err) &&
		      !netem_rule_parse("slot distribution normal 9ms 1ms", &drawn, &err),
	      "%s", err.msg);
	check(qdisc_change_netem(bench->wire, LO_IFINDEX, &drawn, &slots, &err) == -EOPNOTSUPP,
	      "a slot that had a distribution: %s", err.msg);
	check(!netem_rule_parse("delay 9ms 1ms distribution normal", &table, &err) &&
		      !netem_rule_parse("delay 9ms 1ms 20%", &correlated, &err),
	      "%s", err.msg);
	check(qdisc_change_netem(bench->wire, LO_IFINDEX, &table, &correlated, &err) == -EOPNOTSUPP,
	      "a correlated jitter that had a distribution: %s", err.msg);
}

int main(void)
{
	size_t n_profiles, n_rules;
	struct bench bench;

	bench_with_netem(&bench);
	n_profiles = set_profiles(&bench);
	n_rules = set_rules(&bench);
	refused(&bench);
	bench_close(&bench);
	printf("%zu profiles and %zu rules are what tc sets\n", n_profiles, n_rules);
	return EXIT_SUCCESS;
}
