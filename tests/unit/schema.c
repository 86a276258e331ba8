// SPDX-License-Identifier: GPL-2.0-or-later
/* schema: it has every step, argument and top-level key; and, by a validator that is not ours, it
 * takes what the loader takes and refuses what is wrong in shape.
 */
#include "base/mem.h"
#include "base/text.h"
#include "scenario/grammar.h"
#include "scenario/schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const json_t *walk(const json_t *schema, const char *path)
{
	char *copy = strdup(path), *save = NULL;

	for (char *key = strtok_r(copy, "/", &save); key; key = strtok_r(NULL, "/", &save))
		schema = json_object_get(schema, key);
	free(copy);
	return schema;
}

Test(schema, every_step_and_argument)
{
	json_t *schema = schema_scenario();
	const json_t *steps = walk(schema, "properties/play/items/properties");

	cr_expect_eq(json_object_size(steps), N_STEP_KINDS + 1, "the steps, and when");
	for (size_t i = 0; i < N_STEP_KINDS; i++) {
		const json_t *step = json_object_get(steps, step_specs[i].name);

		cr_expect_not_null(json_object_get(step, "description"));
		if (step_specs[i].scalar >= 0)
			step = json_array_get(json_object_get(step, "anyOf"), 0);
		for (size_t j = 0; j < step_spec_n_args(&step_specs[i]); j++)
			cr_expect_not_null(json_object_get(json_object_get(step, "properties"),
							   step_specs[i].args[j].name),
					   "%s lacks %s", step_specs[i].name,
					   step_specs[i].args[j].name);
	}
	json_decref(schema);
}

/* Each $ref names a definition. */
static void check_refs(const json_t *schema, const json_t *node)
{
	const json_t *value;
	const char *key;
	size_t i;

	json_object_foreach((json_t *)node, key, value)
	{
		if (!strcmp(key, "$ref"))
			cr_expect_not_null(walk(schema, json_string_value(value) + strlen("#/")),
					   "%s leads nowhere", json_string_value(value));
		check_refs(schema, value);
	}
	json_array_foreach(node, i, value) check_refs(schema, value);
}

Test(schema, references)
{
	json_t *schema = schema_scenario();

	check_refs(schema, schema);
	json_decref(schema);
}

/* Exit status of ci/validate over one file; 127 where it cannot run at all. */
static int validate(const char *schema, const char *file)
{
	char *command;
	int status;

	cr_assert(asprintf(&command, SOURCE_DIR "/ci/validate scenarios %s %s >%s.out 2>&1", schema,
			   file, schema) > 0);
	status = system(command);
	free(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool have_validator(void)
{
	return system("python3 -c 'import jsonschema, yaml' 2>/dev/null") == 0;
}

/* Wrong in shape, so that an editor can tell; what takes the loader's knowledge is not here. */
static const char *const wrong_in_shape[] = {
	"unknown-key",		 "missing-expect",	  "unknown-step",
	"unknown-argument",	 "missing-argument",	  "number-out-of-range",
	"duration-without-unit", "word-unknown",	  "endpoint-without-port",
	"close-of-neither",	 "close-of-both",	  "fact-unknown",
	"unknown-family",	 "sysctl-without-values", "two-steps-in-one",
	"step-of-when-alone",	 "rule-then-empty",	  "rfc-without-source",
};

Test(schema, by_another_validator)
{
	char dir[] = "/tmp/afterclose-test-XXXXXX", path[64], out[64], file[4096];
	json_t *schema = schema_scenario();

	if (!have_validator()) {
		json_decref(schema);
		cr_assert_null(getenv("AFTERCLOSE_MUST_WORK"), "python3-jsonschema is missing");
		cr_skip("python3-jsonschema is missing");
	}
	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/schema.json", dir);
	snprintf(out, sizeof(out), "%s/schema.json.out", dir);
	cr_assert_eq(json_dump_file(schema, path, 0), 0);
	json_decref(schema);
	cr_expect_eq(validate(path, TESTS_DIR "/data/good/*.yaml"), 0, "see ci/validate");
	for (size_t i = 0; i < ARRAY_SIZE(wrong_in_shape); i++) {
		snprintf(file, sizeof(file), TESTS_DIR "/data/bad/%s.yaml", wrong_in_shape[i]);
		cr_expect_eq(validate(path, file), 1, "%s was taken", wrong_in_shape[i]);
	}
	unlink(path);
	unlink(out);
	rmdir(dir);
}
