// SPDX-License-Identifier: GPL-2.0-or-later
/* wrap: owns line breaking. */
#include "report/wrap.h"

#include <stdbool.h>
#include <string.h>

/* A word longer than a line has one of its own. */
static void word_add(struct text *out, const char *indent, const char *word, size_t len,
		     size_t *column)
{
	if (*column && *column + 1 + len > WRAP_WIDTH) {
		text_add(out, "\n");
		*column = 0;
	}
	text_add(out, "%s%.*s", *column ? " " : indent, (int)len, word);
	*column += len + (*column ? 1 : strlen(indent));
}

void wrap_text(struct text *out, const char *indent, const char *words)
{
	size_t column = 0;

	while (*words) {
		size_t space = strspn(words, " \n"), len;
		const char *line_end = memchr(words, '\n', space);
		bool paragraph =
			line_end && memchr(line_end + 1, '\n', words + space - line_end - 1);

		words += space;
		len = strcspn(words, " \n");
		if (!len)
			break;
		if (paragraph && column) {
			text_add(out, "\n\n");
			column = 0;
		}
		word_add(out, indent, words, len, &column);
		words += len;
	}
	if (column)
		text_add(out, "\n");
}

void text_trim(struct text *text)
{
	while (text->len && text->data[text->len - 1] == ' ')
		text->data[--text->len] = '\0';
}
