// SPDX-License-Identifier: GPL-2.0-or-later
/* file: owns small text files: those that a person gave us, and those that we write. */
#include "base/file.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_regular(int fd)
{
	struct stat about;

	return !fstat(fd, &about) && S_ISREG(about.st_mode);
}

/* A file system without locks cannot tell. */
static bool is_held(int fd)
{
	return is_regular(fd) && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int file_take(const char *path, FILE **ret, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return err_sys(err, "cannot write %s", path);
	if (is_held(fd))
		return err_set(err, EBUSY,
			       "%s is being written by somebody else: name another file, or wait",
			       path);
	*ret = fdopen(fd, "w");
	if (!*ret)
		return err_sys(err, "cannot write %s", path);
	fd = -1;
	return 0;
}

int file_empty(FILE *file, const char *path, struct err *err)
{
	if (is_regular(fileno(file)) && ftruncate(fileno(file), 0) < 0)
		return err_sys(err, "cannot write %s", path);
	return 0;
}
