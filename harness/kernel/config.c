// SPDX-License-Identifier: GPL-2.0-or-later
/* config: owns the comparison of a fragment with what came out of it. */
#include "kernel/config.h"

#include "base/mem.h"
#include "kernel/edit.h"
#include "kernel/files.h"

#include <errno.h>
#include <string.h>

/* From this line of a fragment on, an option may be missing. */
#define OPTIONAL_FROM "# Where there is one."
#define NEEDED_FROM   "# Needed."

void config_fragment(bool gcov, bool debug, struct text *ret)
{
	text_add(ret, "%s", kernel_file_text("uml.config"));
	if (gcov)
		text_add(ret, NEEDED_FROM "\n%s", kernel_file_text("gcov.config"));
	if (debug)
		text_add(ret, NEEDED_FROM "\n%s", kernel_file_text("debug.config"));
}

/* A whole line of it. */
static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, line, len) && (at[len] == '\n' || !at[len]))
			return true;
	}
	return false;
}

static bool is_line(const char *line, size_t len, const char *what)
{
	return len == strlen(what) && !strncmp(line, what, len);
}

int config_check(const char *fragment, const char *dot_config, struct err *err)
{
	_cleanup_text_ struct text config = {0}, missing = {0};
	bool needed = true;

	if (files_read(dot_config, &config, err) < 0)
		return -err->code;
	for (const char *line = fragment; *line; line += strspn(line, "\n")) {
		size_t len = strcspn(line, "\n");

		if (is_line(line, len, OPTIONAL_FROM))
			needed = false;
		else if (is_line(line, len, NEEDED_FROM))
			needed = true;
		else if (needed && *line == 'C' && !has_line(text_str(&config), line, len))
			text_add(&missing, " %.*s", (int)len, line);
		line += len;
	}
	if (!missing.len)
		return 0;
	return err_set(err, ENOTSUP, "this tree does not take, for ARCH=um:%s", text_str(&missing));
}
