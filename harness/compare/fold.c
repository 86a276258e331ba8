// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fold: owns the search for terms. Greedy: the best term, then the best one for what is still to be
 * explained, until none is worth its words. Candidates are every conjunction of up to three single
 * values that occurs among the cells still to be explained, and the smallest box around them; each
 * is then made as general as it can be without covering one more cell that is not in the set.
 *
 * Sets of cells are bitmaps, one for each value of each dimension; a conjunction is an AND of them.
 */
#include "compare/fold.h"
#include "base/mem.h"

#include <string.h>

#define SEED_DEPTH_MAX 3
#define WORD_BITS      64

struct search {
	const struct fold_space *space;
	size_t n_words;			/* of a bitmap */
	uint64_t *with;			/* a bitmap for each (dimension, value) */
	size_t at[FOLD_DIMENSIONS_MAX]; /* a dimension's first bitmap in `with` */
	uint64_t *chosen, *open;	/* the set, and its cells that no term covers yet */
	uint64_t *scratch;		/* one bitmap for each depth of seeds, and one to try in */
	struct fold_term best;
	long best_score;
	size_t best_size; /* values that it allows: of equals, the one that says most */
};

uint64_t fold_mask_full(const struct fold_space *space, size_t dimension)
{
	size_t n = space->n_values[dimension];

	return n >= WORD_BITS ? UINT64_MAX : (1ULL << n) - 1;
}

static uint64_t cell_bit(const struct fold_space *space, size_t cell, size_t dimension)
{
	return 1ULL << space->value[cell * space->n_dimensions + dimension];
}

bool fold_term_covers(const struct fold_space *space, const struct fold_term *term, size_t cell)
{
	for (size_t d = 0; d < space->n_dimensions; d++) {
		if (!(term->mask[d] & cell_bit(space, cell, d)))
			return false;
	}
	return true;
}

static uint64_t *with_value(const struct search *search, size_t dimension, size_t value)
{
	return search->with + (search->at[dimension] + value) * search->n_words;
}

static size_t bits_count(const uint64_t *bits, const uint64_t *and, size_t n_words)
{
	size_t n = 0;

	for (size_t i = 0; i < n_words; i++)
		n += __builtin_popcountll(and? bits[i] & and[i] : bits[i]);
	return n;
}

/* The cells that a term covers. */
static void term_bits(const struct search *search, const struct fold_term *term, uint64_t *ret)
{
	const struct fold_space *space = search->space;

	memset(ret, 0xff, search->n_words * sizeof(*ret));
	for (size_t d = 0; d < space->n_dimensions; d++) {
		if (term->mask[d] == fold_mask_full(space, d))
			continue;
		for (size_t i = 0; i < search->n_words; i++) {
			uint64_t any = 0;

			for (size_t v = 0; v < space->n_values[d]; v++) {
				if (term->mask[d] >> v & 1)
					any |= with_value(search, d, v)[i];
			}
			ret[i] &= any;
		}
	}
	if (space->n_cells % WORD_BITS)
		ret[search->n_words - 1] &= (1ULL << space->n_cells % WORD_BITS) - 1;
}

/* Counts hits and cells into the term; returns how many cells it covers that are not in the set. */
static size_t term_count(const struct search *search, struct fold_term *term, uint64_t *bits)
{
	term_bits(search, term, bits);
	term->of = bits_count(bits, NULL, search->n_words);
	term->hits = bits_count(bits, search->chosen, search->n_words);
	return term->of - term->hits;
}

static size_t term_mentions(const struct search *search, const struct fold_term *term)
{
	size_t n = 0;

	for (size_t d = 0; d < search->space->n_dimensions; d++)
		n += term->mask[d] != fold_mask_full(search->space, d);
	return n;
}

/* Take a wider mask where that covers no more cells outside the set. */
static void term_try(const struct search *search, struct fold_term *term, size_t dimension,
		     uint64_t mask, size_t *misses, uint64_t *bits)
{
	struct fold_term wider = *term;
	size_t n;

	wider.mask[dimension] = mask;
	n = term_count(search, &wider, bits);
	if (n > *misses)
		return;
	*misses = n;
	*term = wider;
}

/* Drop dimensions, then add values, that do not matter. */
static void term_widen(const struct search *search, struct fold_term *term, uint64_t *bits)
{
	const struct fold_space *space = search->space;
	size_t misses = term_count(search, term, bits);

	for (size_t d = 0; d < space->n_dimensions; d++)
		term_try(search, term, d, fold_mask_full(space, d), &misses, bits);
	for (size_t d = 0; d < space->n_dimensions; d++) {
		for (size_t v = 0; v < space->n_values[d]; v++) {
			if (!(term->mask[d] >> v & 1))
				term_try(search, term, d, term->mask[d] | 1ULL << v, &misses, bits);
		}
	}
}

static size_t term_size(const struct search *search, const struct fold_term *term)
{
	size_t n = 0;

	for (size_t d = 0; d < search->space->n_dimensions; d++) {
		if (term->mask[d] != fold_mask_full(search->space, d))
			n += __builtin_popcountll(term->mask[d]);
	}
	return n;
}

static void search_offer(struct search *search, struct fold_term term)
{
	uint64_t *bits = search->scratch + SEED_DEPTH_MAX * search->n_words;
	size_t mentions, size;
	long score;

	term_widen(search, &term, bits);
	term_bits(search, &term, bits);
	mentions = term_mentions(search, &term);
	size = term_size(search, &term);
	score = (long)bits_count(bits, search->open, search->n_words) -
		2 * (long)(term.of - term.hits) - (long)(mentions ? mentions - 1 : 0);
	if (score < search->best_score ||
	    (score == search->best_score && size >= search->best_size))
		return;
	search->best = term;
	search->best_score = score;
	search->best_size = size;
}

static struct fold_term term_of_all(const struct fold_space *space)
{
	struct fold_term term = {0};

	for (size_t d = 0; d < space->n_dimensions; d++)
		term.mask[d] = fold_mask_full(space, d);
	return term;
}

/* A seed that covers fewer open cells than the best term scores is not tried, nor are narrower
 * ones.
 */
static bool seed_hopeful(const struct search *search, const uint64_t *bits)
{
	long open = bits_count(bits, search->open, search->n_words);

	return open && open >= search->best_score;
}

static void search_seeds(struct search *search, const struct fold_term *term, const uint64_t *bits,
			 size_t first, size_t depth)
{
	const struct fold_space *space = search->space;
	uint64_t *narrower = search->scratch + depth * search->n_words;

	for (size_t d = first; d < space->n_dimensions && depth < SEED_DEPTH_MAX; d++) {
		for (size_t v = 0; space->n_values[d] > 1 && v < space->n_values[d]; v++) {
			struct fold_term seed = *term;

			for (size_t i = 0; i < search->n_words; i++)
				narrower[i] = bits[i] & with_value(search, d, v)[i];
			if (!seed_hopeful(search, narrower))
				continue;
			seed.mask[d] = 1ULL << v;
			search_offer(search, seed);
			search_seeds(search, &seed, narrower, d + 1, depth + 1);
		}
	}
}

/* The smallest box around the cells that are still open. */
static struct fold_term box_of_open(const struct search *search)
{
	const struct fold_space *space = search->space;
	struct fold_term box = {0};

	for (size_t cell = 0; cell < space->n_cells; cell++) {
		if (!(search->open[cell / WORD_BITS] >> cell % WORD_BITS & 1))
			continue;
		for (size_t d = 0; d < space->n_dimensions; d++)
			box.mask[d] |= cell_bit(space, cell, d);
	}
	return box;
}

/* The best term for what is open; false: none is worth its words. */
static bool search_next(struct search *search)
{
	struct fold_term all = term_of_all(search->space);

	search->best_score = 0;
	search->best_size = 0;
	search_offer(search, all);
	search_offer(search, box_of_open(search));
	search_seeds(search, &all, search->chosen, 0, 0);
	return search->best_score > 0;
}

static void search_open(struct search *search, const struct fold_space *space, const bool *chosen)
{
	size_t n_values = 0;

	search->space = space;
	search->n_words = (space->n_cells + WORD_BITS - 1) / WORD_BITS;
	for (size_t d = 0; d < space->n_dimensions; d++) {
		search->at[d] = n_values;
		n_values += space->n_values[d];
	}
	search->with = mem_zalloc((n_values + 3 + SEED_DEPTH_MAX) * search->n_words *
				  sizeof(*search->with));
	search->chosen = search->with + n_values * search->n_words;
	search->open = search->chosen + search->n_words;
	search->scratch = search->open + search->n_words;
	for (size_t cell = 0; cell < space->n_cells; cell++) {
		uint64_t bit = 1ULL << cell % WORD_BITS;

		for (size_t d = 0; d < space->n_dimensions; d++)
			with_value(
				search, d,
				space->value[cell * space->n_dimensions + d])[cell / WORD_BITS] |=
				bit;
		if (chosen[cell])
			search->chosen[cell / WORD_BITS] |= bit;
	}
	memcpy(search->open, search->chosen, search->n_words * sizeof(*search->open));
}

void fold_find(const struct fold_space *space, const bool *chosen, struct fold *ret)
{
	struct search search = {0};
	uint64_t *covered;

	*ret = (struct fold){0};
	search_open(&search, space, chosen);
	covered = mem_zalloc(2 * search.n_words * sizeof(*covered));
	while (ret->n_terms < FOLD_TERMS_MAX && bits_count(search.open, NULL, search.n_words) &&
	       search_next(&search)) {
		uint64_t *bits = covered + search.n_words;

		term_bits(&search, &search.best, bits);
		for (size_t i = 0; i < search.n_words; i++) {
			covered[i] |= bits[i];
			search.open[i] &= ~bits[i];
		}
		ret->terms[ret->n_terms++] = search.best;
	}
	ret->left = bits_count(search.open, NULL, search.n_words);
	if (ret->left) {
		ret->box = box_of_open(&search);
		term_widen(&search, &ret->box, covered + search.n_words);
		term_count(&search, &ret->box, covered + search.n_words);
		ret->box_exact = ret->box.hits == ret->box.of;
	}
	ret->left_of = space->n_cells - bits_count(covered, NULL, search.n_words);
	free(covered);
	free(search.with);
}
