// SPDX-License-Identifier: GPL-2.0-or-later
/* half_load: owns the choice of one kernel's records where a file holds those of several. */
#include "compare/half.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

struct loading {
	struct half *half;
	const char *place; /* NULL: whatever there is, if it is one */
	json_t *first;	   /* the first cell that was taken: its settings are the half's */
};

static char *place_of(const struct half *half, const json_t *record)
{
	const json_t *kernel = json_object_get(half->kernels, record_text(record, "kernel", ""));

	return mem_printf("%s:%s", record_text(record, "target", "?"),
			  record_text(kernel, "release", "?"));
}

static bool place_meets(const struct loading *loading, const json_t *record)
{
	_cleanup_free_ char *place = place_of(loading->half, record);
	const char *asked = loading->place;

	return !asked || !strcmp(asked, place) || !strcmp(asked, strchr(place, ':') + 1) ||
	       !strcmp(asked, record_text(record, "target", "?")) ||
	       !strcmp(asked, record_text(record, "kernel", "?"));
}

/* A cell that was played under other settings is another cell, and not a repetition. */
static int settings_check(struct loading *loading, json_t *line, struct err *err)
{
	const json_t *first, *settings = json_object_get(line, "settings");

	if (!loading->first)
		loading->first = json_incref(line);
	first = json_object_get(loading->first, "settings");
	if (first == settings || json_equal(first, settings))
		return 0;
	return err_set(
		err, EINVAL,
		"%s holds records of several settings (--sysctl): %s has others than the first "
		"cell; keep those of each in a file of its own",
		loading->half->name, record_text(line, "cell", "?"));
}

/* Two kernels may have one release: they are told apart by their ids. */
static int loading_take(void *ctx, json_t *line, struct err *err)
{
	struct loading *loading = ctx;
	struct half *half = loading->half;
	_cleanup_free_ char *place = NULL, *full = NULL;
	json_int_t n;
	int ret = 0;

	if (!record_is_cell(line)) {
		half_add(half, line);
		return 0;
	}
	place = place_of(half, line);
	full = mem_printf("%s, kernel %s", place, record_text(line, "kernel", "?"));
	n = json_integer_value(json_object_get(half->places, full));
	if (place_meets(loading, line)) {
		ret = settings_check(loading, line, err);
		json_object_set_new(half->places, full, json_integer(n + 1));
		half_add(half, line);
	} else if (!n) {
		json_object_set_new(half->places, full, json_integer(0));
	}
	return ret;
}

/* What may stand behind the colon; only_met: among those that were meant. */
static size_t places_list(const struct half *half, bool only_met, struct text *out)
{
	size_t n = 0;
	json_t *count;
	const char *place;

	json_object_foreach(half->places, place, count)
	{
		if (only_met && !json_integer_value(count))
			continue;
		text_add(out, "%s%s", n++ ? "; " : "", place);
	}
	return n;
}

static int places_check(const struct half *half, const char *file, const char *place,
			struct err *err)
{
	_cleanup_text_ struct text met = {0}, all = {0};
	size_t n_met = places_list(half, true, &met);

	if (n_met == 1)
		return 0;
	if (n_met)
		return err_set(err, EINVAL,
			       "%s holds records of %zu kernels; say which behind a colon, by "
			       "target, release or id: %s",
			       half->name, n_met, text_str(&met));
	if (!places_list(half, false, &all))
		return err_set(err, EINVAL, "%s holds no record of a cell", file);
	return err_set(err, EINVAL, "%s has no record of \"%s\"; it has those of %s", file, place,
		       text_str(&all));
}

/* FILE, or FILE:PLACE where there is no file of that whole name. A file's name may hold colons. */
static char *spec_file(const char *spec, const char **ret_place)
{
	*ret_place = NULL;
	if (!access(spec, F_OK))
		return mem_strdup(spec);
	for (const char *colon = strchr(spec, ':'); colon; colon = strchr(colon + 1, ':')) {
		char *file = mem_strndup(spec, colon - spec);

		if (!access(file, F_OK) && colon[1]) {
			*ret_place = colon + 1;
			return file;
		}
		free(file);
	}
	return mem_strdup(spec);
}

int half_load(struct half *half, const char *spec, size_t *ret_cut, struct err *err)
{
	struct loading loading = {.half = half};
	_cleanup_free_ char *file = spec_file(spec, &loading.place);
	int ret;

	half_init(half, spec);
	ret = records_read(file, true, loading_take, &loading, ret_cut, err);
	json_decref(loading.first);
	return ret ? ret : places_check(half, file, loading.place, err);
}

/* What all of its cells were drawn by; 0: they were not by one. */
static int64_t half_seed(const struct half *half)
{
	int64_t seed = half->n_cells ? half->cells[0].seed : 0;

	for (size_t i = 0; i < half->n_cells; i++) {
		if (half->cells[i].seed != seed)
			return 0;
	}
	return seed;
}

char *half_place(const struct half *half)
{
	int64_t seed = half_seed(half);
	_cleanup_free_ char *seeded = seed ? mem_printf(", seed %lld", (long long)seed) : NULL;
	const json_t *kernel;
	const char *place;
	json_t *count;

	json_object_foreach(half->places, place, count)
	{
		const char *comma = strstr(place, ", kernel ");

		if (!json_integer_value(count) || !comma)
			continue;
		kernel = json_object_get(half->kernels, comma + strlen(", kernel "));
		return mem_printf("%.*s, Linux %s, HZ %lld%s", (int)strcspn(place, ":"), place,
				  record_text(kernel, "release", "?"),
				  (long long)record_number(kernel, "hz", 0), seeded ?: "");
	}
	return mem_strdup("");
}
