/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markup: text put into Markdown or HTML so that it is shown as it is, in the cell of a table, too.
 */
#ifndef AFTERCLOSE_REPORT_MARKUP_H
#define AFTERCLOSE_REPORT_MARKUP_H

#include "base/text.h"

/* As running text: what Markdown or HTML would take for a sign of its own is escaped. */
void markdown_text(struct text *out, const char *s);

/* As a code span. */
void markdown_code(struct text *out, const char *s);

/* The same as the next column of a table's row, with the bar before it. */
void markdown_column_code(struct text *out, const char *s);
void markdown_column_words(struct text *out, const char *s);

/* Into HTML, within an element or a quoted attribute. */
void html_text(struct text *out, const char *s);

#endif
