// SPDX-License-Identifier: GPL-2.0-or-later
/* text: owns a growing, always terminated buffer. */
#include "base/text.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static void text_reserve(struct text *text, size_t more)
{
	size_t want = text->len + more + 1;

	if (want <= text->size)
		return;
	if (want < text->size * 2)
		want = text->size * 2;
	text->data = mem_resize(text->data, want, 1);
	text->size = want;
}

void text_addn(struct text *text, const char *bytes, size_t len)
{
	text_reserve(text, len);
	memcpy(text->data + text->len, bytes, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void text_add(struct text *text, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	text_reserve(text, len);
	va_start(ap, fmt);
	vsnprintf(text->data + text->len, len + 1, fmt, ap);
	va_end(ap);
	text->len += len;
}

void text_add_word(struct text *text, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./,:=%+@";

	if (*word && !word[strspn(word, plain)]) {
		text_add(text, "%s", word);
		return;
	}
	text_add(text, "'");
	for (; *word; word++)
		text_add(text, *word == '\'' ? "'\\''" : "%c", *word);
	text_add(text, "'");
}

const char *text_str(const struct text *text)
{
	return text->data ? text->data : "";
}

char *text_take(struct text *text)
{
	char *s = text->data ? text->data : mem_strdup("");

	*text = (struct text){0};
	return s;
}

void text_free(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}
