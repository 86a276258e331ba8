/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * outline: what records say of a scenario, in a line of its own that its cells name by their
 * `hash`: enough to explain a cell where the scenario's file is not at hand.
 */
#ifndef AFTERCLOSE_RECORD_OUTLINE_H
#define AFTERCLOSE_RECORD_OUTLINE_H

#include "base/text.h"
#include "scenario/scenario.h"

#include <jansson.h>
#include <stdbool.h>

/* A scenario line. New reference. */
json_t *record_scenario(const struct scenario *scenario);

/* A step as its file has it, presets left out; "$dimension" stands as it is. The caller frees. */
char *step_words(const struct step *step);

/* The words of an outline's step with a cell's values, {NAME: VALUE...}, for "$NAME". */
void step_words_expand(const char *words, const json_t *values, struct text *out);

/* Is an outline's step for a cell with these values? */
bool step_is_played(const json_t *step, const json_t *values);

/* "client", "server", "both". */
const char *side_word(enum side side);

#endif
