/* SPDX-License-Identifier: GPL-2.0-or-later */
/* endings: what came of each connection and named segment of a cell, in sentences. */
#ifndef AFTERCLOSE_REPORT_ENDINGS_H
#define AFTERCLOSE_REPORT_ENDINGS_H

#include "base/text.h"

#include <jansson.h>

/* A paragraph for each that something is to be said of. */
void endings_tell(const json_t *record, struct text *out);

#endif
