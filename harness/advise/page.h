/* SPDX-License-Identifier: GPL-2.0-or-later */
/* page: what an extract (advise/extract.h) says of a sysctl, as a page of Markdown. */
#ifndef AFTERCLOSE_ADVISE_PAGE_H
#define AFTERCLOSE_ADVISE_PAGE_H

#include "base/text.h"

#include <jansson.h>

/* The sysctls that it has effects of, by name. New reference. */
json_t *page_sysctls(const json_t *extract);

/* The page of one of them. */
void page_sysctl(const json_t *extract, const char *name, struct text *out);

/* The table of all pages. */
void page_index(const json_t *extract, const json_t *names, struct text *out);

#endif
