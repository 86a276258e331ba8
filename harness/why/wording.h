/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wording: the sentences of an answer, the same in every format. */
#ifndef AFTERCLOSE_WHY_WORDING_H
#define AFTERCLOSE_WHY_WORDING_H

#include "base/text.h"

#include <jansson.h>

/* "yes", "no", "2 of 5"; why nothing is known of a trial. */
void trial_flips(const json_t *answer, const json_t *trial, struct text *out);

/* A fact's value after a trial: "delivered", with a remark where it is neither A's nor B's. */
void trial_now(const json_t *fact, struct text *out);

/* "cookies=2 and timestamps=0" */
void change_words(const json_t *change, struct text *out);

/* What flips some facts at one end (JSON of FLIP): "cookies=1 alone; or timestamps=1 alone". */
void flip_words(const json_t *flip, struct text *out);

/* "1 -> 0" of a difference, and "(not set)" where it is not. */
const char *difference_value(const json_t *difference, const char *end);

/* "third, new.stream" */
void names_words(const json_t *names, struct text *out);

/* What A and B have in common where nothing is to be explained. */
void same_words(const json_t *answer, struct text *out);

#endif
