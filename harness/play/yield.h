/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yield: what a play's names have to tell at its end. */
#ifndef AFTERCLOSE_PLAY_YIELD_H
#define AFTERCLOSE_PLAY_YIELD_H

#include "play/stage.h"

void yield_facts(struct stage *stage); /* of every name */
void yield_kept(struct stage *stage, const struct kept *kept);

/* Where kept segments stood for what they came into; not canonical. */
void yield_positions(const struct stage *stage, json_t *volatile_part);

#endif
