/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ladder: a cell's segments between its hosts and the wire, with both ends' states, as text. */
#ifndef AFTERCLOSE_REPORT_LADDER_H
#define AFTERCLOSE_REPORT_LADDER_H

#include "base/text.h"

#include <jansson.h>
#include <stddef.h>

/*
 * Time runs downwards; at most 100 columns. steps: the play's steps in words, drawn where they
 * began; NULL where they are not known.
 */
void ladder_draw(const json_t *record, const char *const *steps, size_t n_steps, struct text *out);

#endif
