/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap: text kept inside 100 columns, and without blanks at the ends of lines. */
#ifndef AFTERCLOSE_REPORT_WRAP_H
#define AFTERCLOSE_REPORT_WRAP_H

#include "base/text.h"

#define WRAP_WIDTH 100

/* Breaks at spaces and line ends; an empty line stays one. indent goes before every line. */
void wrap_text(struct text *out, const char *indent, const char *words);

/* Take the spaces off the end of a text. */
void text_trim(struct text *text);

#endif
