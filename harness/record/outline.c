// SPDX-License-Identifier: GPL-2.0-or-later
/* outline: owns a scenario's line among the records. */
#include "record/outline.h"
#include "base/mem.h"
#include "record/record.h"

#include <ctype.h>
#include <string.h>

const char *side_word(enum side side)
{
	static const char *const words[] = {
		[SIDE_CLIENT] = "client",
		[SIDE_SERVER] = "server",
		[SIDE_BOTH] = "both",
		[SIDE_ROUTER] = "router",
	};

	return words[side];
}

char *step_words(const struct step *step)
{
	_cleanup_text_ struct text words = {0};
	const char *before = "";

	text_add(&words, "%s ", step->spec->name);
	for (size_t i = 0; i < STEP_ARGS_MAX && step->spec->args[i].name; i++) {
		const struct arg_spec *spec = &step->spec->args[i];
		const char *value = step->args[i].text;

		if (!value || (spec->preset && !strcmp(spec->preset, value)))
			continue;
		if (step->spec->scalar == (int)i)
			text_add(&words, "%s%s", before, value);
		else
			text_add(&words, "%s%s: %s", before, spec->name, value);
		before = ", ";
	}
	return text_take(&words);
}

/* How long the dimension's name at the beginning of words is. */
static size_t name_length(const char *words)
{
	size_t len = 0;

	while (isalnum((unsigned char)words[len]) || words[len] == '_' || words[len] == '-')
		len++;
	return len;
}

void step_words_expand(const char *words, const json_t *values, struct text *out)
{
	while (*words) {
		size_t plain = strcspn(words, "$"), len;
		_cleanup_free_ char *name = NULL;

		text_addn(out, words, plain);
		words += plain;
		if (!*words++)
			break;
		len = name_length(words);
		name = mem_strndup(words, len);
		text_add(out, "%s", record_text(values, name, "$"));
		words += len + (!len && *words == '$');
	}
}

static bool condition_holds(const json_t *condition, const json_t *values)
{
	const json_t *value = json_object_get(values, record_text(condition, "dimension", ""));
	const json_t *meant = json_object_get(condition, "values");
	bool among = false;

	for (size_t i = 0; i < json_array_size(meant); i++)
		among |= json_equal(json_array_get(meant, i), value);
	return among != json_is_true(json_object_get(condition, "not"));
}

bool step_is_played(const json_t *step, const json_t *values)
{
	const json_t *when = json_object_get(step, "when");

	for (size_t i = 0; i < json_array_size(when); i++) {
		if (!condition_holds(json_array_get(when, i), values))
			return false;
	}
	return true;
}

static json_t *texts_new(char *const *texts, size_t n)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(ret, json_string(texts[i]));
	return ret;
}

static json_t *dimension_new(const struct dimension *dimension)
{
	json_t *ret = json_pack("{ss so}", "name", dimension->name, "values",
				texts_new(dimension->values, dimension->n_values));

	if (dimension->sysctl) {
		json_object_set_new(ret, "sysctl", json_string(dimension->sysctl));
		json_object_set_new(ret, "of", json_string(side_word(dimension->of)));
	}
	return ret;
}

static json_t *condition_new(const struct scenario *scenario, const struct condition *condition)
{
	json_t *ret =
		json_pack("{ss so}", "dimension", scenario->dimensions[condition->dimension].name,
			  "values", texts_new(condition->values, condition->n_values));

	if (condition->negate)
		json_object_set_new(ret, "not", json_true());
	return ret;
}

static json_t *step_new(const struct scenario *scenario, const struct step *step)
{
	_cleanup_free_ char *words = step_words(step);
	json_t *ret = json_pack("{ss si}", "words", words, "line", step->at.line);
	json_t *when = json_array();

	for (size_t i = 0; i < step->n_when; i++)
		json_array_append_new(when, condition_new(scenario, &step->when[i]));
	if (step->n_when)
		json_object_set(ret, "when", when);
	json_decref(when);
	return ret;
}

json_t *record_scenario(const struct scenario *scenario)
{
	json_t *line = record_head("scenario");
	json_t *dimensions = json_array(), *sysctls = json_array(), *steps = json_array();

	for (size_t i = 0; i < scenario->n_dimensions; i++)
		json_array_append_new(dimensions, dimension_new(&scenario->dimensions[i]));
	for (size_t i = 0; i < scenario->n_sysctls; i++)
		json_array_append_new(sysctls,
				      json_pack("{ss ss ss}", "name", scenario->sysctls[i].name,
						"value", scenario->sysctls[i].value, "of",
						side_word(scenario->sysctls[i].of)));
	for (size_t i = 0; i < scenario->n_steps; i++)
		json_array_append_new(steps, step_new(scenario, &scenario->steps[i]));
	json_object_set_new(line, "id", json_string(scenario->hash));
	json_object_set_new(line, "scenario", json_string(scenario->name));
	json_object_set_new(line, "file", json_string(scenario->file));
	json_object_set_new(line, "title", json_string(scenario->title));
	if (scenario->why)
		json_object_set_new(line, "why", json_string(scenario->why));
	json_object_set_new(line, "sources", texts_new(scenario->sources, scenario->n_sources));
	json_object_set_new(line, "client2", json_boolean(scenario->client2));
	json_object_set_new(line, "dimensions", dimensions);
	json_object_set_new(line, "sysctls", sysctls);
	json_object_set_new(line, "steps", steps);
	return line;
}
