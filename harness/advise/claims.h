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

/* What the cells say of one claim, as a sentence. The caller frees. */
char *claim_words(const json_t *claim);

/* What settles a claim: the sysctl, the value that it is about, and the scenario to be played with
 * it and without. */
struct claim_trial {
	const char *name, *value, *scenario;
};

/* The n-th claim's; false: there are no more. Several claims may have the same trial. */
bool claims_trial(size_t n, struct claim_trial *ret);

#endif
