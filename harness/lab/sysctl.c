// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sysctl: owns reading and writing /proc/sys. The kernel shows there, under net, the values of the
 * network namespace of the calling thread.
 */
#include "lab/sysctl.h"
#include "lab/knob.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define VALUE_SIZE 4096
#define N_PORTS	   65536

/* As sysctl(8): where a slash comes before any dot, slashes separate and dots are part of a name
 * ("net/ipv4/conf/eth0.1/rp_filter"). */
static void path_of(const char *name, char *buf, size_t size)
{
	const char *separator = strpbrk(name, "./");
	bool slashes = separator && *separator == '/';
	int prefix = snprintf(buf, size, "/proc/sys/");

	snprintf(buf + prefix, size - prefix, "%s", name);
	for (char *c = buf + prefix; *c; c++) {
		if (!slashes && (*c == '.' || *c == '/'))
			*c = *c == '.' ? '/' : '.';
	}
}

/* A name from a file must not lead out of /proc/sys. */
static bool name_safe(const char *name)
{
	return !strstr(name, "..") && !strstr(name, "//") && strlen(name) < PATH_MAX / 2;
}

static void fold_blanks(char *s)
{
	char *to = s;

	for (const char *from = s; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = *from;
		else if (to > s && to[-1] != ' ')
			*to++ = ' ';
	}
	if (to > s && to[-1] == ' ')
		to--;
	*to = '\0';
}

static int open_error(struct err *err, const char *name)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return err_set(err, ENOENT, "this kernel has no sysctl %s", name);
	case EROFS:
		return err_set(err, EROFS,
			       "sysctl %s: /proc/sys is mounted read-only; remount it "
			       "(mount -o remount,rw /proc/sys), or start the container with "
			       "--privileged",
			       name);
	default:
		return err_sys(err, "open sysctl %s", name);
	}
}

static int value_open(const char *name, int flags, int *ret, struct err *err)
{
	char path[PATH_MAX];

	if (!name_safe(name))
		return err_set(err, ENOENT, "this kernel has no sysctl %s", name);
	path_of(name, path, sizeof(path));
	*ret = open(path, flags | O_CLOEXEC);
	return *ret < 0 ? open_error(err, name) : 0;
}

static int value_read(int fd, const char *name, char *ret_value, size_t size, struct err *err)
{
	ssize_t len = pread(fd, ret_value, size - 1, 0);

	if (len < 0)
		return err_sys(err, "read sysctl %s", name);
	ret_value[len] = '\0';
	fold_blanks(ret_value);
	return 0;
}

int sysctl_read(const char *name, char *ret_value, size_t size, struct err *err)
{
	_cleanup_fd_ int fd = -1;
	int rc = value_open(name, O_RDONLY, &fd, err);

	return rc ? rc : value_read(fd, name, ret_value, size, err);
}

static bool accessible(const char *name, int mode)
{
	char path[PATH_MAX];

	if (!name_safe(name))
		return false;
	path_of(name, path, sizeof(path));
	return !access(path, mode);
}

bool sysctl_exists(const char *name)
{
	return accessible(name, F_OK);
}

bool sysctl_writable(const char *name)
{
	return accessible(name, W_OK);
}

/* Mark the ports of a list as the kernel reads it ("80,8080-8090"); false if it is none. */
static bool parse_ports(const char *s, uint8_t ports[N_PORTS / 8])
{
	memset(ports, 0, N_PORTS / 8);
	while (*s) {
		char *end;
		unsigned long first = strtoul(s, &end, 10), last = first;

		if (end == s)
			return false;
		if (*end == '-') {
			s = end + 1;
			last = strtoul(s, &end, 10);
		}
		if (end == s || last >= N_PORTS || (*end && *end != ','))
			return false;
		for (unsigned long port = first; port <= last; port++)
			ports[port / 8] |= 1 << port % 8;
		s = *end ? end + 1 : end;
	}
	return true;
}

/* The kernel gives lists of ports back in its own spelling: 8080,8081 becomes 8080-8081. */
static bool values_equal(const char *a, const char *b)
{
	uint8_t a_ports[N_PORTS / 8], b_ports[N_PORTS / 8];

	if (!strcmp(a, b))
		return true;
	return strpbrk(a, ",-") && parse_ports(a, a_ports) && parse_ports(b, b_ports) &&
	       !memcmp(a_ports, b_ports, sizeof(a_ports));
}

/* whole: a value of which the kernel takes a part only is refused, too; and what else is wrong is
 * said as it is. */
static int value_write(int fd, const char *name, const char *value, bool whole, struct err *err)
{
	char line[VALUE_SIZE];
	int len = snprintf(line, sizeof(line), "%s\n", value);
	ssize_t n;

	if ((size_t)len >= sizeof(line))
		return err_set(err, EINVAL, "sysctl %s: a value of %d bytes is too long", name,
			       len);
	n = pwrite(fd, line, len, 0);
	if (n == len || (n > 0 && !whole))
		return 0;
	/* Of two fields where one is wanted it takes the first. ENOENT: a name that it does not
	 * know, such as bbr for congestion control. */
	if (n >= 0 || !whole || errno == EINVAL || errno == ERANGE || errno == ENOENT)
		return err_set(err, EINVAL, "the kernel refuses sysctl %s = %s", name, value);
	return err_sys(err, "write sysctl %s = %s", name, value);
}

/* Set one sysctl; one that has the value already is left alone, which is most of a baseline. */
static int value_set(int fd, const char *name, const char *value, struct err *err)
{
	char wanted[VALUE_SIZE], is[VALUE_SIZE];
	int rc;

	snprintf(wanted, sizeof(wanted), "%s", value);
	fold_blanks(wanted);
	rc = value_read(fd, name, is, sizeof(is), err);
	if (rc || !strcmp(is, wanted))
		return rc;
	rc = value_write(fd, name, value, true, err);
	if (!rc)
		rc = value_read(fd, name, is, sizeof(is), err);
	if (!rc && !values_equal(is, wanted))
		return err_set(err, EIO, "sysctl %s reads back as \"%s\", not \"%s\"", name, is,
			       wanted);
	return rc;
}

int sysctl_write(const char *name, const char *value, struct err *err)
{
	_cleanup_fd_ int fd = -1;
	int rc = value_open(name, O_RDWR, &fd, err);

	/* What can only be written (route.flush) has nothing to read back. */
	if (rc == -EACCES) {
		rc = value_open(name, O_WRONLY, &fd, err);
		return rc ? rc : value_write(fd, name, value, true, err);
	}
	return rc ? rc : value_set(fd, name, value, err);
}

int sysctl_take(const char *name, const char *value, struct err *err)
{
	char is[VALUE_SIZE];
	_cleanup_fd_ int fd = -1;
	int rc = value_open(name, O_WRONLY, &fd, err);

	if (rc)
		return rc;
	/* Most of a machine's settings are there already. */
	if (!sysctl_read(name, is, sizeof(is), &(struct err){0}) && !strcmp(is, value))
		return 0;
	return value_write(fd, name, value, false, err);
}
