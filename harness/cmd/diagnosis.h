/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diagnosis: which cells of an imported scenario reproduce its capture, and which settings those
 * have in common. */
#ifndef AFTERCLOSE_CMD_DIAGNOSIS_H
#define AFTERCLOSE_CMD_DIAGNOSIS_H

#include "capture/match.h"

/* Records of one scenario on one target. New reference: {"cells": [{"cell", "reproduced",
 * "matched", "events", "packet", "words", "verdict"}...], "reproduced": N, "under": [TEXT...]}.
 * Errors: those of match_record(). */
int diagnosis_make(struct plot *plot, json_t *const *records, size_t n, json_t **ret,
		   struct err *err);
void diagnosis_text(const json_t *diagnosis, struct text *out);

#endif
