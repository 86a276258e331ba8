// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_schema: owns `afterclose schema`: the JSON Schema of scenario files, for editors. */
#include "cmd/cmd.h"

#include "scenario/schema.h"

static int cmd_schema(const struct command *command, char **argv)
{
	_cleanup_texts_ struct texts none = {0};
	struct err err;
	json_t *schema;

	if (options_parse(command, argv, NULL, &none, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	schema = schema_scenario();
	cmd_print_json(schema);
	json_decref(schema);
	return cmd_flush();
}

const struct command command_schema = {
	.name = "schema",
	.what = "print the JSON Schema of scenario files",
	.run = cmd_schema,
};
