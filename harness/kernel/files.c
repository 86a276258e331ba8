// SPDX-License-Identifier: GPL-2.0-or-later
/* files: owns the walks over files and directories. */
#define _FILE_OFFSET_BITS 64
#include "kernel/files.h"

#include "base/hash.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int files_mkdir(const char *path, struct err *err)
{
	_cleanup_free_ char *copy = mem_strdup(path);

	for (char *at = copy + 1;; at++) {
		char c = *at;

		if (c && c != '/')
			continue;
		*at = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			return err_sys(err, "%s cannot be made", copy);
		*at = c;
		if (!c)
			return 0;
	}
}

/* Hand a file's bytes over, piece by piece. */
static int each_piece(const char *path, void (*take)(const char *bytes, size_t len, void *ctx),
		      void *ctx, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[65536];
	ssize_t n;

	if (fd < 0)
		return err_sys(err, "%s", path);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		take(buf, n, ctx);
	return n < 0 ? err_sys(err, "%s", path) : 0;
}

static void take_text(const char *bytes, size_t len, void *ctx)
{
	text_addn(ctx, bytes, len);
}

int files_read(const char *path, struct text *ret, struct err *err)
{
	return each_piece(path, take_text, ret, err);
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0)
			return -1;
		bytes += n;
		len -= n;
	}
	return 0;
}

static int holds(const char *path, const char *bytes, size_t len)
{
	_cleanup_text_ struct text old = {0};
	struct stat st;
	struct err err;

	return !lstat(path, &st) && S_ISREG(st.st_mode) && (size_t)st.st_size == len &&
	       !files_read(path, &old, &err) && old.len == len &&
	       !memcmp(text_str(&old), bytes, len);
}

int files_write(const char *path, const char *bytes, size_t len, struct err *err)
{
	_cleanup_fd_ int fd = -1;

	if (holds(path, bytes, len))
		return 0;
	if (unlink(path) && errno != ENOENT)
		return err_sys(err, "%s", path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || write_all(fd, bytes, len))
		return err_sys(err, "%s", path);
	return 0;
}

int files_sync(const char *path, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 || fsync(fd) ? err_sys(err, "%s", path) : 0;
}

int files_copy(const char *from, const char *to, struct err *err)
{
	_cleanup_fd_ int in = open(from, O_RDONLY | O_CLOEXEC);
	_cleanup_fd_ int out = -1;
	char buf[65536];
	struct stat st;
	ssize_t n;

	if (in < 0 || fstat(in, &st))
		return err_sys(err, "%s", from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		return err_sys(err, "%s", to);
	while ((n = read(in, buf, sizeof(buf))) > 0) {
		if (write_all(out, buf, n))
			return err_sys(err, "%s", to);
	}
	if (n < 0)
		return err_sys(err, "%s", from);
	return fchmod(out, st.st_mode & 0777) || fsync(out) ? err_sys(err, "%s", to) : 0;
}

unsigned char files_type(DIR *dir, const struct dirent *file)
{
	struct stat st;

	if (file->d_type != DT_UNKNOWN)
		return file->d_type;
	return fstatat(dirfd(dir), file->d_name, &st, AT_SYMLINK_NOFOLLOW) ? DT_UNKNOWN
									   : IFTODT(st.st_mode);
}

struct hashed {
	uint64_t hash, size;
};

static void take_hash(const char *bytes, size_t len, void *ctx)
{
	struct hashed *hashed = ctx;

	hashed->hash = hash_bytes(bytes, len, hashed->hash);
	hashed->size += len;
}

int files_hash(const char *path, uint64_t *hash, uint64_t *size, struct err *err)
{
	struct hashed hashed = {*hash, *size};
	int ret = each_piece(path, take_hash, &hashed, err);

	*hash = hashed.hash;
	*size = hashed.size;
	return ret;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int cleanup_fts(FTS **fts)
{
	return *fts ? fts_close(*fts) : 0;
}

/* Each file, in the order of names; and each directory, before and after what is in it. */
static int each_entry(const char *path, int (*take)(const FTSENT *entry, void *ctx), void *ctx,
		      struct err *err)
{
	char *const roots[] = {(char *)path, NULL};
	__attribute__((cleanup(cleanup_fts))) FTS *fts =
		fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;

	if (!fts)
		return err_sys(err, "%s", path);
	while ((entry = fts_read(fts))) {
		if (entry->fts_info == FTS_NS && entry->fts_errno == ENOENT)
			continue;
		if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR ||
		    entry->fts_info == FTS_NS)
			return err_set(err, entry->fts_errno, "%s: %s", entry->fts_path,
				       strerror(entry->fts_errno));
		if (take(entry, ctx))
			return err_sys(err, "%s", entry->fts_path);
	}
	return errno ? err_sys(err, "%s", path) : 0;
}

struct hashed_tree {
	struct hashed sum;
	size_t skip; /* of each path: the root's */
};

static int take_entry(const FTSENT *entry, void *ctx)
{
	struct hashed_tree *tree = ctx;
	char size[32];

	if (entry->fts_info == FTS_D || entry->fts_info == FTS_DP)
		return 0;
	snprintf(size, sizeof(size), "%lld", (long long)entry->fts_statp->st_size);
	tree->sum.hash = hash_bytes(entry->fts_path + tree->skip,
				    entry->fts_pathlen - tree->skip + 1, tree->sum.hash);
	tree->sum.hash = hash_bytes(size, strlen(size) + 1, tree->sum.hash);
	tree->sum.size += entry->fts_statp->st_size;
	return 0;
}

int files_hash_tree(const char *path, uint64_t *hash, uint64_t *size, struct err *err)
{
	struct hashed_tree tree = {{*hash, *size}, strlen(path)};
	int ret = each_entry(path, take_entry, &tree, err);

	*hash = tree.sum.hash;
	*size = tree.sum.size;
	return ret;
}

static int take_bytes(const FTSENT *entry, void *ctx)
{
	uint64_t size = 0;
	struct err err;

	if (entry->fts_info != FTS_F || !files_hash(entry->fts_path, ctx, &size, &err))
		return 0;
	errno = err.code;
	return -1;
}

int files_hash_bytes(const char *path, uint64_t *hash, struct err *err)
{
	return each_entry(path, take_bytes, hash, err);
}

static int take_away(const FTSENT *entry, void *ctx)
{
	mode_t mode = entry->fts_statp->st_mode & 07777;

	(void)ctx;
	/* A tree of modules may be read-only, as its copy is then. */
	if (entry->fts_info == FTS_D)
		return (mode & S_IRWXU) != S_IRWXU ? chmod(entry->fts_accpath, mode | S_IRWXU) : 0;
	return entry->fts_info == FTS_DP ? rmdir(entry->fts_accpath) : unlink(entry->fts_accpath);
}

int files_remove(const char *path, struct err *err)
{
	return each_entry(path, take_away, NULL, err);
}
