// SPDX-License-Identifier: GPL-2.0-or-later
/* settings: owns reading a sysctl.conf, and the question which of its lines concern a lab. */
#include "lab/sysctl.h"
#include "lab/knob.h"
#include "base/file.h"
#include "base/mem.h"

#include <ctype.h>
#include <string.h>

#define FILE_SIZE_MAX (1024 * 1024)

static char *trimmed(char *s)
{
	size_t len;

	while (isspace((unsigned char)*s))
		s++;
	len = strlen(s);
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

static bool name_valid(const char *name)
{
	return *name && strpbrk(name, "./") && !strpbrk(name, " \t") && !strstr(name, "..");
}

/* Slashes separate where one comes before any dot, as in sysctl(8). */
static void name_to_dots(char *name)
{
	char *separator = strpbrk(name, "./");

	if (!separator || *separator != '/')
		return;
	for (char *c = name; *c; c++) {
		if (*c == '/' || *c == '.')
			*c = *c == '/' ? '.' : '/';
	}
}

static enum setting_status status_of(const char *name)
{
	const struct knob *knob = knob_find(name);

	if (knob && knob->scope == KNOB_GLOBAL)
		return SETTING_GLOBAL;
	if (knob)
		return sysctl_exists(name) ? SETTING_APPLIES : SETTING_ABSENT;
	return !strncmp(name, "net.", 4) && !sysctl_exists(name) ? SETTING_ABSENT
								 : SETTING_UNRELATED;
}

static void add_line(struct settings *settings, int number, char *line)
{
	char *equals, *name;
	struct setting *setting;

	line = trimmed(line);
	if (!*line || *line == '#' || *line == ';')
		return;
	settings->of = mem_resize(settings->of, settings->n + 1, sizeof(*settings->of));
	setting = &settings->of[settings->n++];
	*setting = (struct setting){.line = number, .status = SETTING_MALFORMED};
	line += *line == '-';
	equals = strchr(line, '=');
	if (!equals)
		return;
	*equals = '\0';
	name = trimmed(line);
	if (!name_valid(name))
		return;
	setting->name = mem_strdup(name);
	name_to_dots(setting->name);
	setting->value = mem_strdup(trimmed(equals + 1));
	setting->status = status_of(setting->name);
}

int settings_load(const char *path, struct settings *ret, struct err *err)
{
	_cleanup_text_ struct text text = {0};
	int rc = file_read(path, FILE_SIZE_MAX, &text, err);
	char *rest = text.data;
	char *line;

	*ret = (struct settings){0};
	if (rc)
		return rc;
	ret->file = mem_strdup(path);
	for (int number = 1; (line = strsep(&rest, "\n")); number++)
		add_line(ret, number, line);
	return 0;
}

static const char *const status_texts[] = {
	[SETTING_APPLIES] = "applied",
	[SETTING_ABSENT] = "absent: this kernel has no such sysctl",
	[SETTING_GLOBAL] = "not applied: one value for the whole kernel, not per namespace",
	[SETTING_UNRELATED] = "not applied: nothing that a lab sets",
	[SETTING_MALFORMED] = "malformed: not \"name = value\"",
};

const char *setting_status_text(const struct setting *setting)
{
	return status_texts[setting->status];
}

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++) {
		free(settings->of[i].name);
		free(settings->of[i].value);
	}
	free(settings->of);
	free(settings->file);
	*settings = (struct settings){0};
}
