/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * effects: those of one sysctl (advise/effect.h), as an extract has them (advise/extract.h):
 * entries, one a scenario, {"scenario", "file", "title", "effects": [EFFECT...]}.
 */
#ifndef AFTERCLOSE_ADVISE_EFFECTS_H
#define AFTERCLOSE_ADVISE_EFFECTS_H

#include "base/text.h"

#include <jansson.h>

typedef void effect_fn(void *ctx, const json_t *entry, const json_t *effect);
void effects_each(const json_t *entries, effect_fn *fn, void *ctx);

/* The sum of a count ("pairs", "cells", "changed") of all effects on all their kernels; of one
 * entry, the changed ones. */
long long effects_sum(const json_t *entries, const char *key);
long long effects_changed(const json_t *entry);

/* The kernels that show any of them, by version (new reference); those of one added to others; how
 * many. */
json_t *effects_kernels(const json_t *entries);
void effect_join_kernels(json_t *kernels, const json_t *effect);
long long effect_n_kernels(const json_t *effect);

/* " (K1; K2)", the kernels that show an effect where they are not all that played its scenario; "".
 * The caller frees. */
char *effect_kernels(const json_t *entry, const json_t *effect);

/* Counters by name: n more. */
void effects_count(json_t *counts, const char *key, long long n);

/* The keys of any object, sorted. New reference. */
json_t *effects_keys(const json_t *object);

/* "`began=61`", as conditions are written; "`61`" of a setting that no dimension has. */
void effect_value(const json_t *effect, const char *value, struct text *out);

/* "`began=61` instead of `60`" */
void effect_values(const json_t *effect, struct text *out);

/* "at the client", "at both ends": whose sysctl it is. */
void effect_whose(const json_t *effect, struct text *out);

/* The scenario's name, linked to its file from docs/sysctls/. */
void effects_link(const json_t *entry, struct text *out);

#endif
