// SPDX-License-Identifier: GPL-2.0-or-later
/* ground: owns the numbering of dimension values. */
#include "compare/ground.h"
#include "base/mem.h"
#include "compare/change.h"

#include <string.h>

const struct half_cell *pair_cell(const struct pair *pair)
{
	return pair->a ? pair->a : pair->b;
}

static const char *cell_value_of(const struct half_cell *cell, const char *dimension)
{
	for (size_t i = 0; i < cell->n_dimensions; i++) {
		if (!strcmp(cell->dimensions[i], dimension))
			return cell->values[i];
	}
	return "";
}

/* The number of a value, a new one perhaps; FOLD_VALUES_MAX: there is no more room. */
static size_t value_number(struct ground *ground, size_t dimension, const char *value)
{
	size_t *n = &ground->space.n_values[dimension];

	for (size_t i = 0; i < *n; i++) {
		if (!strcmp(ground->values[dimension][i], value))
			return i;
	}
	if (*n == FOLD_VALUES_MAX)
		return FOLD_VALUES_MAX;
	ground->values[dimension][*n] = value;
	return (*n)++;
}

/* Number every cell's value of one dimension; false: it has too many. */
static bool number_dimension(struct ground *ground, size_t dimension)
{
	for (size_t i = 0; i < ground->n_pairs; i++) {
		const char *value =
			cell_value_of(pair_cell(&ground->pairs[i]), ground->dimensions[dimension]);

		if (value_number(ground, dimension, value) == FOLD_VALUES_MAX)
			return false;
	}
	return true;
}

static bool has_dimension(const struct ground *ground, const char *name)
{
	for (size_t i = 0; i < ground->space.n_dimensions; i++) {
		if (!strcmp(ground->dimensions[i], name))
			return true;
	}
	return false;
}

/* The dimensions that both sides know, or the one side that there is. */
static void take_dimensions(struct ground *ground, const struct half_cell *cell)
{
	for (size_t i = 0; i < cell->n_dimensions; i++) {
		size_t *n = &ground->space.n_dimensions;

		if (*n == FOLD_DIMENSIONS_MAX || has_dimension(ground, cell->dimensions[i]))
			continue;
		ground->dimensions[*n] = cell->dimensions[i];
		ground->space.n_values[*n] = 0;
		*n += number_dimension(ground, *n);
	}
}

void ground_open(const struct pair *pairs, size_t n_pairs, struct ground *ret)
{
	size_t n_dimensions;

	*ret = (struct ground){
		.pairs = pairs,
		.n_pairs = n_pairs,
		.scenario = pair_cell(&pairs[0])->scenario,
	};
	for (size_t i = 0; i < n_pairs; i++)
		ret->n_compared += change_comparable(pairs[i].a, pairs[i].b);
	take_dimensions(ret, pair_cell(&pairs[0]));
	n_dimensions = ret->space.n_dimensions;
	ret->space.value = mem_zalloc((n_pairs * n_dimensions + 1) * sizeof(*ret->space.value));
	for (size_t i = 0; i < n_pairs; i++) {
		for (size_t d = 0; d < n_dimensions; d++)
			ret->space.value[i * n_dimensions + d] = value_number(
				ret, d, cell_value_of(pair_cell(&pairs[i]), ret->dimensions[d]));
	}
}

void ground_close(struct ground *ground)
{
	free(ground->space.value);
}

static json_t *term_new(const struct ground *ground, const struct fold_term *term)
{
	json_t *dimensions = json_object();

	for (size_t d = 0; d < ground->space.n_dimensions; d++) {
		json_t *values;

		if (term->mask[d] == fold_mask_full(&ground->space, d))
			continue;
		values = json_array();
		for (size_t v = 0; v < ground->space.n_values[d]; v++) {
			if (term->mask[d] >> v & 1)
				json_array_append_new(values, json_string(ground->values[d][v]));
		}
		json_object_set_new(dimensions, ground->dimensions[d], values);
	}
	return json_pack("{so sI sI}", "dimensions", dimensions, "hits", (json_int_t)term->hits,
			 "of", (json_int_t)term->of);
}

json_t *ground_terms(const struct ground *ground, const struct fold *fold)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < fold->n_terms; i++)
		json_array_append_new(ret, term_new(ground, &fold->terms[i]));
	return ret;
}
