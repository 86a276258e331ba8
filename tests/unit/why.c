// SPDX-License-Identifier: GPL-2.0-or-later
/* why: the search for the changes that flip an outcome, what two plays differ in, and which facts.
 */
#include "base/mem.h"
#include "why/flip.h"
#include "why/question.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#define N_PARTS 6
#define N_FACTS 2
#define N_MIXES (1 << N_PARTS)

/* What the search is about here: a fact is as in B where all parts of one of its sets are. */
struct world {
	unsigned sets[N_FACTS][3]; /* 0: no more */
	bool lacking[N_MIXES];	   /* mixes that are none */
	bool odd[N_MIXES];	   /* those that show something else */
	bool tried[N_MIXES];
	size_t n_tried, n_tried_max; /* each mix counts once */
};

static enum stand world_stand(const struct world *world, unsigned mix, size_t fact)
{
	if (world->lacking[mix])
		return STAND_UNTOLD;
	if (world->odd[mix])
		return STAND_OTHER;
	for (size_t i = 0; i < ARRAY_SIZE(world->sets[fact]) && world->sets[fact][i]; i++) {
		if ((mix & world->sets[fact][i]) == world->sets[fact][i])
			return STAND_B;
	}
	return STAND_A;
}

static unsigned mask_of(const bool *parts)
{
	unsigned mask = 0;

	for (size_t part = 0; part < N_PARTS; part++)
		mask |= (unsigned)parts[part] << part;
	return mask;
}

static int world_try(void *ctx, bool *const *b, size_t n, enum stand *const *ret, struct err *err)
{
	struct world *world = ctx;
	size_t n_new = 0;

	for (size_t i = 0; i < n; i++)
		n_new += !world->tried[mask_of(b[i])];
	if (world->n_tried_max && world->n_tried + n_new > world->n_tried_max)
		return err_set(err, ECANCELED, "enough");
	world->n_tried += n_new;
	for (size_t i = 0; i < n; i++) {
		unsigned mix = mask_of(b[i]);

		world->tried[mix] = true;
		for (size_t fact = 0; fact < N_FACTS; fact++)
			ret[i][fact] = world_stand(world, mix, fact);
	}
	return 0;
}

static struct flip find(struct world *world, size_t mixes_max)
{
	const struct flip_ops ops = {N_PARTS, N_FACTS, mixes_max, world_try};
	struct flip flip;
	struct err err;

	cr_assert(!flip_find(&ops, world, &flip, &err), "%s", err.msg);
	return flip;
}

/* changes: the sets of parts that are wanted, a 0 behind the last. */
static void expect_answer(const struct flip *flip, enum flip_side from, size_t fact, size_t size,
			  bool smallest, const unsigned *changes)
{
	const struct flip_answer *answer = &flip->answers[from][fact];
	size_t n = 0;

	while (changes[n])
		n++;
	cr_expect_eq(answer->size, size, "side %d, fact %zu: size %zu", from, fact, answer->size);
	cr_expect_eq(answer->smallest, smallest, "side %d, fact %zu", from, fact);
	cr_assert_eq(answer->n_changes, n, "side %d, fact %zu: %zu changes", from, fact,
		     answer->n_changes);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(mask_of(answer->changes[i]), changes[i], "change %zu: %x", i,
			     mask_of(answer->changes[i]));
}

#define CHANGES(...) ((const unsigned[]){__VA_ARGS__, 0})

/* Either of two parts makes B of A; then both must go to make A of B. */
Test(why, single_changes_are_found_from_both_sides)
{
	struct world world = {.sets = {{0x01, 0x20}, {0x04}}};
	_cleanup_flip_ struct flip flip = find(&world, 1000);

	expect_answer(&flip, FLIP_FROM_A, 0, 1, true, CHANGES(0x01, 0x20));
	expect_answer(&flip, FLIP_FROM_B, 0, 2, true, CHANGES(0x21));
	expect_answer(&flip, FLIP_FROM_A, 1, 1, true, CHANGES(0x04));
	expect_answer(&flip, FLIP_FROM_B, 1, 1, true, CHANGES(0x04));
	cr_expect(!flip.stopped);
	cr_expect_eq(flip.singles[FLIP_FROM_A][0 * N_FACTS + 0], STAND_B);
	cr_expect_eq(flip.singles[FLIP_FROM_A][2 * N_FACTS + 0], STAND_A);
	cr_expect_eq(flip.singles[FLIP_FROM_A][2 * N_FACTS + 1], STAND_B);
	cr_expect_eq(flip.singles[FLIP_FROM_B][0 * N_FACTS + 0], STAND_B);
	cr_expect_eq(flip.singles[FLIP_FROM_B][2 * N_FACTS + 1], STAND_A);
}

/* Where no single part does it, all sets of the smallest size, also where leaving parts out of the
 * whole comes to a larger one first. */
Test(why, the_smallest_sets_are_found)
{
	struct world world = {.sets = {{0x38, 0x05, 0x06}, {0x3f}}};
	_cleanup_flip_ struct flip flip = find(&world, 1000);

	expect_answer(&flip, FLIP_FROM_A, 0, 2, true, CHANGES(0x05, 0x06));
	expect_answer(&flip, FLIP_FROM_A, 1, 6, true, CHANGES(0x3f));
	expect_answer(&flip, FLIP_FROM_B, 1, 1, true, CHANGES(0x01, 0x02, 0x04, 0x08, 0x10, 0x20));
}

/* Nothing is asked for that is known, and few mixes are where few parts matter. */
Test(why, no_more_is_tried_than_is_needed)
{
	struct world single = {.sets = {{0x02}, {0x02}}}, two = {.sets = {{0x11}, {0x11}}};
	_cleanup_flip_ struct flip of_single = find(&single, 1000), of_two = find(&two, 1000);

	cr_expect_eq(single.n_tried, 2 * N_PARTS, "%zu", single.n_tried);
	cr_expect(!single.tried[0x11]);
	/* And all pairs, of which there are 15, and what leaving out tried. */
	cr_expect(two.n_tried <= 2 * N_PARTS + 15 + 8, "%zu", two.n_tried);
	expect_answer(&of_single, FLIP_FROM_A, 1, 1, true, CHANGES(0x02));
	expect_answer(&of_two, FLIP_FROM_A, 1, 2, true, CHANGES(0x11));
}

/* What is no mix is not taken for one that changes nothing, and is said. */
Test(why, what_cannot_be_tried_is_counted)
{
	struct world world = {.sets = {{0x01}, {0x01}}};
	_cleanup_flip_ struct flip flip = {0};

	world.lacking[0x01] = true;
	world.lacking[0x10] = true;
	flip = find(&world, 1000);
	cr_expect_eq(flip.singles[FLIP_FROM_A][0], STAND_UNTOLD);
	/* With any other part, but of those the fifth was not told either. */
	expect_answer(&flip, FLIP_FROM_A, 0, 2, true, CHANGES(0x03, 0x05, 0x09, 0x11, 0x21));
	cr_expect_eq(flip.answers[FLIP_FROM_A][0].n_untold, 2, "%zu",
		     flip.answers[FLIP_FROM_A][0].n_untold);
	expect_answer(&flip, FLIP_FROM_B, 0, 1, true, CHANGES(0x01));
	cr_expect_eq(flip.answers[FLIP_FROM_B][0].n_untold, 0);
}

/* Neither A's nor B's outcome flips nothing. */
Test(why, a_third_outcome_is_none_of_the_two)
{
	struct world world = {.sets = {{0x01}, {0x02}}};
	_cleanup_flip_ struct flip flip = {0};

	world.odd[0x01] = true;
	flip = find(&world, 1000);
	cr_expect_eq(flip.singles[FLIP_FROM_A][0], STAND_OTHER);
	cr_expect_eq(flip.answers[FLIP_FROM_A][0].size, 2);
	cr_expect_eq(flip.answers[FLIP_FROM_A][0].n_changes, 5);
}

Test(why, stopped_early_it_keeps_what_it_has)
{
	/* The singles, and what leaving parts out needs. */
	struct world world = {.sets = {{0x07}, {0x20}}, .n_tried_max = 2 * N_PARTS + 8};
	struct world small = {.sets = {{0x07}, {0x20}}, .n_tried_max = 3};
	_cleanup_flip_ struct flip flip = find(&world, 1000), none = find(&small, 1000);

	cr_expect(flip.stopped);
	expect_answer(&flip, FLIP_FROM_A, 0, 3, false, CHANGES(0x07));
	expect_answer(&flip, FLIP_FROM_A, 1, 1, true, CHANGES(0x20));
	expect_answer(&flip, FLIP_FROM_B, 0, 1, true, CHANGES(0x01, 0x02, 0x04));
	cr_expect(none.stopped);
	cr_expect_eq(none.answers[FLIP_FROM_A][1].n_changes, 0);
	cr_expect_eq(none.singles[FLIP_FROM_A][0], STAND_UNTOLD);
}

/* Sets of one size are not even listed where they are too many. */
Test(why, too_many_sets_are_not_tried)
{
	struct world world = {.sets = {{0x07}, {0x20}}};
	_cleanup_flip_ struct flip flip = find(&world, 14);

	cr_expect(flip.stopped);
	expect_answer(&flip, FLIP_FROM_A, 0, 3, false, CHANGES(0x07));
	cr_expect(!world.tried[0x30]);
}

static int fail_try(void *ctx, bool *const *b, size_t n, enum stand *const *ret, struct err *err)
{
	(void)ctx;
	(void)b;
	(void)n;
	(void)ret;
	return err_set(err, EINTR, "interrupted");
}

Test(why, an_error_ends_the_search)
{
	const struct flip_ops ops = {N_PARTS, N_FACTS, 1000, fail_try};
	_cleanup_flip_ struct flip flip;
	struct err err;

	cr_expect_eq(flip_find(&ops, NULL, &flip, &err), -EINTR);
}

static struct half half;

/* A cell of one fact: its rule, its value, its verdict, and a counter that no rule is about. */
static void add(const char *id, const char *expected, const char *observed, const char *verdict,
		int counter)
{
	json_t *record =
		json_pack("{ss ss ss ss ss s{} ss s{s{ss} s{s{si}}} s[{ss ss ss ss}]}", "type",
			  "cell", "kernel", "k", "scenario", "s", "hash", "h", "cell", id,
			  "dimensions", "verdict", verdict, "canonical", "facts", "end", observed,
			  "counters", "server", "Acks", counter, "judged", "fact", "end",
			  "expected", expected, "observed", observed, "verdict", verdict);

	cr_assert_not_null(record);
	half_add(&half, record);
	json_decref(record);
}

static const char *const none[] = {NULL};

static void open_half(void)
{
	half_init(&half, "");
	add("a", "ok", "ok", "pass", 1);
	add("b", "reset", "reset", "pass", 2);
	add("as-a", "ok", "ok", "pass", 2);
	add("as-b", "reset", "reset", "pass", 1);
	add("other", "lost", "lost", "pass", 7);
	add("fails", "ok", "reset", "fail", 1);
	add("refuses", "reset", "ok", "fail", 1);
	add("skip", "ok", "ok", "skip", 1);
}

static void close_half(void)
{
	half_free(&half);
}

TestSuite(question, .init = open_half, .fini = close_half);

static enum stand stand_of(const struct question *question, const char *id)
{
	return question_stand(question, 0, half_find(&half, id));
}

Test(question, where_a_cell_stands)
{
	_cleanup_question_ struct question question;
	_cleanup_free_ char *shown = NULL;
	struct err err;

	cr_assert(!question_ask(half_find(&half, "a"), half_find(&half, "b"), none, 0, &question,
				&err));
	cr_assert_eq(question.n, 1);
	cr_expect_eq(question.n_other, 1);
	cr_expect_str_eq(question.of[0].fact, "end");
	cr_expect_str_eq(question.of[0].a, "ok");
	cr_expect_str_eq(question.of[0].b, "reset");
	cr_expect_eq(stand_of(&question, "as-a"), STAND_A);
	cr_expect_eq(stand_of(&question, "as-b"), STAND_B);
	/* Whatever the rule asks there: what came of it is B's. */
	cr_expect_eq(stand_of(&question, "fails"), STAND_B);
	cr_expect_eq(stand_of(&question, "other"), STAND_OTHER);
	cr_expect_eq(stand_of(&question, "skip"), STAND_UNTOLD);
	cr_expect_eq(question_stand(&question, 0, NULL), STAND_UNTOLD);
	shown = question_shown(&question, 0, half_find(&half, "other"));
	cr_expect_str_eq(shown, "lost");
}

/* A counter that no rule is about, by its name. */
Test(question, a_fact_that_is_named)
{
	const char *const named[] = {"server Acks"}, *const strange[] = {"Acks"};
	_cleanup_question_ struct question question = {0}, other = {0};
	struct err err;

	cr_assert(!question_ask(half_find(&half, "a"), half_find(&half, "b"), named, 1, &question,
				&err));
	cr_assert_eq(question.n, 1);
	cr_expect_str_eq(question.of[0].a, "1");
	cr_expect_str_eq(question.of[0].b, "2");
	cr_expect_eq(stand_of(&question, "as-a"), STAND_B);
	cr_expect_eq(stand_of(&question, "as-b"), STAND_A);
	cr_expect_eq(stand_of(&question, "other"), STAND_OTHER);
	cr_expect_eq(question_ask(half_find(&half, "a"), half_find(&half, "b"), strange, 1, &other,
				  &err),
		     -ENOENT);
	cr_expect(strstr(err.msg, "end, server Acks"), "%s", err.msg);
}

/* The same facts, judged otherwise. */
Test(question, a_verdict_is_a_fact_where_nothing_else_differs)
{
	_cleanup_question_ struct question question;
	struct err err;

	cr_assert(!question_ask(half_find(&half, "a"), half_find(&half, "refuses"), none, 0,
				&question, &err));
	cr_assert_eq(question.n, 1);
	cr_expect_str_eq(question.of[0].fact, "verdict");
	cr_expect_eq(stand_of(&question, "other"), STAND_A);
	cr_expect_eq(stand_of(&question, "fails"), STAND_B);
}
