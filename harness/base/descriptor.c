// SPDX-License-Identifier: GPL-2.0-or-later
/* descriptor: owns the reading of /proc/self/fd. */
#include "base/descriptor.h"
#include "base/err.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <unistd.h>

/* So many closed first, that one is free for /proc/self/fd whichever are kept. */
#define LOW_DESCRIPTORS 8

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* The next descriptor that is open beside the directory's own; -1: no more. */
static int next_open(DIR *dir)
{
	const struct dirent *entry;

	while ((entry = readdir(dir))) {
		int fd = entry->d_name[0] == '.' ? -1 : atoi(entry->d_name);

		if (fd >= 0 && fd != dirfd(dir))
			return fd;
	}
	return -1;
}

static int compare_numbers(const void *a, const void *b)
{
	int left = *(const int *)a, right = *(const int *)b;

	return left < right ? -1 : left > right;
}

/* To look takes a descriptor, which the limit as it is may not allow. */
static int limit_raise(struct rlimit *ret)
{
	if (getrlimit(RLIMIT_NOFILE, ret) < 0)
		return -1;
	ret->rlim_cur = ret->rlim_max;
	return setrlimit(RLIMIT_NOFILE, ret);
}

/* The lowest number below which `more` are free. */
static int number_above(unsigned more, unsigned *ret, struct err *err)
{
	_cleanup_(dir_cleanup) DIR *dir = opendir("/proc/self/fd");
	_cleanup_free_ int *open = NULL;
	size_t n = 0;
	int fd;

	if (!dir)
		return err_sys(err, "counting the open descriptors in /proc/self/fd");
	while ((fd = next_open(dir)) >= 0) {
		open = mem_resize(open, n + 1, sizeof(*open));
		open[n++] = fd;
	}
	if (n)
		qsort(open, n, sizeof(*open), compare_numbers);
	/* Each open one below the limit pushes it up by one. */
	for (size_t i = 0; i < n && (unsigned)open[i] < more; i++)
		more++;
	*ret = more;
	return 0;
}

int descriptor_allow(unsigned more, struct err *err)
{
	struct rlimit limit;
	unsigned files = 0;

	if (limit_raise(&limit) < 0)
		return err_sys(err, "raising RLIMIT_NOFILE");
	if (number_above(more, &files, err) < 0)
		return -err->code;
	if (files > limit.rlim_max)
		return err_set(err, EPERM, "RLIMIT_NOFILE may not be raised above %llu here",
			       (unsigned long long)limit.rlim_max);
	limit.rlim_cur = files;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? err_sys(err, "setting RLIMIT_NOFILE") : 0;
}

static bool is_kept(int fd, const int *keep, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (keep[i] == fd)
			return true;
	}
	return false;
}

/* Before Linux 5.9. A limit says nothing of what was opened before it was lowered. */
static void close_listed(const int *keep, size_t n)
{
	_cleanup_(dir_cleanup) DIR *dir = NULL;
	struct rlimit limit;
	int fd;

	limit_raise(&limit);
	for (fd = 0; fd < LOW_DESCRIPTORS; fd++) {
		if (!is_kept(fd, keep, n))
			close(fd);
	}
	dir = opendir("/proc/self/fd");
	while (dir && (fd = next_open(dir)) >= 0) {
		if (!is_kept(fd, keep, n))
			close(fd);
	}
}

void descriptor_close_others(const int *keep, size_t n)
{
	int first = 0;

	for (size_t i = 0; i <= n; i++) {
		int last = i < n ? keep[i] - 1 : INT_MAX;

		if (first <= last && close_range(first, last, 0) < 0) {
			close_listed(keep, n);
			return;
		}
		if (i < n)
			first = keep[i] + 1;
	}
}
