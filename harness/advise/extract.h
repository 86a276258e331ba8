/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * extract: docs/effects.json, what records say of sysctls, kept without the records: of each
 * scenario the effects (advise/effect.h) and the state of its file, so that one that was edited is
 * found.
 *
 *   {SCENARIO: {"hash": HEX, "file": PATH, "title": TEXT,
 *               "effects": [EFFECT and "kernels": [NAME...]...]}...}
 *
 * An effect that is the same on several kernels stands there once.
 */
#ifndef AFTERCLOSE_ADVISE_EXTRACT_H
#define AFTERCLOSE_ADVISE_EXTRACT_H

#include "base/err.h"
#include "scenario/scenario.h"

#include <jansson.h>
#include <stdbool.h>

/* Errors: EINVAL it is no such file, and those of opening one. New reference. */
int extract_load(const char *path, json_t **ret, struct err *err);

/* A line an effect, so that a change of one is a change of one line. Errors: those of writing. */
int extract_store(const json_t *extract, const char *path, struct err *err);

/* Is what it has of the scenario about its file as it is now? */
bool extract_current(const json_t *extract, const struct scenario *scenario);

/* A scenario was played: what is there of another state of its file goes. */
void extract_renew(json_t *extract, const struct scenario *scenario);

/* Put an effect there, in place of what that kernel had of the same sysctl, dimension and value.
 * Takes the effect over. */
void extract_put(json_t *extract, const struct scenario *scenario, const char *kernel,
		 json_t *effect);

#endif
