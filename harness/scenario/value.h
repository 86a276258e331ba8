/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value: the small language of expected values: a word, a number, a duration, a set, a bound,
 * wheel(60s), each negated by "not"; and the observed values they are held against.
 *
 *     ok      [ok, pending]      not server      3      ">= 1"      2..5      "< 100ms"
 *     59.9s..60s      wheel(60s)      unknown (matches nothing: an error)
 */
#ifndef AFTERCLOSE_SCENARIO_VALUE_H
#define AFTERCLOSE_SCENARIO_VALUE_H

#include "base/err.h"
#include "base/text.h"
#include "scenario/grammar.h"

#include <stdbool.h>
#include <stdint.h>

struct value {
	enum fact_type type;
	int64_t number;	  /* also ns of a duration */
	int64_t error_ns; /* a duration was this much longer or shorter, at most */
	const char *word;
};

enum matcher_kind { MATCH_RANGE, MATCH_WORDS, MATCH_NUMBERS, MATCH_WHEEL };

struct matcher {
	enum matcher_kind kind;
	enum fact_type type;
	bool negate;
	int64_t min, max; /* MATCH_RANGE, both included; INT64_MIN and INT64_MAX are open */
	bool strict;	  /* its bound was written with < or >, one off */
	int64_t *numbers; /* MATCH_NUMBERS; MATCH_WHEEL: one, the nominal duration */
	char **words;
	size_t n;
};

/* Parse one item or several (a YAML list) for a fact. Errors: EINVAL says what was allowed. */
int matcher_parse(const struct fact_spec *spec, const char *const *items, size_t n_items,
		  struct matcher *ret, struct err *err);
void matcher_free(struct matcher *matcher);

/* hz resolves wheel(). A duration matches where it may be, by its error_ns, one that does; slack_ns
 * is added to that (a look at what noise could do). */
bool matcher_matches(const struct matcher *matcher, const struct value *value, unsigned hz,
		     int64_t slack_ns);
void matcher_format(const struct matcher *matcher, unsigned hz, struct text *out);
void value_format(const struct value *value, struct text *out);

#endif
