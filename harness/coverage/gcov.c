// SPDX-License-Identifier: GPL-2.0-or-later
/* gcov: owns the call of gcov, and its JSON. */
#include "coverage/gcov.h"

#include "base/mem.h"
#include "kernel/program.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

/* gcov calls a file by its whole path, as it was compiled. */
static struct source *source_called(const char *path, struct source *sources, size_t n)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < n; i++) {
		size_t name_len = strlen(sources[i].name);

		if (len >= name_len && !strcmp(path + len - name_len, sources[i].name) &&
		    (len == name_len || path[len - name_len - 1] == '/'))
			return &sources[i];
	}
	return NULL;
}

/* A line is told once for each copy that the compiler made of it. */
static int take_line(const json_t *row, struct source *source, struct err *err)
{
	json_int_t number = json_integer_value(json_object_get(row, "line_number"));
	json_int_t count = json_integer_value(json_object_get(row, "count"));

	if (number < 1 || (size_t)number > source->n_lines || count < 0)
		return err_set(err, EPROTO, "gcov tells of line %lld of %s, which has %zu",
			       (long long)number, source->name, source->n_lines);
	source->lines[number].code = true;
	source->lines[number].count += count;
	return 0;
}

static int take_document(const json_t *document, struct source *sources, size_t n, struct err *err)
{
	const json_t *file, *row;
	size_t i, j;

	json_array_foreach(json_object_get(document, "files"), i, file)
	{
		const char *path = json_string_value(json_object_get(file, "file"));
		struct source *source = path ? source_called(path, sources, n) : NULL;

		if (!source)
			continue;
		json_array_foreach(json_object_get(file, "lines"), j, row)
		{
			if (take_line(row, source, err) < 0)
				return -err->code;
		}
	}
	return 0;
}

int gcov_take(const char *printed, struct source *sources, size_t n, struct err *err)
{
	int ret = 0;

	for (const char *at = printed; !ret && *at; at += strspn(at, "\n")) {
		size_t len = strcspn(at, "\n");
		json_t *document = json_loadb(at, len, 0, NULL);

		if (json_is_array(json_object_get(document, "files")))
			ret = take_document(document, sources, n, err);
		else
			ret = err_set(err, EPROTO, "gcov printed what is no JSON of its: %.*s",
				      (int)(len < 60 ? len : 60), at);
		json_decref(document);
		at += len;
	}
	return ret;
}

int gcov_run(const char *dir, struct source *sources, size_t n, struct err *err)
{
	_cleanup_free_ const char **argv = mem_zalloc((n + 4) * sizeof(*argv));
	_cleanup_text_ struct text printed = {0};
	struct program gcov = {.argv = argv, .dir = dir, .ret_output = &printed};
	int ret;

	argv[0] = "gcov";
	argv[1] = "--json-format";
	argv[2] = "--stdout";
	for (size_t i = 0; i < n; i++)
		argv[3 + i] =
			mem_printf("%.*sgcda", (int)strlen(sources[i].name) - 1, sources[i].name);
	ret = program_run(&gcov, err);
	for (size_t i = 0; i < n; i++)
		free((char *)argv[3 + i]);
	return ret < 0 ? ret : gcov_take(text_str(&printed), sources, n, err);
}
