/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readdir: a test's own, in front of the C library's: as on file systems that tell no types. */
#ifndef AFTERCLOSE_UNIT_READDIR_H
#define AFTERCLOSE_UNIT_READDIR_H

#include <dirent.h>
#include <dlfcn.h>
#include <stdbool.h>

static bool types_unknown;

struct dirent *readdir(DIR *dir)
{
	struct dirent *(*next)(DIR *) = (struct dirent * (*)(DIR *)) dlsym(RTLD_NEXT, "readdir");
	struct dirent *entry = next(dir);

	if (entry && types_unknown)
		entry->d_type = DT_UNKNOWN;
	return entry;
}

#endif
