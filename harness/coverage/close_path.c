// SPDX-License-Identifier: GPL-2.0-or-later
/* close_path: owns the reading of ci/kernels/close-path.txt, and the texts that follow from it. */
#include "coverage/close_path.h"

#include "base/mem.h"
#include "kernel/edit.h"

#include <ctype.h>
#include <string.h>

#define LIST "close-path.txt"

/* Called with each function of the close path that this kernel has and compiled. */
typedef void (*function_fn)(const struct source *source, const struct function *function,
			    void *ctx);

/* The word at *at; *at goes behind it. */
static char *word_take(const char **at)
{
	size_t len = strcspn(*at, " \n");
	char *word = mem_strndup(*at, len);

	*at += len + strspn(*at + len, " ");
	return word;
}

static void each_of(const struct source *source, const char *name, function_fn fn, void *ctx)
{
	for (size_t i = 0; i < source->n_functions; i++) {
		const struct function *function = &source->functions[i];

		if (strcmp(name, "*") && strcmp(name, function->name))
			continue;
		if (source_share(source, function->first, function->last).all)
			fn(source, function, ctx);
	}
}

static void each_function(const struct source *sources, size_t n, function_fn fn, void *ctx)
{
	const char *at = kernel_file_text(LIST);

	for (; *at; at += strcspn(at, "\n"), at += *at == '\n') {
		_cleanup_free_ char *file = NULL, *name = NULL;

		if (*at == '#')
			continue;
		file = word_take(&at);
		name = word_take(&at);
		for (size_t i = 0; i < n; i++) {
			if (!strcmp(sources[i].name, file))
				each_of(&sources[i], name, fn, ctx);
		}
	}
}

static void add_row(const struct source *source, const struct function *function, void *ctx)
{
	struct share share = source_share(source, function->first, function->last);

	text_add(ctx, "%-36s %-36s %4zu / %4zu\n", source->name, function->name, share.executed,
		 share.all);
}

static void add_share(const struct source *source, const struct function *function, void *ctx)
{
	struct share share = source_share(source, function->first, function->last), *sum = ctx;

	sum->executed += share.executed;
	sum->all += share.all;
}

struct share close_path_share(const struct source *sources, size_t n)
{
	struct share sum = {0};

	each_function(sources, n, add_share, &sum);
	return sum;
}

void close_path_summary(const struct source *sources, size_t n, struct text *out)
{
	struct share sum = close_path_share(sources, n);

	text_add(out, "%-36s %-36s executed / lines\n", "file", "function");
	each_function(sources, n, add_row, out);
	for (size_t i = 0; i < n; i++) {
		struct share share = close_path_share(&sources[i], 1);

		text_add(out, "%-36s %-36s %4zu / %4zu\n", sources[i].name, "(all of these)",
			 share.executed, share.all);
	}
	text_add(out, "%-36s %-36s %4zu / %4zu\n", "the close path", "", sum.executed, sum.all);
}

static void add_words(const struct line *line, struct text *out)
{
	bool blank = true;

	for (size_t i = 0; i < line->len; i++) {
		if (isspace((unsigned char)line->text[i])) {
			blank = true;
			continue;
		}
		if (blank)
			text_add(out, " ");
		text_addn(out, &line->text[i], 1);
		blank = false;
	}
}

static void add_unexecuted(const struct source *source, const struct function *function, void *ctx)
{
	for (size_t i = function->first; i <= function->last; i++) {
		const struct line *line = &source->lines[i];

		if (!line->code || line->count)
			continue;
		text_add(ctx, "%s:%zu %s:", source->name, i, function->name);
		add_words(line, ctx);
		text_add(ctx, "\n");
	}
}

void close_path_unexecuted(const struct source *sources, size_t n, struct text *out)
{
	each_function(sources, n, add_unexecuted, out);
}
