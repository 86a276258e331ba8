// SPDX-License-Identifier: GPL-2.0-or-later
/* scenario: owns the life of a loaded scenario, and the lookups in it. */
#include "scenario/scenario.h"
#include "base/mem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct dimension *scenario_dimension(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		if (!strcmp(scenario->dimensions[i].name, name))
			return &scenario->dimensions[i];
	}
	return NULL;
}

const struct name *scenario_name(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->n_names; i++) {
		if (!strcmp(scenario->names[i].name, name))
			return &scenario->names[i];
	}
	return NULL;
}

int scenario_err(const struct scenario *scenario, struct place at, struct err *err, const char *fmt,
		 ...)
{
	struct err message;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message.msg, sizeof(message.msg), fmt, ap);
	va_end(ap);
	return err_set(err, EINVAL, "%s:%d:%d: %s", scenario->file, at.line, at.column,
		       message.msg);
}

static void strings_free(char **strings, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(strings[i]);
	free(strings);
}

static void conditions_free(struct condition *conditions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		strings_free(conditions[i].values, conditions[i].n_values);
		free(conditions[i].fact);
		matcher_free(&conditions[i].matcher);
	}
	free(conditions);
}

static void rules_free(struct rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		conditions_free(rules[i].when, rules[i].n_when);
		for (size_t j = 0; j < rules[i].n_then; j++) {
			free(rules[i].then[j].fact);
			strings_free(rules[i].then[j].items, rules[i].then[j].n_items);
		}
		free(rules[i].then);
		free(rules[i].source);
	}
	free(rules);
}

static void remarks_free(struct remark *remarks, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		conditions_free(remarks[i].when, remarks[i].n_when);
		free(remarks[i].why);
	}
	free(remarks);
}

static void vary_free(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		struct dimension *dimension = &scenario->dimensions[i];

		free(dimension->name);
		free(dimension->sysctl);
		strings_free(dimension->values, dimension->n_values);
	}
	free(scenario->dimensions);
	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		free(scenario->sysctls[i].name);
		free(scenario->sysctls[i].value);
	}
	free(scenario->sysctls);
	remarks_free(scenario->omissions, scenario->n_omissions);
	remarks_free(scenario->draws, scenario->n_draws);
}

static void play_free(struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->n_steps; i++) {
		for (size_t j = 0; j < STEP_ARGS_MAX; j++)
			free(scenario->steps[i].args[j].text);
		conditions_free(scenario->steps[i].when, scenario->steps[i].n_when);
	}
	free(scenario->steps);
	for (size_t i = 0; i < scenario->n_names; i++)
		free(scenario->names[i].name);
	free(scenario->names);
}

void scenario_free(struct scenario *scenario)
{
	if (!scenario)
		return;
	free(scenario->file);
	free(scenario->name);
	free(scenario->title);
	free(scenario->why);
	free(scenario->draws_as);
	free(scenario->bytes);
	strings_free(scenario->sources, scenario->n_sources);
	vary_free(scenario);
	play_free(scenario);
	rules_free(scenario->expect, scenario->n_expect);
	rules_free(scenario->rfc, scenario->n_rfc);
	for (size_t i = 0; i < scenario->n_controls; i++) {
		free(scenario->controls[i].play);
		free(scenario->controls[i].judge);
		strings_free(scenario->controls[i].fails, scenario->controls[i].n_fails);
	}
	free(scenario->controls);
	free(scenario);
}
