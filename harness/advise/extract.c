// SPDX-License-Identifier: GPL-2.0-or-later
/* extract: owns how effects of several kernels stand together, and their file. */
#include "advise/extract.h"
#include "advise/effects.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/record.h"

#include <errno.h>
#include <string.h>

int extract_load(const char *path, json_t **ret, struct err *err)
{
	json_error_t error;

	*ret = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!*ret)
		return err_set(err, EINVAL, "%s:%d: %s", path, error.line, error.text);
	if (json_is_object(*ret))
		return 0;
	json_decref(*ret);
	*ret = NULL;
	return err_set(err, EINVAL, "%s: no object", path);
}

bool extract_current(const json_t *extract, const struct scenario *scenario)
{
	const json_t *entry = json_object_get(extract, scenario->name);

	return !strcmp(record_text(entry, "hash", ""), scenario->hash);
}

void extract_renew(json_t *extract, const struct scenario *scenario)
{
	if (extract_current(extract, scenario))
		return;
	json_object_set_new(extract, scenario->name,
			    json_pack("{ss ss ss s[]}", "hash", scenario->hash, "file",
				      scenario->file, "title", scenario->title, "effects"));
}

/* Are both about the same sysctl, whose and how it is set, and the same values? */
static bool effects_alike(const json_t *a, const json_t *b)
{
	static const char *const keys[] = {"sysctl", "of", "dimension", "from", "to"};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(record_text(a, keys[i], ""), record_text(b, keys[i], "")) != 0)
			return false;
	}
	return true;
}

static void kernel_remove(json_t *kernels, const char *kernel)
{
	for (size_t i = json_array_size(kernels); i-- > 0;) {
		if (!strcmp(json_string_value(json_array_get(kernels, i)), kernel))
			json_array_remove(kernels, i);
	}
}

static void kernel_add(json_t *kernels, const char *kernel)
{
	size_t at = 0;

	while (at < json_array_size(kernels) &&
	       strverscmp(json_string_value(json_array_get(kernels, at)), kernel) < 0)
		at++;
	json_array_insert_new(kernels, at, json_string(kernel));
}

/* Is it the same effect, whichever kernels show it? */
static bool effects_equal(const json_t *effect, const json_t *stored)
{
	json_t *bare = json_copy((json_t *)stored);
	bool ret;

	json_object_del(bare, "kernels");
	ret = json_equal(effect, bare);
	json_decref(bare);
	return ret;
}

void extract_put(json_t *extract, const struct scenario *scenario, const char *kernel,
		 json_t *effect)
{
	json_t *effects, *kernels, *equal = NULL;

	extract_renew(extract, scenario);
	effects = json_object_get(json_object_get(extract, scenario->name), "effects");
	for (size_t i = json_array_size(effects); i-- > 0;) {
		json_t *stored = json_array_get(effects, i);

		if (!effects_alike(effect, stored))
			continue;
		kernels = json_object_get(stored, "kernels");
		kernel_remove(kernels, kernel);
		if (effects_equal(effect, stored))
			equal = stored;
		else if (!json_array_size(kernels))
			json_array_remove(effects, i);
	}
	if (equal) {
		kernel_add(json_object_get(equal, "kernels"), kernel);
		json_decref(effect);
		return;
	}
	json_object_set_new(effect, "kernels", json_pack("[s]", kernel));
	json_array_append_new(effects, effect);
}

static void json_add(struct text *out, const json_t *value, size_t flags)
{
	_cleanup_free_ char *words = json_dumps(value, flags);

	text_add(out, "%s", words ?: "null");
}

/* Where json_dumps would put all into one line, or each value into its own. */
static void entry_add(struct text *out, const char *name, const json_t *entry)
{
	json_t *head = json_copy((json_t *)entry), *effect;
	size_t i;

	json_object_del(head, "effects");
	text_add(out, "\"%s\": {", name);
	json_add(out, head, JSON_EMBED);
	text_add(out, ", \"effects\": [");
	json_array_foreach(json_object_get(entry, "effects"), i, effect)
	{
		text_add(out, "%s\n  ", i ? "," : "");
		json_add(out, effect, JSON_COMPACT);
	}
	text_add(out, "]}");
	json_decref(head);
}

int extract_store(const json_t *extract, const char *path, struct err *err)
{
	json_t *names = effects_keys(extract), *name;
	_cleanup_text_ struct text out = {0};
	size_t i;

	text_add(&out, "{");
	json_array_foreach(names, i, name)
	{
		text_add(&out, "%s\n", i ? "," : "");
		entry_add(&out, json_string_value(name),
			  json_object_get(extract, json_string_value(name)));
	}
	text_add(&out, "\n}\n");
	json_decref(names);
	return file_write(path, text_str(&out), out.len, err);
}
