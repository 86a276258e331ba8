// SPDX-License-Identifier: GPL-2.0-or-later
/* plain: owns the walk through all the strings of a record. */
#include "report/plain.h"

#include "base/text.h"

#include <stdbool.h>

static bool is_plain(const json_t *value)
{
	json_t *member;
	const char *name;
	size_t i;

	if (json_is_string(value))
		return text_is_plain(json_string_value(value));
	json_array_foreach(value, i, member)
	{
		if (!is_plain(member))
			return false;
	}
	json_object_foreach((json_t *)value, name, member)
	{
		if (!text_is_plain(name) || !is_plain(member))
			return false;
	}
	return true;
}

static void text_set(struct text *text, const char *s)
{
	text_add(text, "%s", s);
	text_plain(text, 0);
}

static json_t *copy(const json_t *value);

static json_t *copy_object(const json_t *object)
{
	json_t *ret = json_object(), *member;
	const char *name;

	json_object_foreach((json_t *)object, name, member)
	{
		_cleanup_text_ struct text text = {0};

		text_set(&text, name);
		json_object_set_new(ret, text_str(&text), copy(member));
	}
	return ret;
}

static json_t *copy(const json_t *value)
{
	_cleanup_text_ struct text text = {0};
	json_t *ret, *member;
	size_t i;

	if (json_is_object(value))
		return copy_object(value);
	if (json_is_string(value)) {
		text_set(&text, json_string_value(value));
		return json_string(text_str(&text));
	}
	if (!json_is_array(value))
		return json_incref((json_t *)value);
	ret = json_array();
	json_array_foreach(value, i, member)
	{
		json_array_append_new(ret, copy(member));
	}
	return ret;
}

json_t *record_plain(const json_t *line)
{
	return is_plain(line) ? json_incref((json_t *)line) : copy(line);
}
