// SPDX-License-Identifier: GPL-2.0-or-later
/* fold: constructed sets of cells, and the terms that explain them. */
#include "compare/fold.h"

#include "base/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* timestamps(2) x family(2) x link(3) x closer(3) x time-wait(4): 144 cells. */
static const size_t sizes[] = {2, 2, 3, 3, 4};
#define N_DIMENSIONS 5
#define N_CELLS	     144

static uint8_t values[N_CELLS * N_DIMENSIONS];
static struct fold_space space = {N_DIMENSIONS, {2, 2, 3, 3, 4}, N_CELLS, values};

static void space_fill(void)
{
	for (size_t cell = 0; cell < N_CELLS; cell++) {
		size_t rest = cell;

		for (size_t d = N_DIMENSIONS; d--;) {
			values[cell * N_DIMENSIONS + d] = rest % sizes[d];
			rest /= sizes[d];
		}
	}
}

TestSuite(fold, .init = space_fill);

static size_t value_of(size_t cell, size_t dimension)
{
	return values[cell * N_DIMENSIONS + dimension];
}

/* "a=1 d=0,2: 12/12; a=0: 3/4; left 2/90" with dimensions a, b, c ... */
static char *fold_text(const bool *chosen)
{
	struct text text = {0};
	struct fold fold;

	fold_find(&space, chosen, &fold);
	for (size_t i = 0; i < fold.n_terms; i++) {
		const struct fold_term *term = &fold.terms[i];

		for (size_t d = 0; d < space.n_dimensions; d++) {
			const char *before = "=";

			if (term->mask[d] == fold_mask_full(&space, d))
				continue;
			text_add(&text, "%c", 'a' + (int)d);
			for (size_t v = 0; v < space.n_values[d]; v++) {
				if (term->mask[d] >> v & 1) {
					text_add(&text, "%s%zu", before, v);
					before = ",";
				}
			}
			text_add(&text, " ");
		}
		text_add(&text, "%zu/%zu; ", term->hits, term->of);
	}
	text_add(&text, "left %zu/%zu", fold.left, fold.left_of);
	return text_take(&text);
}

static void expect_fold(const bool *chosen, const char *want)
{
	char *got = fold_text(chosen);

	cr_expect_str_eq(got, want);
	free(got);
}

Test(fold, every_cell)
{
	bool chosen[N_CELLS];

	memset(chosen, true, sizeof(chosen));
	expect_fold(chosen, "144/144; left 0/0");
}

Test(fold, no_cell)
{
	bool chosen[N_CELLS] = {0};

	expect_fold(chosen, "left 0/144");
}

Test(fold, one_value)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 0) == 1;
	expect_fold(chosen, "a=1 72/72; left 0/72");
}

Test(fold, all_but_one_value)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 4) != 2;
	expect_fold(chosen, "e=0,1,3 108/108; left 0/36");
}

Test(fold, a_conjunction)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 0) == 1 && value_of(i, 2) != 0 && value_of(i, 4) == 3;
	expect_fold(chosen, "a=1 c=1,2 e=3 12/12; left 0/132");
}

/* Deeper than the seeds go: the box finds it. */
Test(fold, a_conjunction_of_four)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 0) == 1 && value_of(i, 1) == 0 && value_of(i, 2) != 0 &&
			    value_of(i, 4) == 3;
	expect_fold(chosen, "a=1 b=0 c=1,2 e=3 6/6; left 0/138");
}

Test(fold, two_causes)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 2) == 1 || (value_of(i, 0) == 0 && value_of(i, 4) == 3);
	expect_fold(chosen, "c=1 48/48; a=0 e=3 18/18; left 0/84");
}

/* A rule with exceptions is told with them, and what is elsewhere is not hidden. */
Test(fold, a_cause_and_noise)
{
	bool chosen[N_CELLS];

	for (size_t i = 0; i < N_CELLS; i++)
		chosen[i] = value_of(i, 0) == 1;
	chosen[80] = false;
	chosen[17] = true;
	expect_fold(chosen, "a=1 71/72; left 1/72");
}

Test(fold, nothing_explains_it)
{
	static const size_t strewn[] = {3, 30, 58, 97, 140};
	bool chosen[N_CELLS] = {0};

	for (size_t i = 0; i < sizeof(strewn) / sizeof(strewn[0]); i++)
		chosen[strewn[i]] = true;
	expect_fold(chosen, "left 5/144");
}

/* A single cell is told by its id, which is its conjunction. */
Test(fold, a_single_cell)
{
	bool chosen[N_CELLS] = {[77] = true};

	expect_fold(chosen, "left 1/144");
}

/* Half of the cells at random, many times: whatever is said of them is true. */
Test(fold, what_it_says_is_true)
{
	unsigned seed = 4711;

	for (int round = 0; round < 200; round++) {
		bool chosen[N_CELLS];
		struct fold fold;
		size_t left = 0, left_of = 0;

		for (size_t i = 0; i < N_CELLS; i++)
			chosen[i] = rand_r(&seed) % 100 < round / 2;
		fold_find(&space, chosen, &fold);
		for (size_t t = 0; t < fold.n_terms; t++) {
			size_t hits = 0, of = 0;

			for (size_t i = 0; i < N_CELLS; i++) {
				bool covered = fold_term_covers(&space, &fold.terms[t], i);

				of += covered;
				hits += covered && chosen[i];
			}
			cr_assert_eq(hits, fold.terms[t].hits);
			cr_assert_eq(of, fold.terms[t].of);
			cr_assert_gt(2 * hits, of, "more misses than hits are no explanation");
		}
		for (size_t i = 0; i < N_CELLS; i++) {
			bool covered = false;

			for (size_t t = 0; t < fold.n_terms; t++)
				covered |= fold_term_covers(&space, &fold.terms[t], i);
			left_of += !covered;
			left += !covered && chosen[i];
		}
		cr_assert_eq(left, fold.left);
		cr_assert_eq(left_of, fold.left_of);
	}
}

/* Two cells are too few for a term, and yet four values are what they have in common; two cells far
 * apart have a box that holds others. */
Test(fold, box_around_what_is_left)
{
	bool chosen[N_CELLS] = {false};
	struct fold fold;

	chosen[17] = chosen[17 + 36] = true; /* a=0 c=1 d=1 e=1, with either b */
	fold_find(&space, chosen, &fold);
	cr_assert_eq(fold.n_terms, 0);
	cr_expect(fold.box_exact);
	cr_expect_eq(fold.box.of, 2);
	cr_expect_eq(fold.box.mask[0], 1);
	cr_expect_eq(fold.box.mask[1], fold_mask_full(&space, 1));
	chosen[17 + 36] = false;
	chosen[N_CELLS - 1] = true;
	fold_find(&space, chosen, &fold);
	cr_assert_eq(fold.n_terms, 0);
	cr_expect_not(fold.box_exact);
}
