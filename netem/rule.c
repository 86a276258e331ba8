// SPDX-License-Identifier: GPL-2.0-or-later
/* rule: owns the named profiles and the spelling of a rule, which is tc's. */
#include "netem/rule.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct netem_profile netem_profiles[] = {
	{"clean", {.delay_ns = 2 * NS_PER_MS}, "2 ms each way, nothing lost"},
	{"none", {0}, "no delay at all: handshake, data and close fall in one timestamp tick"},
	{"lan", {.delay_ns = 200 * NS_PER_US}, "0.2 ms each way"},
	{"wan", {.delay_ns = 25 * NS_PER_MS}, "25 ms each way"},
};
const size_t netem_n_profiles = sizeof(netem_profiles) / sizeof(netem_profiles[0]);

static bool percent_parse(const char *text, double *ret)
{
	char *end;
	double percent = strtod(text, &end);

	if (end == text || strcmp(end, "%") || !(percent >= 0 && percent <= 100))
		return false;
	*ret = percent / 100;
	return true;
}

static int unknown(const char *text, struct err *err)
{
	char names[128] = "";
	size_t len = 0;

	for (size_t i = 0; i < netem_n_profiles; i++)
		len += snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
				netem_profiles[i].name);
	return err_set(err, EINVAL,
		       "'%.60s' is neither a profile (%s) nor a rule like 'delay 20ms loss 1%%'",
		       text, names);
}

int netem_rule_parse(const char *text, struct netem_rule *ret, struct err *err)
{
	char copy[128], *save = NULL, *word;

	for (size_t i = 0; i < netem_n_profiles; i++) {
		if (!strcmp(text, netem_profiles[i].name)) {
			*ret = netem_profiles[i].rule;
			return 0;
		}
	}
	if (strlen(text) >= sizeof(copy))
		return unknown(text, err);
	strcpy(copy, text);
	*ret = (struct netem_rule){0};
	word = strtok_r(copy, " ", &save);
	if (!word)
		return unknown(text, err);
	for (; word; word = strtok_r(NULL, " ", &save)) {
		const char *value = strtok_r(NULL, " ", &save);

		if (!strcmp(word, "delay")) {
			if (!value || !duration_parse(value, &ret->delay_ns) ||
			    ret->delay_ns > 600 * NS_PER_S)
				return err_set(err, EINVAL,
					       "'%.60s': delay takes a duration up to 600s", text);
		} else if (!strcmp(word, "loss")) {
			if (!value || !percent_parse(value, &ret->loss))
				return err_set(err, EINVAL,
					       "'%.60s': loss takes a percentage from 0%% to 100%%",
					       text);
		} else {
			return unknown(text, err);
		}
	}
	return 0;
}
