// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * snapshot: owns the files of stopped machines in the cache.
 *
 * A file is written without a name (O_TMPFILE) and linked when it is complete, so a kill at any
 * moment leaves nothing, and of two runs that write the same one the first wins. They are large
 * and each build of the program makes another: the SNAPSHOTS_MAX used last stay.
 */
#include "target/snapshot.h"

#include "base/hash.h"
#include "base/mem.h"
#include "kernel/cache.h"
#include "kernel/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define SNAPSHOTS_MAX 6
#define MAGIC	      "acsnap1"

static int snapshots_dir(char **ret, struct err *err)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	int status = cache_open(&cache, err);

	if (!status)
		*ret = mem_printf("%s/snapshots", cache.dir);
	return status ? status : files_mkdir(*ret, err);
}

static char *snapshot_path(const char *dir, uint64_t key)
{
	char name[17];

	hash_format(key, name);
	return mem_printf("%s/%s", dir, name);
}

static size_t page_up(size_t at)
{
	return (at + SNAPSHOT_STATE - 1) & ~(size_t)(SNAPSHOT_STATE - 1);
}

int snapshot_open(uint64_t key, struct snapshot_head *ret, int *ret_fd, struct err *err)
{
	_cleanup_free_ char *dir = NULL, *path = NULL;
	_cleanup_fd_ int fd = -1;
	struct stat st;

	if (snapshots_dir(&dir, err) < 0)
		return -err->code;
	path = snapshot_path(dir, key);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, ENOENT, "no snapshot");
	if (pread(fd, ret, sizeof(*ret), 0) != sizeof(*ret) ||
	    memcmp(ret->magic, MAGIC, sizeof(MAGIC)) ||
	    (uint64_t)st.st_size != page_up(SNAPSHOT_STATE + ret->state_len) + ret->memory_len)
		return err_set(err, ENOENT, "no whole snapshot");
	futimens(fd, NULL);
	lseek(fd, SNAPSHOT_STATE, SEEK_SET);
	*ret_fd = fd;
	fd = -1;
	return 0;
}

void snapshot_drop(uint64_t key)
{
	_cleanup_free_ char *dir = NULL, *path = NULL;
	struct err err;

	if (snapshots_dir(&dir, &err) < 0)
		return;
	path = snapshot_path(dir, key);
	unlink(path);
}

/* Copy what is no hole of one file's piece to another's, which is all holes. */
static int copy_data(int from, off_t from_at, int to, off_t to_at, size_t len, struct err *err)
{
	off_t at = from_at, end = from_at + len;

	while ((at = lseek(from, at, SEEK_DATA)) >= 0 && at < end) {
		off_t hole = lseek(from, at, SEEK_HOLE);

		if (hole < 0 || lseek(to, to_at + (at - from_at), SEEK_SET) < 0)
			return err_sys(err, "copy a guest's memory");
		if (hole > end)
			hole = end;
		while (at < hole) {
			if (sendfile(to, from, &at, hole - at) <= 0)
				return err_sys(err, "copy a guest's memory");
		}
	}
	if (at < 0 && errno != ENXIO) /* no data up to the end */
		return err_sys(err, "copy a guest's memory");
	return 0;
}

int snapshot_restore(int fd, const struct snapshot_head *head, int memory_fd, struct err *err)
{
	int ret = copy_data(fd, page_up(SNAPSHOT_STATE + head->state_len), memory_fd, 0,
			    head->memory_len, err);

	lseek(fd, SNAPSHOT_STATE, SEEK_SET);
	return ret;
}

int snapshot_create(int *ret_fd, struct err *err)
{
	_cleanup_free_ char *dir = NULL;
	int fd;

	if (snapshots_dir(&dir, err) < 0)
		return -err->code;
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_sys(err, "write a snapshot in %s", dir);
	lseek(fd, SNAPSHOT_STATE, SEEK_SET);
	*ret_fd = fd;
	return 0;
}

/* The one in dir that was used the longest ago, if there are too many. */
static char *snapshots_oldest(const char *dir)
{
	DIR *stream = opendir(dir);
	char *oldest = NULL;
	struct timespec since = {0};
	const struct dirent *entry;
	unsigned n = 0;

	if (!stream)
		return NULL;
	while ((entry = readdir(stream))) {
		struct stat st;

		if (entry->d_name[0] == '.' || fstatat(dirfd(stream), entry->d_name, &st, 0) < 0)
			continue;
		if (n++ &&
		    (st.st_mtim.tv_sec > since.tv_sec ||
		     (st.st_mtim.tv_sec == since.tv_sec && st.st_mtim.tv_nsec >= since.tv_nsec)))
			continue;
		since = st.st_mtim;
		free(oldest);
		oldest = mem_printf("%s/%s", dir, entry->d_name);
	}
	closedir(stream);
	if (n > SNAPSHOTS_MAX)
		return oldest;
	free(oldest);
	return NULL;
}

static void snapshots_sweep(const char *dir)
{
	for (;;) {
		_cleanup_free_ char *oldest = snapshots_oldest(dir);

		if (!oldest || unlink(oldest) < 0)
			return;
	}
}

int snapshot_save(int fd, uint64_t key, uint32_t machine, int memory_fd, struct err *err)
{
	struct snapshot_head head = {.magic = MAGIC, .machine = machine};
	_cleanup_free_ char *dir = NULL, *path = NULL;
	_cleanup_free_ char *self = mem_printf("/proc/self/fd/%d", fd);
	struct stat st, memory;
	off_t memory_at;

	if (snapshots_dir(&dir, err) < 0)
		return -err->code;
	path = snapshot_path(dir, key);
	if (fstat(fd, &st) < 0 || fstat(memory_fd, &memory) < 0)
		return err_sys(err, "write the snapshot %s", path);
	head.state_len = st.st_size - SNAPSHOT_STATE;
	head.memory_len = memory.st_size;
	memory_at = page_up(st.st_size);
	if (ftruncate(fd, memory_at + memory.st_size) < 0)
		return err_sys(err, "write the snapshot %s", path);
	if (copy_data(memory_fd, 0, fd, memory_at, memory.st_size, err) < 0)
		return -err->code;
	if (pwrite(fd, &head, sizeof(head), 0) != sizeof(head))
		return err_sys(err, "write the snapshot %s", path);
	/* Else the name may outlive a crash of this machine, and the pages not. */
	if (fdatasync(fd) < 0)
		return err_sys(err, "write the snapshot %s", path);
	if (linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) < 0 && errno != EEXIST)
		return err_sys(err, "name the snapshot %s", path);
	snapshots_sweep(dir);
	return 0;
}
