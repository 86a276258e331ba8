// SPDX-License-Identifier: GPL-2.0-or-later
/* source: owns how a kernel's C file is cut into lines and functions. */
#include "coverage/source.h"

#include "base/mem.h"

#include <ctype.h>
#include <string.h>

static void lines_cut(struct source *source)
{
	size_t room = 2;

	for (const char *at = source->text; *at; at++)
		room += *at == '\n';
	source->lines = mem_zalloc(room * sizeof(*source->lines));
	for (const char *at = source->text; *at; at += *at == '\n') {
		size_t len = strcspn(at, "\n");

		source->lines[++source->n_lines] = (struct line){.text = at, .len = len};
		at += len;
	}
}

static char first_of(const struct line *line)
{
	return line->len ? *line->text : '\0';
}

/* The word before the first parenthesis: "static int tcp_v4_rcv(struct..." -> "tcp_v4_rcv". */
static char *name_of(const struct line *line)
{
	const char *paren = memchr(line->text, '(', line->len), *start;

	if (!paren)
		return NULL;
	for (start = paren; start > line->text; start--) {
		if (!isalnum((unsigned char)start[-1]) && start[-1] != '_')
			break;
	}
	return start == paren ? NULL : mem_strndup(start, paren - start);
}

/* A function's { stands alone in the first column; above it, up to what ends something else, is
 * what it is called. Returns the line that has the name, 0 for none. */
static size_t head_of(const struct source *source, size_t brace, char **ret_name)
{
	size_t head = 0;

	for (size_t i = brace - 1; i; i--) {
		const struct line *line = &source->lines[i];

		if (!line->len || first_of(line) == '}' || first_of(line) == '#' ||
		    line->text[line->len - 1] == ';' || line->text[line->len - 1] == '/')
			break;
		if (isspace((unsigned char)first_of(line)))
			continue;
		if (head && !memchr(line->text, '(', line->len))
			return head; /* the type, in a line of its own */
		free(*ret_name);
		*ret_name = name_of(line);
		if (*ret_name)
			head = i;
	}
	return head;
}

static void functions_find(struct source *source)
{
	for (size_t i = 1; i <= source->n_lines; i++) {
		struct function function = {0};

		if (source->lines[i].len != 1 || first_of(&source->lines[i]) != '{')
			continue;
		function.first = head_of(source, i, &function.name);
		while (i < source->n_lines && first_of(&source->lines[i]) != '}')
			i++;
		function.last = i;
		if (!function.first) {
			free(function.name);
			continue;
		}
		source->functions = mem_resize(source->functions, source->n_functions + 1,
					       sizeof(*source->functions));
		source->functions[source->n_functions++] = function;
	}
}

void source_read(const char *name, char *text, struct source *ret)
{
	*ret = (struct source){.name = mem_strdup(name), .text = text};
	lines_cut(ret);
	functions_find(ret);
}

void source_free(struct source *source)
{
	for (size_t i = 0; i < source->n_functions; i++)
		free(source->functions[i].name);
	free(source->functions);
	free(source->lines);
	free(source->text);
	free(source->name);
	*source = (struct source){0};
}

void source_clear(struct source *source)
{
	for (size_t i = 1; i <= source->n_lines; i++) {
		source->lines[i].code = false;
		source->lines[i].count = 0;
	}
}

const struct function *source_function(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->n_functions; i++) {
		if (!strcmp(source->functions[i].name, name))
			return &source->functions[i];
	}
	return NULL;
}

struct share source_share(const struct source *source, size_t first, size_t last)
{
	struct share share = {0};

	for (size_t i = first; i <= last && i <= source->n_lines; i++) {
		share.all += source->lines[i].code;
		share.executed += source->lines[i].code && source->lines[i].count;
	}
	return share;
}
