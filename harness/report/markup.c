// SPDX-License-Identifier: GPL-2.0-or-later
/* markup: owns the escapes of Markdown and HTML. */
#include "report/markup.h"

#include <string.h>

void markdown_text(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n' || *s == '\r')
			text_add(out, " ");
		else if (*s == '<')
			text_add(out, "&lt;");
		else if (*s == '&')
			text_add(out, "&amp;");
		else
			text_add(out, "%s%c", strchr("\\`*_[]|~#", *s) ? "\\" : "", *s);
	}
}

/* The longest run of backticks within decides how many stand around (CommonMark 6.1). */
static size_t backticks_max(const char *s)
{
	size_t longest = 0;

	for (; *s; s++) {
		size_t run = strspn(s, "`");

		longest = run > longest ? run : longest;
		s += run ? run - 1 : 0;
	}
	return longest;
}

void markdown_code(struct text *out, const char *s)
{
	size_t n_fence = backticks_max(s) + 1;
	const char *pad = n_fence > 1 ? " " : "";

	for (size_t i = 0; i < n_fence; i++)
		text_add(out, "`");
	text_add(out, "%s", pad);
	for (; *s; s++) {
		if (*s == '\n' || *s == '\r')
			text_add(out, " ");
		else /* a table's cell ends at a bar, even within code */
			text_add(out, "%s%c", *s == '|' ? "\\" : "", *s);
	}
	text_add(out, "%s", pad);
	for (size_t i = 0; i < n_fence; i++)
		text_add(out, "`");
}

void html_text(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("<>&\"'", *s))
			text_add(out, "&#%d;", *s);
		else
			text_addn(out, s, 1);
	}
}

void markdown_column_code(struct text *out, const char *s)
{
	text_add(out, "| ");
	markdown_code(out, s);
	text_add(out, " ");
}

void markdown_column_words(struct text *out, const char *s)
{
	text_add(out, "| ");
	markdown_text(out, s);
	text_add(out, " ");
}
