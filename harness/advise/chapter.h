/* SPDX-License-Identifier: GPL-2.0-or-later */
/* chapter: the parts of a sysctl's page that sum up its effects in all scenarios (entries:
 * advise/effects.h), each with its heading; nothing where there is nothing to say. */
#ifndef AFTERCLOSE_ADVISE_CHAPTER_H
#define AFTERCLOSE_ADVISE_CHAPTER_H

#include "base/text.h"

#include <jansson.h>

void chapter_same(const json_t *entries, struct text *out);
void chapter_claims(const json_t *entries, struct text *out);
void chapter_harm(const json_t *entries, struct text *out);
void chapter_rfc(const json_t *entries, struct text *out);
void chapter_skips(const json_t *entries, struct text *out);

#endif
