// SPDX-License-Identifier: GPL-2.0-or-later
/* file: owns small text files: those that a person gave us, and those that we write. */
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

int file_read(const char *path, size_t max, struct text *ret, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[8192];
	ssize_t n;

	if (fd < 0)
		return err_sys(err, "open %s", path);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		text_addn(ret, buf, n);
		if (ret->len > max)
			return err_set(err, E2BIG, "%s is larger than such a file may be (%zu KiB)",
				       path, max / 1024);
	}
	if (n < 0)
		return err_sys(err, "read %s", path);
	if (ret->len && memchr(ret->data, '\0', ret->len))
		return err_set(err, EINVAL, "%s is not a text file (it holds a zero byte)", path);
	return 0;
}

int file_write(const char *path, const void *bytes, size_t len, struct err *err)
{
	FILE *file = fopen(path, "we");
	int ret = 0;

	if (!file)
		return err_sys(err, "cannot write %s", path);
	if (fwrite(bytes, 1, len, file) != len)
		ret = err_sys(err, "cannot write %s", path);
	if (fclose(file) && !ret)
		ret = err_sys(err, "cannot write %s", path);
	return ret;
}
