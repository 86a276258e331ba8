// SPDX-License-Identifier: GPL-2.0-or-later
/* naming: owns the spelling of names. */
#include "kernel/naming.h"

#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool may_stand(const char *name, size_t i)
{
	return isalnum((unsigned char)name[i]) || (i && strchr("._+-", name[i]));
}

int naming_check(const char *name, struct err *err)
{
	for (size_t i = 0; name[i]; i++) {
		if (!may_stand(name, i))
			return err_set(
				err, EINVAL,
				"a kernel cannot be called \"%s\": a name has letters, digits "
				"and . _ + - (--name gives another)",
				name);
	}
	if (!*name || strlen(name) > NAMING_LEN_MAX)
		return err_set(err, EINVAL, "a kernel's name has 1 to %d characters (--name)",
			       NAMING_LEN_MAX);
	return 0;
}

char *naming_of_source(const char *path)
{
	static const char source[] = "linux-source-";
	size_t end = strlen(path), begin;
	char *name, *tar;

	while (end && path[end - 1] == '/')
		end--;
	begin = end;
	while (begin && path[begin - 1] != '/')
		begin--;
	name = mem_strndup(path + begin, end - begin);
	tar = strstr(name, ".tar");
	if (tar && (!tar[4] || tar[4] == '.'))
		*tar = '\0';
	if (!strncmp(name, source, sizeof(source) - 1))
		memmove(name + strlen("linux-"), name + sizeof(source) - 1,
			strlen(name) - sizeof(source) + 2);
	return name;
}

const char *naming_after(const char *spec, const char *kind)
{
	size_t len = strlen(kind);

	return !strncmp(spec, kind, len) && spec[len] == ':' ? spec + len + 1 : NULL;
}

char *naming_path(const char *path)
{
	const char *home = getenv("HOME");

	if (home && path[0] == '~' && (path[1] == '/' || !path[1]))
		return mem_printf("%s%s", home, path + 1);
	return mem_strdup(path);
}
