// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * schema: owns the translation of the grammar's tables to JSON Schema, so that an editor completes
 * scenarios. It is wider than the loader where only the loader can tell: names, dimensions, and
 * any text with a `$` in it.
 */
#include "scenario/schema.h"
#include "scenario/scenario.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_PATTERN	 "^[a-z][a-z0-9-]{0,39}$"
#define DURATION_PATTERN "^(0|[0-9]*[.]?[0-9]+(m|s|ms|us|ns))$"
#define HOST_PATTERN	 "^(client|server|client2|router)"
#define PORT_PATTERN	 ":[0-9]{1,5}"

/* By `any`, and by `port`. */
static const char *const endpoint_patterns[2][2] = {
	{HOST_PATTERN "([.][1-4])?(" PORT_PATTERN ")?$",
	 HOST_PATTERN "([.][1-4])?" PORT_PATTERN "$"},
	{HOST_PATTERN "([.]([1-4]|any))?(" PORT_PATTERN ")?$",
	 HOST_PATTERN "([.]([1-4]|any))?" PORT_PATTERN "$"},
};

/* A JSON object from "key", value pairs; NULL ends it. Values are stolen. */
static json_t *object(const char *key, ...)
{
	json_t *ret = json_object();
	va_list ap;

	va_start(ap, key);
	for (; key; key = va_arg(ap, const char *))
		json_object_set_new(ret, key, va_arg(ap, json_t *));
	va_end(ap);
	return ret;
}

static json_t *ref(const char *definition)
{
	_cleanup_free_ char *path = mem_printf("#/$defs/%s", definition);

	return object("$ref", json_string(path), NULL);
}

static json_t *described(json_t *schema, const char *what)
{
	json_object_set_new(schema, "description", json_string(what));
	return schema;
}

static json_t *pattern(const char *regex)
{
	return object("type", json_string("string"), "pattern", json_string(regex), NULL);
}

static json_t *any_of(json_t *first, json_t *second)
{
	return object("anyOf", json_pack("[o, o]", first, second), NULL);
}

static json_t *enumeration(const char *const *words)
{
	json_t *list = json_array();

	for (size_t i = 0; words[i]; i++)
		json_array_append_new(list, json_string(words[i]));
	return object("enum", list, NULL);
}

static json_t *integer(int64_t min, int64_t max)
{
	return object("type", json_string("integer"), "minimum", json_integer(min), "maximum",
		      json_integer(max), NULL);
}

static json_t *list_of(json_t *items, size_t max)
{
	return object("type", json_string("array"), "items", items, "minItems", json_integer(1),
		      "maxItems", json_integer(max), NULL);
}

/* One item, or a list of them. */
static json_t *one_or_list(const char *definition)
{
	return any_of(ref(definition), list_of(ref(definition), SCENARIO_VALUES_MAX));
}

static json_t *closed_map(json_t *properties, json_t *required)
{
	return object("type", json_string("object"), "properties", properties, "required", required,
		      "additionalProperties", json_false(), NULL);
}

static json_t *side_schema(bool both)
{
	return enumeration(both ? (const char *const[]){"client", "server", "both", NULL}
				: (const char *const[]){"client", "server", NULL});
}

static json_t *whose_schema(void)
{
	return enumeration((const char *const[]){"client", "server", "both", "router", NULL});
}

/* What the argument's text may be where it names no dimension. */
static json_t *plain_arg_schema(const struct arg_spec *spec)
{
	switch (spec->type) {
	case ARG_DEFINE:
	case ARG_REF:
		return pattern(NAME_PATTERN);
	case ARG_HOST:
		return enumeration(
			(const char *const[]){"client", "server", "client2", "router", NULL});
	case ARG_SIDE:
		return side_schema(spec->both);
	case ARG_ENDPOINT:
		return pattern(endpoint_patterns[spec->any][spec->port]);
	case ARG_BOOL:
		return ref("yes-or-no");
	case ARG_NUMBER:
		return integer(spec->min, spec->max);
	case ARG_DURATION:
		return ref("duration");
	case ARG_WORD:
		return enumeration(spec->words);
	case ARG_WORD_OR_NUMBER:
		return any_of(enumeration(spec->words), integer(spec->min, spec->max));
	case ARG_SYSCTL:
		return ref("sysctl");
	case ARG_RANGE:
		return pattern("^[0-9]{1,5}-[0-9]{1,5}$");
	case ARG_FLAGS:
		return pattern("^([.]|[SFRPAU]{1,6})$");
	case ARG_FILTER:
		return pattern("^[]0-9a-zA-Z.:/ ()=!<>&|+*[-]{1,200}$");
	case ARG_LINK:
	case ARG_TEXT:
		return ref("scalar");
	}
	return json_true();
}

static json_t *arg_schema(const struct arg_spec *spec)
{
	json_t *schema = plain_arg_schema(spec);
	int64_t number;

	if (spec->type != ARG_DEFINE)
		schema = any_of(schema, ref("with-dimension"));
	if (spec->preset)
		json_object_set_new(schema, "default",
				    number_parse(spec->preset, &number)
					    ? json_integer(number)
					    : json_string(spec->preset));
	return described(schema, spec->what);
}

/* Everything a step takes, and its short form where it has one. */
static json_t *step_schema(const struct step_spec *spec)
{
	json_t *properties = json_object(), *required = json_array();
	json_t *schema;

	for (size_t i = 0; i < step_spec_n_args(spec); i++) {
		json_object_set_new(properties, spec->args[i].name, arg_schema(&spec->args[i]));
		if (spec->args[i].required)
			json_array_append_new(required, json_string(spec->args[i].name));
	}
	schema = closed_map(properties, required);
	if (spec->kind == STEP_CLOSE)
		json_object_set_new(
			schema, "oneOf",
			json_pack("[{s:[s]}, {s:[s]}]", "required", "first", "required", "at"));
	if (spec->scalar >= 0)
		schema = any_of(schema, arg_schema(&spec->args[spec->scalar]));
	return described(schema, spec->what);
}

static json_t *play_schema(void)
{
	json_t *steps = json_object(), *exactly_one = json_array();
	json_t *step;

	for (size_t i = 0; i < N_STEP_KINDS; i++) {
		json_object_set_new(steps, step_specs[i].name, step_schema(&step_specs[i]));
		json_array_append_new(exactly_one,
				      json_pack("{s:[s]}", "required", step_specs[i].name));
	}
	json_object_set_new(steps, "when",
			    described(ref("when"), "the cells in which the step is played"));
	step = object("type", json_string("object"), "properties", steps, "additionalProperties",
		      json_false(), "oneOf", exactly_one, NULL);
	return described(list_of(step, SCENARIO_STEPS_MAX),
			 "the steps, one key each, and `when` where not every cell plays it");
}

static json_t *vary_schema(void)
{
	json_t *values = object("type", json_string("array"), "items", ref("scalar"), "minItems",
				json_integer(1), "maxItems", json_integer(SCENARIO_VALUES_MAX),
				"uniqueItems", json_true(), NULL);
	json_t *sysctl = closed_map(object("sysctl", ref("sysctl"), "of", whose_schema(), "values",
					   json_deep_copy(values), NULL),
				    json_pack("[s, s, s]", "sysctl", "of", "values"));
	json_t *own = json_object();
	const struct {
		const char *name;
		const char *const *words;
	} fixed[] = {
		{"family", (const char *const[]){"ipv4", "ipv6", NULL}},
		{"topology", (const char *const[]){"link", "loopback", "nat", NULL}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		json_object_set_new(own, fixed[i].name, list_of(enumeration(fixed[i].words), 2));
	return described(
		object("type", json_string("object"), "maxProperties",
		       json_integer(SCENARIO_DIMENSIONS_MAX), "properties", own, "propertyNames",
		       pattern(NAME_PATTERN), "additionalProperties", any_of(values, sysctl), NULL),
		"the dimensions: a list of values, or a sysctl of a host and its values; "
		"`$dimension` puts the value in anywhere in a play or in what is expected");
}

static json_t *set_schema(void)
{
	json_t *sysctls = object("type", json_string("object"), "propertyNames", ref("sysctl"),
				 "additionalProperties", ref("scalar"), NULL);

	return described(
		closed_map(object("client", sysctls, "server", json_incref(sysctls), "both",
				  json_incref(sysctls), "router", json_incref(sysctls), NULL),
			   json_array()),
		"sysctls that all cells have");
}

/* "NAME", "NAME.suffix" and "HOST Counter"; anything with a `$` is the loader's to check. */
static json_t *fact_name_schema(void)
{
	_cleanup_text_ struct text regex = {0};

	text_add(&regex,
		 "[$]|^(client|server|client2|router) [A-Z][A-Za-z0-9]*$|^[a-z][a-z0-9-]*([.](");
	for (size_t i = 0; i < n_fact_specs; i++) {
		if (*fact_specs[i].suffix)
			text_add(&regex, "%s%s", i ? "|" : "", fact_specs[i].suffix);
	}
	text_add(&regex, "))?$");
	return pattern(text_str(&regex));
}

static json_t *rules_schema(bool rfc)
{
	json_t *properties = object("when", ref("when"), "then", ref("then"), NULL);
	json_t *required = json_pack("[s]", "then");

	if (rfc) {
		json_object_set_new(properties, "source",
				    described(ref("scalar"), "the standard's section"));
		json_array_append_new(required, json_string("source"));
	} else {
		json_object_set_new(
			properties, "programs",
			described(ref("scalar"),
				  "yes: it holds whichever programs play the ends (--with)"));
	}
	return described(list_of(closed_map(properties, required), 500),
			 rfc ? "what a standard asks; a deviation is shown, never failed"
			     : "what this Linux does; each fact of each cell is settled by exactly "
			       "one rule");
}

static json_t *remarks_schema(const char *what, json_t *required)
{
	json_t *keys = object("when", ref("when"), "why", ref("scalar"), NULL);

	return described(list_of(closed_map(keys, required), 100), what);
}

static json_t *control_schema(void)
{
	json_t *choice =
		object("type", json_string("object"), "additionalProperties", ref("scalar"), NULL);
	json_t *control = closed_map(object("play", choice, "judge", json_incref(choice), "fails",
					    one_or_list("scalar"), NULL),
				     json_pack("[s, s]", "judge", "fails"));

	return described(list_of(control, 50),
			 "negative controls: play with these values, judge as if they were those; "
			 "exactly the facts in `fails` must fail");
}

static json_t *definitions(void)
{
	json_t *scalar = json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
	json_t *when = object("type", json_string("object"), "additionalProperties",
			      one_or_list("scalar"), NULL);
	json_t *then = object("type", json_string("object"), "minProperties", json_integer(1),
			      "propertyNames", fact_name_schema(), "additionalProperties",
			      one_or_list("scalar"), NULL);

	return object(
		"scalar", scalar, "with-dimension", pattern("[$]"), "yes-or-no",
		any_of(object("type", json_string("boolean"), NULL),
		       enumeration((const char *const[]){"yes", "no", "true", "false", NULL})),
		"duration",
		any_of(pattern(DURATION_PATTERN), object("const", json_integer(0), NULL)), "sysctl",
		pattern("^net[.][a-z0-9_]+([.][a-z0-9_]+)+$"), "when",
		described(when, "values of dimensions, and `has`, `counter`, `hz` of the "
				"kernel; `not X` negates, a list is any of them"),
		"then", described(then, "facts and the values they may have"), NULL);
}

json_t *schema_scenario(void)
{
	json_t *properties = object(
		"scenario", described(pattern(NAME_PATTERN), "the file's name without .yaml"),
		"title", described(ref("scalar"), "one line"), "why",
		described(object("type", json_string("string"), NULL), "prose"), "source",
		described(one_or_list("scalar"), "standards and kernel functions"), "heavy",
		described(ref("yes-or-no"), "its cells want a processor each"), "limit",
		described(ref("duration"), "how long one cell may take"), "vary", vary_schema(),
		"set", set_schema(), "omit",
		remarks_schema("cells that make no sense", json_pack("[s, s]", "when", "why")),
		"random",
		remarks_schema("what the kernel draws at random, and facts hang on that no rule "
			       "settles to one value; without `when`: in all cells",
			       json_pack("[s]", "why")),
		"draws-as",
		described(ref("scalar"), "chance decides in its cells as in the cell of this name, "
					 "with the same seed"),
		"play", play_schema(), "expect", rules_schema(false), "rfc", rules_schema(true),
		"control", control_schema(), NULL);
	json_t *schema = closed_map(properties, json_pack("[s, s, s, s, s]", "scenario", "title",
							  "source", "play", "expect"));

	json_object_set_new(schema, "$schema",
			    json_string("https://json-schema.org/draft/2020-12/schema"));
	json_object_set_new(schema, "title", json_string("afterclose scenario"));
	json_object_set_new(schema, "$defs", definitions());
	return schema;
}
