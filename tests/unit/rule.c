// SPDX-License-Identifier: GPL-2.0-or-later
/* rule: profiles by name, rules as tc spells them, and one clear error for anything else. */
#include "netem/rule.h"
#include "base/clock.h"

#include <criterion/criterion.h>
#include <string.h>

static void refused(const char *text, const char *what)
{
	struct netem_rule rule;
	struct err err = {0};

	cr_assert_lt(netem_rule_parse(text, &rule, &err), 0, "'%s' was taken", text);
	cr_assert(strstr(err.msg, what), "'%s': %s", text, err.msg);
}

Test(rule, clean_is_two_milliseconds)
{
	struct netem_rule rule;
	struct err err;

	cr_assert_eq(netem_rule_parse("clean", &rule, &err), 0);
	cr_assert_eq(rule.delay_ns, 2 * NS_PER_MS);
	cr_assert_eq(rule.loss, 0);
}

Test(rule, inline_rules_read_as_tc_does)
{
	struct netem_rule rule;
	struct err err;

	cr_assert_eq(netem_rule_parse("delay 20ms loss 12.5%", &rule, &err), 0);
	cr_assert_eq(rule.delay_ns, 20 * NS_PER_MS);
	cr_assert_float_eq(rule.loss, 0.125, 1e-12);
	cr_assert_eq(netem_rule_parse("loss 100%", &rule, &err), 0);
	cr_assert_eq(rule.delay_ns, 0);
}

Test(rule, anything_else_is_an_error_with_its_remedy)
{
	refused("", "neither a profile (clean,");
	refused("slow", "neither a profile");
	refused("delay", "delay takes a duration");
	refused("delay 20", "delay takes a duration");
	refused("delay 700s", "up to 600s");
	refused("loss 5", "percentage");
	refused("loss 101%", "percentage");
	refused("loss nan%", "percentage");
	refused("delay 1ms jitter 1ms", "neither a profile");
}
