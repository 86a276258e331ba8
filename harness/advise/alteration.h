/* SPDX-License-Identifier: GPL-2.0-or-later */
/* alteration: what a sysctl changes, as a chapter with a table for each scenario. */
#ifndef AFTERCLOSE_ADVISE_ALTERATION_H
#define AFTERCLOSE_ADVISE_ALTERATION_H

#include "base/text.h"

#include <jansson.h>

/* entries: advise/effects.h. Nothing where no outcome changes. */
void alteration_tables(const json_t *entries, struct text *out);

#endif
