/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text: a string that grows. Zero-initialised is empty and valid. */
#ifndef AFTERCLOSE_BASE_TEXT_H
#define AFTERCLOSE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *data; /* NUL-terminated once anything was added; NULL before */
	size_t len;
	size_t size;
};

void text_add(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_addn(struct text *text, const char *bytes, size_t len);
/* As one word of a shell: quoted, if it must be. */
void text_add_word(struct text *text, const char *word);
const char *text_str(const struct text *text); /* never NULL */
char *text_take(struct text *text);	       /* the caller frees; text is empty again */
void text_free(struct text *text);

/* Characters that a terminal obeys, all control characters but a line's end. */
bool text_is_plain(const char *s);
void text_plain(struct text *text, size_t from);    /* from there on each becomes `?` */
void text_one_line(struct text *text, size_t from); /* from there on line ends become blanks */
bool text_is_utf8(const char *s); /* what JSON takes, which is all that records can hold */

#define _cleanup_text_ __attribute__((cleanup(text_free)))

#endif
