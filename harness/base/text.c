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

/* Of the character at s; 0: that is none. */
static size_t utf8_length(const unsigned char *s)
{
	size_t len = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;

	if ((*s >= 0x80 && *s < 0xc2) || *s > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	/* Longer than it need be, half of a pair of UTF-16's, behind the last there is. */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

bool text_is_utf8(const char *s)
{
	size_t len;

	for (; *s; s += len) {
		len = utf8_length((const unsigned char *)s);
		if (!len)
			return false;
	}
	return true;
}

/* The length of the control character at s; 0: it is none. Those of C1 have two bytes. */
static size_t control_length(const char *s)
{
	unsigned char first = s[0], second = first ? s[1] : 0;

	if (first == 0xc2 && second >= 0x80 && second < 0xa0)
		return 2;
	return (first && first < ' ' && first != '\n') || first == 0x7f;
}

bool text_is_plain(const char *s)
{
	while (*s && !control_length(s))
		s++;
	return !*s;
}

void text_one_line(struct text *text, size_t from)
{
	for (size_t i = from; i < text->len; i++) {
		if (text->data[i] == '\n' || text->data[i] == '\r')
			text->data[i] = ' ';
	}
}

void text_plain(struct text *text, size_t from)
{
	char *to;

	if (from >= text->len)
		return;
	to = text->data + from;
	for (const char *s = to; *s;) {
		size_t len = control_length(s);

		*to++ = len ? '?' : *s;
		s += len ? len : 1;
	}
	*to = '\0';
	text->len = to - text->data;
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
