/* SPDX-License-Identifier: GPL-2.0-or-later */
/* claims: what is often said of a sysctl, and what records say of it. */
#ifndef AFTERCLOSE_ADVISE_CLAIMS_H
#define AFTERCLOSE_ADVISE_CLAIMS_H

#include "compare/half.h"

/*
 * Of each claim about this sysctl that the records of both halves can settle: {"claim", "scenario",
 * "fact", "same", "changed"}, the last two in cells; values: what the fact was without it and with
 * it where it changed first. One that no cell can settle is left out. New reference.
 */
json_t *claims_settle(const char *name, const struct half *without, const struct half *with);

/* The scenarios that claims about it ask, one after the other; NULL past the last. */
const char *claims_scenario_nth(const char *name, size_t n);

#endif
