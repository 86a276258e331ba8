// SPDX-License-Identifier: GPL-2.0-or-later
/* effects: owns the sums over effects, and the words for one. */
#include "advise/effects.h"
#include "base/mem.h"
#include "record/record.h"
#include "report/markup.h"

#include <string.h>

void effects_each(const json_t *entries, effect_fn *fn, void *ctx)
{
	json_t *entry, *effect;
	size_t i, j;

	json_array_foreach((json_t *)entries, i, entry)
	{
		json_array_foreach(json_object_get(entry, "effects"), j, effect)
		{
			fn(ctx, entry, effect);
		}
	}
}

static long long number(const json_t *object, const char *key)
{
	return record_number(object, key, 0);
}

void effects_count(json_t *counts, const char *key, long long n)
{
	json_object_set_new(counts, key, json_integer(number(counts, key) + n));
}

long long effect_n_kernels(const json_t *effect)
{
	return json_array_size(json_object_get(effect, "kernels"));
}

struct summing {
	const char *key;
	long long sum;
};

static void sum_add(void *ctx, const json_t *entry, const json_t *effect)
{
	struct summing *summing = ctx;

	(void)entry;
	summing->sum += number(effect, summing->key) * effect_n_kernels(effect);
}

long long effects_sum(const json_t *entries, const char *key)
{
	struct summing summing = {.key = key};

	effects_each(entries, sum_add, &summing);
	return summing.sum;
}

static bool array_has(const json_t *array, const char *text)
{
	json_t *one;
	size_t i;

	json_array_foreach((json_t *)array, i, one)
	{
		if (!strcmp(json_string_value(one), text))
			return true;
	}
	return false;
}

void effect_join_kernels(json_t *kernels, const json_t *effect)
{
	json_t *kernel;
	size_t i, at;

	json_array_foreach(json_object_get(effect, "kernels"), i, kernel)
	{
		const char *name = json_string_value(kernel);

		if (array_has(kernels, name))
			continue;
		for (at = 0; at < json_array_size(kernels); at++) {
			if (strverscmp(json_string_value(json_array_get(kernels, at)), name) > 0)
				break;
		}
		json_array_insert(kernels, at, kernel);
	}
}

static void kernels_join(void *ctx, const json_t *entry, const json_t *effect)
{
	(void)entry;
	effect_join_kernels(ctx, effect);
}

json_t *effects_kernels(const json_t *entries)
{
	json_t *ret = json_array();

	effects_each(entries, kernels_join, ret);
	return ret;
}

/* The kernels that show an effect, where they are not all that played its scenario; "". The caller
 * frees. */
char *effect_kernels(const json_t *entry, const json_t *effect)
{
	json_t *alone = json_pack("[O]", entry), *all = effects_kernels(alone), *kernel;
	_cleanup_text_ struct text words = {0};
	size_t i, n = json_array_size(json_object_get(effect, "kernels"));

	json_array_foreach(json_object_get(effect, "kernels"), i, kernel)
	{
		if (n < json_array_size(all))
			text_add(&words, "%s%s", i ? "; " : " (", json_string_value(kernel));
	}
	text_add(&words, "%s", words.len ? ")" : "");
	json_decref(all);
	json_decref(alone);
	return text_take(&words);
}

/* "began=61", as conditions are written; "61" of a setting that no dimension has. */
void effect_value(const json_t *effect, const char *value, struct text *out)
{
	const char *dimension = record_text(effect, "dimension", NULL);
	_cleanup_free_ char *word =
		mem_printf("%s%s%s", dimension ?: "", dimension ? "=" : "", value);

	markdown_code(out, word);
}

/* "`began=61` instead of `60`" */
void effect_values(const json_t *effect, struct text *out)
{
	effect_value(effect, record_text(effect, "to", "?"), out);
	text_add(out, " instead of ");
	markdown_code(out, record_text(effect, "from", "?"));
}

/* Whose sysctl it is; a step may say it by a dimension, "$holder". */
void effect_whose(const json_t *effect, struct text *out)
{
	const char *of = record_text(effect, "of", "?");

	if (!json_object_get(effect, "dimension"))
		text_add(out, "as the baseline of all hosts");
	else if (!strcmp(of, "both"))
		text_add(out, "at both ends");
	else if (*of == '$')
		text_add(out, "at the host that `%s` names", of + 1);
	else
		text_add(out, "at the %s", of);
}

void effects_link(const json_t *entry, struct text *out)
{
	text_add(out, "[%s](../../%s)", record_text(entry, "scenario", "?"),
		 record_text(entry, "file", "?"));
}

long long effects_changed(const json_t *entry)
{
	json_t *alone = json_pack("[O]", entry);
	long long ret = effects_sum(alone, "changed");

	json_decref(alone);
	return ret;
}

static int by_text(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

json_t *effects_keys(const json_t *object)
{
	size_t n = 0;
	_cleanup_free_ const char **keys =
		mem_zalloc((json_object_size(object) + 1) * sizeof(*keys));
	json_t *ret = json_array(), *ignored;
	const char *key;

	json_object_foreach((json_t *)object, key, ignored)
	{
		keys[n++] = key;
	}
	qsort(keys, n, sizeof(*keys), by_text);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(ret, json_string(keys[i]));
	return ret;
}
