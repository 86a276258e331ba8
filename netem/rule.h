/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rule: what a link does to every frame, and the named profiles. */
#ifndef AFTERCLOSE_NETEM_RULE_H
#define AFTERCLOSE_NETEM_RULE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* One direction of a link. All zero carries each frame at once. */
struct netem_rule {
	int64_t delay_ns;
	double loss; /* probability that a frame is lost, 0 to 1 */
};

struct netem_profile {
	const char *name;
	struct netem_rule rule; /* both directions */
	const char *what;
};

extern const struct netem_profile netem_profiles[];
extern const size_t netem_n_profiles;

/* A profile's name, or a rule inline as tc spells it: "delay 20ms loss 1%". Errors: EINVAL. */
int netem_rule_parse(const char *text, struct netem_rule *ret, struct err *err);

#endif
