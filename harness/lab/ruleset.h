/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ruleset: what a router does to what it forwards, as nftables' rules, by libnftables. */
#ifndef AFTERCLOSE_LAB_RULESET_H
#define AFTERCLOSE_LAB_RULESET_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum masquerade {
	MASQUERADE_NONE,	 /* sources stay as they are; connections are tracked */
	MASQUERADE_PRESERVING,	 /* the client's port where it is free */
	MASQUERADE_RANDOM,	 /* any port, by a hash of the four-tuple ("random") */
	MASQUERADE_FULLY_RANDOM, /* any port, by chance ("fully-random") */
};

struct ruleset {
	enum masquerade masquerade;
	uint32_t pool; /* high << 16 | low: the ports outside; 0: all of them */
	bool drop_invalid;
};

/* As `nft -f` reads it: it takes the place of the ruleset that was there before. */
struct text;
void ruleset_text(const struct ruleset *ruleset, struct text *ret);

/* Into the namespace that the caller is in. Errors: EOPNOTSUPP, with what this kernel refused. */
int ruleset_apply(const struct ruleset *ruleset, struct err *err);
int ruleset_run(const char *commands, struct err *err); /* the same of any, as `nft -f` */

#endif
