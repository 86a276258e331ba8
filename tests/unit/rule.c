// SPDX-License-Identifier: GPL-2.0-or-later
/* rule: rules as tc spells them, there and back, and one clear error for anything else. */
#include "netem/profile.h"
#include "base/clock.h"
#include "base/mem.h"

#include <criterion/criterion.h>
#include <string.h>

static void refused(const char *text, const char *what)
{
	struct netem_link link;
	struct err err = {0};

	cr_assert_lt(netem_link_parse(text, &link, &err), 0, "'%s' was taken", text);
	cr_assert(strstr(err.msg, what), "'%s': %s", text, err.msg);
}

static void reads(const char *text, struct netem_rule *ret)
{
	struct err err = {0};

	cr_assert_eq(netem_rule_parse(text, ret, &err), 0, "'%s': %s", text, err.msg);
}

/* What is written reads to what is written. */
static void written(const char *text, const char *as)
{
	_cleanup_text_ struct text first = {0}, second = {0};
	struct netem_rule rule;

	reads(text, &rule);
	netem_rule_format(&rule, &first);
	cr_expect_str_eq(text_str(&first), as);
	reads(text_str(&first), &rule);
	netem_rule_format(&rule, &second);
	cr_expect_str_eq(text_str(&second), as);
}

Test(rule, clean_is_two_milliseconds_and_none_is_nothing)
{
	struct netem_link link;
	struct err err;

	cr_assert_eq(netem_link_parse("clean", &link, &err), 0);
	cr_assert_eq(link.up.delay_ns, 2 * NS_PER_MS);
	cr_assert_eq(link.down.delay_ns, 2 * NS_PER_MS);
	cr_assert_eq(link.up.jitter_ns, 0);
	cr_assert_eq(link.up.loss.random.percent, 0);
	cr_assert_eq(netem_link_parse("none", &link, &err), 0);
	cr_assert(netem_rule_is_none(&link.up) && netem_rule_is_none(&link.down));
}

Test(rule, every_part_reads_into_its_place)
{
	struct netem_rule rule;

	reads("delay 100ms 20ms 25% distribution pareto loss 1% 30% duplicate 2% 31% "
	      "reorder 25% 50% gap 5 corrupt 0.1% 32% rate 1mbit 20 53 5 "
	      "slot 1ms 2ms packets 3 bytes 4000 limit 900 seed 7",
	      &rule);
	cr_expect_eq(rule.delay_ns, 100 * NS_PER_MS);
	cr_expect_eq(rule.jitter_ns, 20 * NS_PER_MS);
	cr_expect_eq(rule.delay_correlation_percent, 25);
	cr_expect_eq(rule.distribution, NETEM_PARETO);
	cr_expect_eq(rule.loss.random.percent, 1);
	cr_expect_eq(rule.loss.random.correlation_percent, 30);
	cr_expect_eq(rule.duplicate.percent, 2);
	cr_expect_eq(rule.duplicate.correlation_percent, 31);
	cr_expect_eq(rule.reorder.percent, 25);
	cr_expect_eq(rule.reorder.correlation_percent, 50);
	cr_expect_eq(rule.gap_frames, 5);
	cr_expect_eq(rule.corrupt.percent, 0.1);
	cr_expect_eq(rule.corrupt.correlation_percent, 32);
	cr_expect_eq(rule.rate.bytes_per_s, 125000);
	cr_expect_eq(rule.rate.packet_overhead_bytes, 20);
	cr_expect_eq(rule.rate.cell_size_bytes, 53);
	cr_expect_eq(rule.rate.cell_overhead_bytes, 5);
	cr_expect_eq(rule.slot.min_delay_ns, 1 * NS_PER_MS);
	cr_expect_eq(rule.slot.max_delay_ns, 2 * NS_PER_MS);
	cr_expect_eq(rule.slot.packets_max, 3);
	cr_expect_eq(rule.slot.bytes_max, 4000);
	cr_expect_eq(rule.limit_packets, 900);
	cr_expect_eq(rule.seed, 7);
}

Test(rule, is_written_as_tc_writes_it)
{
	static const char *const same[] = {
		"none",
		"delay 100ms 20ms 25% distribution normal",
		"delay 1500ms",
		"delay 2s",
		"delay 1234567ns",
		"loss 33.3% 25%",
		"loss gemodel 1% 10% 70% 0.1%",
		"loss state 1% 10% 5% 80% 2%",
		"duplicate 1%",
		"delay 10ms reorder 25% 50% gap 5",
		"corrupt 0.1%",
		"rate 1mbit",
		"rate 1500kbit -14 53 5",
		"slot 20ms 30ms packets 5",
		"slot distribution pareto 20ms 5ms bytes 3000",
		"limit 50 seed 18",
	};

	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		written(same[i], same[i]);
	written("  loss   random 5% ", "loss 5%");
	written("loss gemodel 1%", "loss gemodel 1% 99% 100% 0%");
	written("loss state 1%", "loss state 1% 99% 0% 100% 0%");
	written("delay 0.5s 1.5ms distribution uniform", "delay 500ms 1500us");
	written("rate 125KBps", "rate 1mbit");
	written("slot 5ms", "slot 5ms 5ms");
	written("loss 0.1234567890123%", "loss 0.1234567890123%");
}

Test(rule, a_link_may_have_one_for_each_direction)
{
	struct netem_link link;
	struct err err = {0};

	cr_assert_eq(netem_link_parse("up delay 5ms loss 1% down none", &link, &err), 0, "%s",
		     err.msg);
	cr_expect_eq(link.up.delay_ns, 5 * NS_PER_MS);
	cr_expect_eq(link.up.loss.random.percent, 1);
	cr_expect(netem_rule_is_none(&link.down));
	cr_assert_eq(netem_link_parse("delay 5ms", &link, &err), 0, "%s", err.msg);
	cr_expect_eq(link.down.delay_ns, 5 * NS_PER_MS);
}

Test(rule, anything_else_is_an_error_with_its_remedy)
{
	refused("", "neither a profile (bad-day, bursty, clean,");
	refused("slow", "neither a profile");
	refused("up delay 1ms", "lacks the other direction");
	refused("up delay 1ms down wrong", "a rule has no 'wrong'");
	refused("down delay 1ms up delay 2ms", "neither a profile");
	refused("delay", "'delay': delay takes a duration");
	refused("delay 20", "delay takes a duration");
	refused("delay 700s", "up to 600s");
	refused("delay 10ms 3s", "jitter is a duration up to");
	refused("loss 5", "percentage");
	refused("loss 101%", "percentage");
	refused("loss nan%", "percentage");
	refused("loss 1% 200%", "loss's correlation is a percentage");
	refused("loss gemodel", "gemodel P [R");
	refused("loss state 60% 10% 10% 10% 60%", "more than 100%");
	refused("delay 1ms jitter 1ms", "a rule has no 'jitter'; allowed: delay, distribution,");
	refused("delay 1ms delay 2ms", "delay stands here twice");
	refused("delay 1ms distribution normal", "needs a jitter");
	refused("delay 1ms 1ms distribution flat", "uniform, normal, pareto or paretonormal");
	refused("reorder 25%", "reorder needs a delay");
	refused("delay 1ms gap 5", "gap needs a reorder");
	refused("rate fast", "a rate such as 1mbit");
	refused("rate 7bit", "a rate such as 1mbit");
	refused("rate 1mbit -60", "packet overhead is -50 to");
	refused("rate 1mbit 0 0 5", "needs a cell size");
	refused("rate 1mbit 0 50 -50", "nothing of a cell");
	refused("rate 1gbit delay 100ms", "holds 8256 full frames");
	refused("slot 3ms 2ms", "shortest delay is above");
	refused("slot 0 packets 3", "need a delay between slots");
	refused("limit 0", "a number of packets, from 1");
	refused("delay 1ms limit -1", "a number of packets, from 1");
	refused("seed 0", "a whole number, from 1");
}

Test(rule, every_profile_is_sound)
{
	struct netem_profile profile;
	struct err err = {0};

	cr_assert_eq(netem_n_profile_files, 12);
	for (size_t i = 0; i < netem_n_profile_files; i++) {
		cr_expect_eq(netem_profile_parse(&netem_profile_files[i], &profile, &err), 0, "%s",
			     err.msg);
		cr_expect(*profile.what);
	}
}

Test(rule, a_profile_that_is_wrong_says_where)
{
	static const struct {
		const char *yaml, *what;
	} wrong[] = {
		{"[1]", "a profile is a map"},
		{"what: x", "needs what, and rule"},
		{"what: x\nup: none", "both up and down"},
		{"what: x\nrule: none\nup: none", "`up`: that is said already"},
		{"what: x\nrules: none", "`rules` is no key"},
		{"what: x\nrule: [none]", "plain text"},
		{"what: x\nrule: slow", "a rule has no 'slow'"},
		{"what: \"x", "line 1"},
	};
	struct netem_profile profile;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct netem_profile_file file = {"wrong", wrong[i].yaml};

		cr_expect_lt(netem_profile_parse(&file, &profile, &err), 0);
		cr_expect(strstr(err.msg, wrong[i].what), "%s: %s", wrong[i].yaml, err.msg);
	}
}
