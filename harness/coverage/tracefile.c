// SPDX-License-Identifier: GPL-2.0-or-later
/* tracefile: owns the records of lcov's format. */
#include "coverage/tracefile.h"

#include <ctype.h>
#include <inttypes.h>

/* A test's name there is made of letters, digits and underscores. */
static void add_test(const char *test, struct text *out)
{
	text_add(out, "TN:");
	for (; *test; test++)
		text_add(out, "%c", isalnum((unsigned char)*test) ? *test : '_');
	text_add(out, "\n");
}

static uint64_t function_count(const struct source *source, const struct function *function)
{
	for (size_t i = function->first; i <= function->last; i++) {
		if (source->lines[i].code)
			return source->lines[i].count;
	}
	return 0;
}

/* What was compiled: a function without a line of code is left out by a configuration. */
static void add_functions(const struct source *source, struct text *out)
{
	size_t n = 0, n_hit = 0;

	for (size_t i = 0; i < source->n_functions; i++) {
		const struct function *function = &source->functions[i];
		uint64_t count = function_count(source, function);

		if (!source_share(source, function->first, function->last).all)
			continue;
		text_add(out, "FN:%zu,%s\nFNDA:%" PRIu64 ",%s\n", function->first, function->name,
			 count, function->name);
		n++;
		n_hit += count > 0;
	}
	text_add(out, "FNF:%zu\nFNH:%zu\n", n, n_hit);
}

static void add_lines(const struct source *source, struct text *out)
{
	struct share share = source_share(source, 1, source->n_lines);

	for (size_t i = 1; i <= source->n_lines; i++) {
		if (source->lines[i].code)
			text_add(out, "DA:%zu,%" PRIu64 "\n", i, source->lines[i].count);
	}
	text_add(out, "LF:%zu\nLH:%zu\n", share.all, share.executed);
}

void tracefile_add(const char *test, const struct source *sources, size_t n, struct text *out)
{
	for (size_t i = 0; i < n; i++) {
		add_test(test, out);
		text_add(out, "SF:%s\n", sources[i].name);
		add_functions(&sources[i], out);
		add_lines(&sources[i], out);
		text_add(out, "end_of_record\n");
	}
}
