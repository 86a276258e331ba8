// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_schema: owns `afterclose schema`: the JSON Schema of scenario files, for editors. */
#include "cmd/cmd.h"

#include "scenario/schema.h"

static int cmd_schema(void *ctx, const struct texts *none)
{
	json_t *schema = schema_scenario();

	(void)ctx, (void)none;
	cmd_print_json(schema);
	json_decref(schema);
	return cmd_flush();
}

const struct command command_schema = {
	.name = "schema",
	.what = "print the JSON Schema of scenario files",
	.run = cmd_schema,
};
