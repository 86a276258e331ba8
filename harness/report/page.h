/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page: one self-contained HTML file: its head with the policy that allows the page's own style and
 * scripts and nothing else, its data, its scripts. They lie in harness/report/html/ and are
 * compiled into the program.
 */
#ifndef AFTERCLOSE_REPORT_PAGE_H
#define AFTERCLOSE_REPORT_PAGE_H

#include "base/text.h"

#include <stddef.h>

/* The compiled-in files, sorted by name; sha256 in hexadecimal. */
struct page_file {
	const char *name, *text, *sha256;
};
extern const struct page_file page_files[];
extern const size_t page_n_files;

/* Everything before the data. */
void page_begin(struct text *out);

/* Data that the scripts find by its id: deflated, base64. */
void page_data(struct text *out, const char *id, const void *bytes, size_t len);

/* Everything after the data. */
void page_end(struct text *out);

/* A page without scripts or data: its head with the title as heading, and its end. */
void page_plain_begin(struct text *out, const char *title);
void page_plain_end(struct text *out);

#endif
