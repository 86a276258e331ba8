// SPDX-License-Identifier: GPL-2.0-or-later
/* fuzz_rule: a link's rule from a scenario that a stranger sent; what is written reads the same. */
#include "netem/impair.h"
#include "netem/profile.h"
#include "base/mem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void carry(const struct netem_rule *rule)
{
	struct impair_fate fate;
	struct impair impair;

	impair_open(&impair, rule, 1, 0);
	for (int i = 0; i < 20; i++)
		impair_frame(&impair, 54 + i, i, 0, &fate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = mem_zalloc(size + 1);
	_cleanup_text_ struct text first = {0}, second = {0};
	struct netem_rule rule;
	struct err err;

	memcpy(text, data, size);
	if (netem_rule_parse(text, &rule, &err) < 0)
		return 0;
	carry(&rule);
	netem_rule_format(&rule, &first);
	if (netem_rule_parse(text_str(&first), &rule, &err) < 0)
		abort();
	netem_rule_format(&rule, &second);
	if (strcmp(text_str(&first), text_str(&second)) != 0)
		abort();
	return 0;
}
