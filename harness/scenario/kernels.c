// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernels: owns the enumeration of kernels. Kernel k has feature i if bit i of k is set; what is
 * left of k, shifted by the number of features, is the index of its HZ, the last being "another".
 */
#include "scenario/kernels.h"

#include <string.h>

static size_t ask_find(const struct kernels *kernels, enum condition_kind kind, const char *name)
{
	size_t i = 0;

	while (i < kernels->n_asked &&
	       (kernels->asked[i].kind != kind || strcmp(kernels->asked[i].name, name)))
		i++;
	return i;
}

static size_t hz_find(const struct kernels *kernels, const char *hz)
{
	size_t i = 0;

	while (i < kernels->n_hz && strcmp(kernels->hz[i], hz))
		i++;
	return i;
}

static bool collect_value(struct kernels *kernels, enum condition_kind kind, const char *value)
{
	if (kind == COND_HZ) {
		size_t i = hz_find(kernels, value);

		if (i == KERNEL_HZ_MAX)
			return false;
		kernels->hz[i] = value;
		if (i == kernels->n_hz)
			kernels->n_hz++;
	} else {
		size_t i = ask_find(kernels, kind, value);

		if (i == KERNEL_ASKED_MAX)
			return false;
		kernels->asked[i] = (struct kernel_ask){kind, value};
		if (i == kernels->n_asked)
			kernels->n_asked++;
	}
	kernels->n = (1UL << kernels->n_asked) * (kernels->n_hz + 1);
	return kernels->n <= KERNELS_MAX;
}

int kernels_collect(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    struct kernels *ret, struct err *err)
{
	*ret = (struct kernels){.n = 1};
	for (size_t r = 0; r < n_rules; r++) {
		for (size_t c = 0; c < rules[r].n_when; c++) {
			const struct condition *when = &rules[r].when[c];

			if (when->kind == COND_DIMENSION)
				continue;
			for (size_t v = 0; v < when->n_values; v++) {
				if (!collect_value(ret, when->kind, when->values[v]))
					return scenario_err(scenario, when->at, err,
							    "the rules tell more than %d kernels "
							    "apart; ask for fewer features",
							    KERNELS_MAX);
			}
		}
	}
	return 0;
}

static bool kernel_meets(const struct kernels *kernels, size_t kernel,
			 const struct condition *condition)
{
	bool any = false;

	for (size_t v = 0; v < condition->n_values; v++) {
		const char *value = condition->values[v];

		if (condition->kind == COND_HZ)
			any |= kernel >> kernels->n_asked == hz_find(kernels, value);
		else
			any |= kernel >> ask_find(kernels, condition->kind, value) & 1;
	}
	return any != condition->negate;
}

void kernels_meet(const struct kernels *kernels, const struct rule *rule, struct kernel_set *ret)
{
	*ret = (struct kernel_set){0};
	for (size_t k = 0; k < kernels->n; k++) {
		bool all = true;

		for (size_t c = 0; c < rule->n_when && all; c++) {
			if (rule->when[c].kind != COND_DIMENSION)
				all = kernel_meets(kernels, k, &rule->when[c]);
		}
		if (all)
			ret->bits[k / 64] |= 1ULL << k % 64;
	}
}

void kernels_describe(const struct kernels *kernels, size_t kernel, struct text *out)
{
	const char *before = " on a kernel ";

	for (size_t i = 0; i < kernels->n_asked; i++) {
		text_add(out, "%s%s %s%s", before, kernel >> i & 1 ? "with" : "without",
			 kernels->asked[i].kind == COND_COUNTER ? "the counter " : "",
			 kernels->asked[i].name);
		before = ", ";
	}
	if (!kernels->n_hz)
		return;
	kernel >>= kernels->n_asked;
	if (kernel < kernels->n_hz)
		text_add(out, "%sat HZ %s", before, kernels->hz[kernel]);
	else
		text_add(out, "%sat an HZ that no rule names", before);
}
