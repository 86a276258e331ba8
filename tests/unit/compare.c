// SPDX-License-Identifier: GPL-2.0-or-later
/* compare: constructed records on both sides, and what is found between them. */
#include "halves.h"

TestSuite(compare, .init = open_halves, .fini = close_halves);

typedef void fill_fn(json_t *record, int x, int y, bool now);

static void fill(fill_fn *fn)
{
	for (int x = 0; x < 3; x++) {
		for (int y = 0; y < 2; y++) {
			json_t *was = record_of(x, y), *now = record_of(x, y);

			fn(was, x, y, false);
			fn(now, x, y, true);
			add(&a, was);
			add(&b, now);
		}
	}
}

static void fill_outcome(json_t *record, int x, int y, bool now)
{
	(void)y;
	put_word(record, "f", now && x == 1 ? "reset" : "ok");
	put_rule(record, "f", "ok", !(now && x == 1));
}

Test(compare, an_outcome_with_one_cause)
{
	fill(fill_outcome);
	expect_findings("outcome f: ok -> reset: with x=1 in 2 of 2 cells; nowhere else\n"
			"1 changed");
}

static void fill_nothing(json_t *record, int x, int y, bool now)
{
	(void)now;
	put_word(record, "f", x == y ? "reset" : "ok");
	put_rule(record, "f", "ok", x != y);
	put_time(record, "t", 60 + x);
	put_counter(record, "C", x);
}

Test(compare, nothing)
{
	fill(fill_nothing);
	expect_findings("0 changed");
}

/* A rule that both values meet says that they are one outcome. */
static void fill_within_rule(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	put_word(record, "f", now ? "pending" : "ok");
	put_rule(record, "f", "ok, pending", true);
}

Test(compare, within_the_rule_it_is_no_outcome)
{
	fill(fill_within_rule);
	expect_findings("other f: ok -> pending: in 6 of 6 cells\n0 changed");
}

/* Two kernels whose rules differ: both pass, and the outcome is another one all the same. */
static void fill_other_rule(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	put_word(record, "f", now ? "pending" : "ok");
	put_rule(record, "f", now ? "pending" : "ok", true);
}

Test(compare, another_rule_is_an_outcome)
{
	fill(fill_other_rule);
	expect_findings("outcome f: ok -> pending: in 6 of 6 cells\n1 changed");
}

/* A rule that reckons asks each kernel for its own. */
static void fill_reckoned(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	put_word(record, "f", now ? "58" : "60");
	put_rule(record, "f", now ? "58" : "60", true);
	json_object_set_new(record, "kernel", json_string(now ? "new" : "old"));
}

Test(compare, two_kernels_that_meet_one_rule_differ_in_no_outcome)
{
	fill(fill_reckoned);
	expect_findings("other f: 60 -> 58: in 6 of 6 cells\n0 changed");
}

static void put_random(json_t *record, const char *kernel)
{
	json_object_set_new(record, "kernel", json_string(kernel));
	json_object_set_new(json_object_get(record, "canonical"), "random", json_string("its ISN"));
}

/* What another kernel draws may be a matter for another rule; so may a setting be, on the same. */
static void fill_drawn_elsewhere(json_t *record, int x, int y, bool now)
{
	fill_other_rule(record, x, y, now);
	put_random(record, now ? "new" : "old");
}

static void fill_drawn_here(json_t *record, int x, int y, bool now)
{
	fill_other_rule(record, x, y, now);
	put_random(record, "one");
}

static void fill_drawn_and_missed(json_t *record, int x, int y, bool now)
{
	fill_outcome(record, x, y, now);
	put_random(record, now ? "new" : "old");
}

Test(compare, what_another_kernel_draws_is_chance)
{
	fill(fill_drawn_elsewhere);
	expect_findings("0 changed");
}

Test(compare, what_the_same_kernel_draws_is_an_outcome)
{
	fill(fill_drawn_here);
	expect_findings("outcome f: ok -> pending: in 6 of 6 cells\n1 changed");
}

/* A link that loses by chance loses others by another seed, and the same by the same. */
static void put_drawn(json_t *record, int64_t seed)
{
	put_random(record, "one");
	json_object_del(json_object_get(record, "canonical"), "random");
	json_object_set_new(json_object_get(record, "canonical"), "segments",
			    json_pack("[{s:s}]", "fate", "lost"));
	json_object_set_new(json_object_get(record, "volatile"), "seed", json_integer(seed));
}

static void fill_other_seed(json_t *record, int x, int y, bool now)
{
	fill_other_rule(record, x, y, now);
	put_drawn(record, now ? 2 : 1);
}

static void fill_same_seed(json_t *record, int x, int y, bool now)
{
	fill_other_rule(record, x, y, now);
	put_drawn(record, 1);
}

Test(compare, what_another_seed_draws_is_chance)
{
	fill(fill_other_seed);
	expect_findings("0 changed");
}

Test(compare, what_the_same_seed_draws_is_an_outcome)
{
	fill(fill_same_seed);
	expect_findings("outcome f: ok -> pending: in 6 of 6 cells\n1 changed");
}

Test(compare, what_no_rule_allows_is_not_chance)
{
	fill(fill_drawn_and_missed);
	expect_findings("outcome f: ok -> reset: with x=1 in 2 of 2 cells; nowhere else\n"
			"1 changed");
}

static void fill_unasserted(json_t *record, int x, int y, bool now)
{
	(void)y;
	put_word(record, "f", now && x == 2 ? "b" : "a");
	put_counter(record, "C", now ? 3 + x : 2);
	put_counter(record, "D", now ? 0 : 1);
}

Test(compare, what_no_rule_settles_is_apart)
{
	fill(fill_unasserted);
	expect_findings("other f: a -> b: with x=2 in 2 of 2 cells; nowhere else\n"
			"counter client C: 2 -> 3..5: in 6 of 6 cells\n"
			"counter client D: 1 -> 0: in 6 of 6 cells\n"
			"0 changed");
}

/* The timer wheel may add an eighth: 60 s and 66 s are one time, 60 s and 30 s are not. */
static void fill_times(json_t *record, int x, int y, bool now)
{
	static const double after[] = {66, 30, 60};

	(void)y;
	put_time(record, "t", now ? after[x] : 60);
}

Test(compare, times)
{
	fill(fill_times);
	expect_findings("time t: 60s -> 30s: with x=1 in 2 of 2 cells; nowhere else\n0 changed");
}

/* A rule's verdict on a time is an outcome, however close the two are. */
static void fill_time_flip(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	put_time(record, "t", now ? 62.2 : 62);
	put_rule(record, "t", "60s..62.1s", !now);
}

Test(compare, a_time_that_breaks_its_rule)
{
	fill(fill_time_flip);
	expect_findings("outcome t: 62s -> 62.2s: in 6 of 6 cells\n1 changed");
}

/* A counter that did not move is not recorded, and its rule is met all the same. */
static void fill_still(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	if (now)
		put_counter(record, "C", 1);
	put_rule(record, "client C", "<= 5", true);
	json_object_set_new(json_array_get(json_object_get(record, "judged"), 0), "observed",
			    json_string(now ? "1" : "0"));
}

Test(compare, a_counter_that_did_not_move)
{
	fill(fill_still);
	expect_findings("counter client C: 0 -> 1: in 6 of 6 cells\n0 changed");
}

static void fill_noise(json_t *record, int x, int y, bool now)
{
	(void)x;
	(void)y;
	put_time(record, "t", now ? 0.35 : 0.3);
	json_object_set_new(json_object_get(record, "volatile"), "noise_us",
			    json_integer(now ? 40000 : 0));
}

Test(compare, noise_excuses_a_time)
{
	fill(fill_noise);
	expect_findings("0 changed");
}

Test(compare, an_await)
{
	json_t *now = record_of(0, 0);

	json_object_set_new(json_object_get(now, "canonical"), "missed",
			    json_pack("[{si}]", "step", 7));
	add(&a, record_of(0, 0));
	add(&b, now);
	expect_findings("outcome step 7 (await): reached -> not reached: in 1 of 1 cells\n"
			"1 changed");
}

Test(compare, only_the_verdict)
{
	json_t *now = record_of(0, 0);

	json_object_set_new(now, "verdict", json_string("fail"));
	add(&a, record_of(0, 0));
	add(&b, now);
	expect_findings("outcome verdict: pass -> fail: in 1 of 1 cells\n1 changed");
}

Test(compare, controls_are_left_out)
{
	json_t *control = record_with("reset");

	json_object_set_new(control, "judged_as", json_object());
	add(&a, record_with("ok"));
	add(&b, record_with("ok"));
	add(&b, control);
	expect_findings("0 changed");
}

Test(compare, accepted)
{
	char observed[] = "reset", name[] = "x", value[] = "1", fact[] = "f", scenario[] = "s";
	char why[] = "it is known", until[] = "fixed", other[] = "2";
	char *values[] = {value}, *others[] = {other}, *seen[] = {observed};
	struct known_with with[] = {{name, values, 1}, {name, others, 1}};
	struct known_entry entries[] = {
		{.scenario = scenario, .with = &with[1], .n_with = 1, .why = why, .until = until},
		{.scenario = scenario,
		 .with = &with[0],
		 .n_with = 1,
		 .fact = fact,
		 .observed = seen,
		 .n_observed = 1,
		 .why = why,
		 .until = until},
	};
	struct known known = {.of = entries, .n = 2};
	char *got;

	fill(fill_outcome);
	got = findings_text(&known);
	cr_expect_str_eq(got, "outcome accepted f: ok -> reset: with x=1 in 2 of 2 cells; nowhere "
			      "else\n0 changed");
	free(got);
	cr_expect_eq(entries[0].n_met, 0);
	cr_expect_eq(entries[1].n_met, 2);
	entries[1].expired = true;
	got = findings_text(&known);
	cr_expect(strstr(got, "1 changed"));
	free(got);
	entries[1].expired = false;
	observed[0] = 'R';
	got = findings_text(&known);
	cr_expect(strstr(got, "1 changed"));
	free(got);
}
