// SPDX-License-Identifier: GPL-2.0-or-later
/* yaml: owns the choice between a plain value and a quoted one. */
#include "base/yaml.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A colon is no end of a key unless a blank or nothing follows. */
static bool value_is_plain(const char *value)
{
	size_t len = strlen(value);

	if (!len || !(isalnum((unsigned char)*value) || strchr("$./+", *value)))
		return len > 1 && *value == '-' && isdigit((unsigned char)value[1]) &&
		       value_is_plain(value + 1);
	for (size_t i = 0; i < len; i++) {
		bool inner = i && i + 1 < len;

		if (isalnum((unsigned char)value[i]) || strchr("$./+_-%()", value[i]))
			continue;
		if (!inner || (value[i] != ':' && value[i] != ' ') || value[i + 1] == ' ')
			return false;
	}
	return true;
}

void yaml_value(const char *value, struct text *out)
{
	if (value_is_plain(value)) {
		text_add(out, "%s", value);
		return;
	}
	text_add(out, "\"");
	for (; *value; value++)
		text_add(out, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	text_add(out, "\"");
}
