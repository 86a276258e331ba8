// SPDX-License-Identifier: GPL-2.0-or-later
/* cache: owns the making, naming and removing of entries (see cache.h). */
#include "kernel/cache.h"

#include "base/mem.h"
#include "kernel/entry.h"
#include "kernel/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int cache_dir(char **ret, struct err *err)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		*ret = mem_printf("%s/afterclose", xdg);
	else if (home && *home == '/')
		*ret = mem_printf("%s/.cache/afterclose", home);
	else
		return err_set(err, ENOENT,
			       "no place for kernels: neither XDG_CACHE_HOME nor HOME is set");
	return 0;
}

/* A cache that only others may write to is good for looking kernels up. */
static int lock_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	return fd >= 0 || (errno != EROFS && errno != EACCES) ? fd
							      : open(path, O_RDONLY | O_CLOEXEC);
}

int cache_open(struct cache *ret, struct err *err)
{
	_cleanup_free_ char *names = NULL, *lock = NULL;

	*ret = (struct cache){.lock_fd = -1};
	if (cache_dir(&ret->dir, err) < 0)
		return -err->code;
	names = mem_printf("%s/kernels/names", ret->dir);
	lock = mem_printf("%s/kernels/lock", ret->dir);
	if (files_mkdir(names, err) < 0)
		return -err->code;
	ret->lock_fd = lock_open(lock);
	return ret->lock_fd < 0 ? err_sys(err, "%s", lock) : 0;
}

void cache_close(struct cache *cache)
{
	free(cache->dir);
	mem_cleanup_close(&cache->lock_fd);
	*cache = (struct cache){.lock_fd = -1};
}

/* How: LOCK_SH to look names up, LOCK_EX to change them, LOCK_UN. */
static int cache_lock(const struct cache *cache, int how, struct err *err)
{
	while (flock(cache->lock_fd, how)) {
		if (errno != EINTR)
			return err_sys(err, "%s/kernels/lock", cache->dir);
	}
	return 0;
}

static bool is_named(const struct cache_entry *entries, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(entries[i].id, id))
			return true;
	}
	return false;
}

/* An entry without a name, or one in the making: remove it unless somebody holds it. */
static int sweep_one(const char *path, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	return files_remove(path, err);
}

static int cleanup_dir(DIR **dir)
{
	return *dir ? closedir(*dir) : 0;
}

/* Under the exclusive lock. */
static int cache_sweep(const struct cache *cache, struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s/kernels", cache->dir);
	__attribute__((cleanup(cleanup_dir))) DIR *dir = opendir(path);
	struct cache_entry *entries = NULL;
	const struct dirent *file;
	size_t n = 0;
	int ret = 0;

	if (!dir)
		return err_sys(err, "%s", path);
	if (entries_read(cache->dir, &entries, &n, err) < 0)
		return -err->code;
	while (ret >= 0 && (file = readdir(dir))) {
		_cleanup_free_ char *entry = mem_printf("%s/%s", path, file->d_name);

		if (*file->d_name != '.' && files_type(dir, file) == DT_DIR &&
		    strcmp(file->d_name, "names") && !is_named(entries, n, file->d_name))
			ret = sweep_one(entry, err);
	}
	cache_entries_free(entries, n);
	return ret;
}

static int new_make(struct cache *cache, struct cache_new *ret, struct err *err)
{
	if (cache_sweep(cache, err) < 0)
		return -err->code;
	ret->path = mem_printf("%s/kernels/new.XXXXXX", cache->dir);
	if (!mkdtemp(ret->path)) {
		err_sys(err, "%s", ret->path);
		free(ret->path);
		ret->path = NULL;
		return -err->code;
	}
	ret->fd = open(ret->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (ret->fd < 0 || flock(ret->fd, LOCK_EX | LOCK_NB) || fchmod(ret->fd, 0755))
		return err_sys(err, "%s", ret->path);
	return 0;
}

int cache_new(struct cache *cache, struct cache_new *ret, struct err *err)
{
	int code;

	*ret = (struct cache_new){.fd = -1};
	if (cache_lock(cache, LOCK_EX, err) < 0)
		return -err->code;
	code = new_make(cache, ret, err);
	cache_lock(cache, LOCK_UN, &(struct err){0});
	return code;
}

void cache_new_drop(struct cache_new *new)
{
	if (new->path)
		files_remove(new->path, &(struct err){0});
	free(new->path);
	mem_cleanup_close(&new->fd);
	*new = (struct cache_new){.fd = -1};
}

/* It is no longer in the making: others may hold it. */
static void new_added(struct cache_new *new)
{
	free(new->path);
	mem_cleanup_close(&new->fd);
	*new = (struct cache_new){.fd = -1};
}

/* One entry more or the same one again: there may be no difference. */
static int entry_place(const char *dir, struct cache_new *new, enum kernel_kind kind,
		       const char *id, struct err *err)
{
	_cleanup_free_ char *place = mem_printf("%s/kernels/%s", dir, id);
	_cleanup_free_ char *trash = mem_printf("%s.old", new->path);

	if (!rename(new->path, place)) {
		new_added(new);
		return 0;
	}
	if (errno != ENOTEMPTY && errno != EEXIST)
		return err_sys(err, "%s", place);
	if (entry_is_whole(place, id))
		return entry_mend(place, new->path, err) < 0 ? -err->code
							     : entry_permit(place, kind, err);
	if (rename(place, trash) || rename(new->path, place))
		return err_sys(err, "%s", place);
	new_added(new);
	return files_remove(trash, err);
}

/* The newest name is the one that is meant where none is given, and a file system's own times are a
 * tick apart. Returns 0, or -1 with errno. */
static int stamp(const char *path)
{
	struct timespec times[2];

	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[1] = times[0];
	return utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static int name_point(const char *dir, const struct cache_entry *what, const char *id,
		      struct err *err)
{
	_cleanup_free_ char *name =
		mem_printf("%s/kernels/names/%s:%s", dir, kernel_kind_name(what->kind), what->name);
	_cleanup_free_ char *next = mem_printf("%s/kernels/names/.next", dir);
	_cleanup_free_ char *target = mem_printf("../%s", id);

	if (unlink(next) && errno != ENOENT)
		return err_sys(err, "%s", next);
	if (symlink(target, next) || stamp(next) || rename(next, name))
		return err_sys(err, "%s", name);
	return 0;
}

static int add_locked(struct cache *cache, struct cache_new *new, const struct cache_entry *what,
		      struct err *err)
{
	char id[17];

	if (entry_permit(new->path, what->kind, err) < 0 ||
	    entry_seal(new->path, what, id, err) < 0 ||
	    entry_place(cache->dir, new, what->kind, id, err) < 0 ||
	    name_point(cache->dir, what, id, err) < 0)
		return -err->code;
	return cache_sweep(cache, err);
}

int cache_add(struct cache *cache, struct cache_new *new, const struct cache_entry *what,
	      struct err *err)
{
	int ret;

	if (cache_lock(cache, LOCK_EX, err) < 0)
		return -err->code;
	ret = add_locked(cache, new, what, err);
	cache_lock(cache, LOCK_UN, &(struct err){0});
	return ret;
}

int cache_list(struct cache *cache, struct cache_entry **ret, size_t *ret_n, struct err *err)
{
	int code;

	if (cache_lock(cache, LOCK_SH, err) < 0)
		return -err->code;
	code = entries_read(cache->dir, ret, ret_n, err);
	cache_lock(cache, LOCK_UN, &(struct err){0});
	return code;
}

static int remove_locked(struct cache *cache, enum kernel_kind kind, const char *name,
			 struct err *err)
{
	_cleanup_free_ char *path =
		mem_printf("%s/kernels/names/%s:%s", cache->dir, kernel_kind_name(kind), name);

	if (unlink(path))
		return err_sys(err, "%s", path);
	return cache_sweep(cache, err);
}

int cache_remove(struct cache *cache, enum kernel_kind kind, const char *name, struct err *err)
{
	int ret;

	if (cache_lock(cache, LOCK_EX, err) < 0)
		return -err->code;
	ret = remove_locked(cache, kind, name, err);
	cache_lock(cache, LOCK_UN, &(struct err){0});
	return ret;
}

/* Under the shared lock, so that it is not swept in between. */
static int hold_locked(const char *path, int *ret_fd, struct err *err)
{
	*ret_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret_fd < 0 || flock(*ret_fd, LOCK_SH | LOCK_NB))
		return err_sys(err, "%s", path);
	return 0;
}

int cache_hold(struct cache *cache, const struct cache_entry *entry, struct kernel *ret,
	       struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s/kernels/%s", cache->dir, entry->id);
	_cleanup_free_ char *gcov = entry_gcov(path);
	int code;

	*ret = (struct kernel){.kind = entry->kind, .fd = -1};
	if (cache_lock(cache, LOCK_SH, err) < 0)
		return -err->code;
	code = hold_locked(path, &ret->fd, err);
	cache_lock(cache, LOCK_UN, &(struct err){0});
	if (code < 0 || entry_check(path, entry, err) < 0)
		return -err->code;
	ret->name = mem_strdup(entry->name);
	ret->id = mem_strdup(entry->id);
	ret->path = mem_printf("%s/%s", path, kernel_file_name(entry->kind));
	if (!access(gcov, F_OK)) {
		ret->gcov_dir = gcov;
		gcov = NULL;
	}
	return entry_modules(path, &ret->modules_dir, err);
}
