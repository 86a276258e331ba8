// SPDX-License-Identifier: GPL-2.0-or-later
/* spare: owns the comparison of what is written with what is read. */
#include "cmd/spare.h"

#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static bool is_file(const char *path, const struct stat *target)
{
	struct stat input;

	return !stat(path, &input) && file_is_same(&input, target);
}

/* As a whole, or behind its HOST= or DURATION:. */
static bool input_is(const char *input, const struct stat *target)
{
	const char *mark = strpbrk(input, "=:");

	return is_file(input, target) || (mark && is_file(mark + 1, target));
}

int spare_inputs(const char *option, const char *spec, const char *path, const struct texts *inputs,
		 struct err *err)
{
	struct stat target;

	if (stat(path, &target) < 0 || !S_ISREG(target.st_mode))
		return 0;
	for (size_t i = 0; i < inputs->n; i++) {
		if (inputs->of[i] && input_is(inputs->of[i], &target))
			return err_set(err, EINVAL, "%s %s is read, too: name another file", option,
				       spec);
	}
	return 0;
}
