// SPDX-License-Identifier: GPL-2.0-or-later
/* compare: cells that were played more than once, or on one side only. */
#include "halves.h"

TestSuite(compare_repeats, .init = open_halves, .fini = close_halves);

/* Repeats that differ are several values: only what neither side shares has changed. */
Test(compare_repeats, repeats)
{
	add(&a, record_with("reset"));
	add(&a, record_with("ok"));
	add(&b, record_with("ok"));
	expect_findings("unsteady f: ok or reset -> ok: in 1 of 1 cells\n0 changed");
}

Test(compare_repeats, repeats_that_share_nothing)
{
	add(&a, record_with("reset"));
	add(&a, record_with("ok"));
	add(&a, record_with("ok"));
	add(&b, record_with("pending"));
	expect_findings("outcome f: ok or reset -> pending: in 1 of 1 cells\n1 changed");
}

/* An await that was reached leaves no row, and a time that is not there no fact. */
Test(compare_repeats, repeats_of_which_one_lacks_it)
{
	json_t *missed = record_of(0, 0), *timed = record_of(0, 1);

	json_object_set_new(json_object_get(missed, "canonical"), "missed",
			    json_pack("[{si}]", "step", 7));
	add(&a, record_of(0, 0));
	add(&a, missed);
	add(&b, record_of(0, 0));
	put_time(timed, "t", 60);
	add(&a, timed);
	add(&a, record_of(0, 1));
	add(&b, record_of(0, 1));
	expect_findings("unsteady step 7 (await): not reached or reached -> reached: with y=0 in 1 "
			"of 1 cells; nowhere else\n0 changed");
}

Test(compare_repeats, a_counter_that_one_repeat_missed)
{
	json_t *good = record_of(0, 0), *bad = record_of(0, 0);

	put_counter(good, "TW", 1);
	put_rule(good, "client TW", "1", true);
	put_counter(bad, "TW", 0);
	put_rule(bad, "client TW", "1", false);
	add(&a, json_deep_copy(good));
	add(&b, good);
	add(&b, bad);
	expect_findings("unsteady client TW: 1 -> 0..1: in 1 of 1 cells\n0 changed");
}

/* What is as wrong as before is no news. */
Test(compare_repeats, a_counter_that_is_wrong_on_both_sides)
{
	json_t *bad = record_of(0, 0);

	put_counter(bad, "TW", 0);
	put_rule(bad, "client TW", "1", false);
	add(&a, json_deep_copy(bad));
	add(&b, bad);
	expect_findings("0 changed");
}

static json_t *record_called(const char *verdict, const char *why)
{
	json_t *record = record_with("ok");

	json_object_set_new(record, "verdict", json_string(verdict));
	json_object_set_new(record, verdict, json_string(why));
	return record;
}

/* Without a pass or a fail there is nothing to compare, and a later pass is what counts. */
Test(compare_repeats, a_skip_and_a_second_attempt)
{
	add(&a, record_with("ok"));
	add(&b, record_called("skip", "no such knob"));
	expect_findings("uncompared cell: ran -> skip: no such knob: in 1 of 1 cells\n0 changed");
	add(&b, record_called("inconclusive", ""));
	add(&b, record_with("reset"));
	add(&b, record_called("error", "no veth"));
	expect_findings("outcome f: ok -> reset: in 1 of 1 cells\n1 changed");
}

Test(compare_repeats, cells_of_one_side)
{
	add(&a, record_of(0, 0));
	add(&a, record_of(1, 0));
	add(&b, record_of(1, 0));
	add(&b, record_of(2, 0));
	add(&b, record_of(2, 1));
	expect_findings(
		"uncompared cell: not there -> ran: with x=2 in 2 of 2 cells; nowhere else\n"
		"uncompared cell: ran -> not there: with x=0 in 1 of 1 cells; nowhere else\n"
		"0 changed");
}
