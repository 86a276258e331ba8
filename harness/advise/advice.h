/* SPDX-License-Identifier: GPL-2.0-or-later */
/* advice: what cmd/advise_tell.h made, told to a person: from that JSON alone. */
#ifndef AFTERCLOSE_ADVISE_ADVICE_H
#define AFTERCLOSE_ADVISE_ADVICE_H

#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>

/* all: every finding; otherwise of each line the first ones. */
void advice_text(const json_t *advice, bool all, struct text *out);
void advice_markdown(const json_t *advice, bool all, struct text *out);

#endif
