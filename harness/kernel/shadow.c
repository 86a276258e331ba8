// SPDX-License-Identifier: GPL-2.0-or-later
/* shadow: owns the walk through two directories at once. */
#include "kernel/shadow.h"

#include "base/mem.h"
#include "kernel/edit.h"
#include "kernel/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* Directories that nobody edits, one link each; arch/um and arch/x86 are the ones built. */
static const char *const whole[] = {"Documentation", "tools", "samples", "LICENSES", "rust"};

/* What a build inside of the tree leaves behind. */
static const char *const built_suffixes[] = {".o", ".a", ".ko", ".mod", ".mod.c", ".order"};
static const char *const built_names[] = {"include/config",
					  "include/generated",
					  "arch/um/include/generated",
					  "arch/x86/include/generated",
					  "vmlinux",
					  "linux",
					  "System.map",
					  "Module.symvers"};

struct pair {
	const char *tree, *shadow; /* the roots */
};

static bool is_one_of(const char *path, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(path, names[i]))
			return true;
	}
	return false;
}

static bool is_built(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < ARRAY_SIZE(built_suffixes); i++) {
		size_t suffix_len = strlen(built_suffixes[i]);

		if (len > suffix_len && !strcmp(path + len - suffix_len, built_suffixes[i]))
			return true;
	}
	return is_one_of(path, built_names, ARRAY_SIZE(built_names));
}

/* An architecture that is not built is there for its Kconfig. */
static bool is_whole(const char *path)
{
	if (!strncmp(path, "arch/", 5) && !strchr(path + 5, '/'))
		return strcmp(path, "arch/um") && strcmp(path, "arch/x86");
	return is_one_of(path, whole, ARRAY_SIZE(whole));
}

static int cleanup_dir(DIR **dir)
{
	return *dir ? closedir(*dir) : 0;
}
#define _cleanup_dir_ __attribute__((cleanup(cleanup_dir)))

/* Links that lead nowhere since a file of the tree has gone. */
static int prune(const char *path, struct err *err)
{
	_cleanup_dir_ DIR *dir = opendir(path);
	const struct dirent *file;

	if (!dir)
		return err_sys(err, "%s", path);
	while ((file = readdir(dir))) {
		if (files_type(dir, file) != DT_LNK ||
		    !faccessat(dirfd(dir), file->d_name, F_OK, 0))
			continue;
		if (unlinkat(dirfd(dir), file->d_name, 0))
			return err_sys(err, "%s/%s", path, file->d_name);
	}
	return 0;
}

/* A link that leads to `from`, or where that is NULL a directory. */
static int make_one(const char *to, const char *from)
{
	return from ? symlink(from, to) : mkdir(to, 0777);
}

static bool is_there(const char *to, const char *from)
{
	char leads[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (!from)
		return !lstat(to, &st) && S_ISDIR(st.st_mode);
	len = readlink(to, leads, sizeof(leads));
	return len == (ssize_t)strlen(from) && !memcmp(leads, from, len);
}

/* What an earlier call made of a file that was edited then, or was no directory yet, goes. */
static int make_or_replace(const char *to, const char *from, struct err *err)
{
	if (!make_one(to, from))
		return 0;
	if (errno != EEXIST)
		return err_sys(err, "%s", to);
	if (is_there(to, from))
		return 0;
	if (files_remove(to, err) < 0)
		return -err->code;
	return make_one(to, from) ? err_sys(err, "%s", to) : 0;
}

/* A tree may be put together of others: a link in it that leads to a directory is one where an edit
 * lies below. Else the edit would go through it, into what it leads to. */
static bool is_dir(const struct pair *pair, const char *path, unsigned char type)
{
	_cleanup_free_ char *from = NULL;
	struct stat st;

	if (type != DT_LNK || !edit_is_below(path))
		return type == DT_DIR && !is_whole(path);
	from = mem_printf("%s/%s", pair->tree, path);
	return !stat(from, &st) && S_ISDIR(st.st_mode);
}

static int link_dir(const struct pair *pair, const char *path, struct err *err);

static int link_entry(const struct pair *pair, const char *path, unsigned char type,
		      struct err *err)
{
	_cleanup_free_ char *to = mem_printf("%s/%s", pair->shadow, path), *from = NULL;

	if (is_built(path) || edit_is_ours(path))
		return 0;
	if (is_dir(pair, path, type))
		return make_or_replace(to, NULL, err) < 0 ? -err->code : link_dir(pair, path, err);
	from = mem_printf("%s/%s", pair->tree, path);
	return make_or_replace(to, from, err);
}

/* `path` is relative to both roots, "" at first. Names with a dot in front are git's and make's. */
static int link_dir(const struct pair *pair, const char *path, struct err *err)
{
	_cleanup_free_ char *from = mem_printf("%s/%s", pair->tree, path);
	_cleanup_free_ char *to = mem_printf("%s/%s", pair->shadow, path);
	_cleanup_dir_ DIR *dir = opendir(from);
	const struct dirent *file;

	if (!dir)
		return err_sys(err, "%s", from);
	if (prune(to, err) < 0)
		return -err->code;
	while ((file = readdir(dir))) {
		_cleanup_free_ char *entry =
			mem_printf("%s%s%s", path, *path ? "/" : "", file->d_name);

		unsigned char type;

		if (*file->d_name == '.')
			continue;
		type = files_type(dir, file);
		if (type == DT_UNKNOWN)
			return err_sys(err, "%s/%s", pair->tree, entry);
		if (link_entry(pair, entry, type, err) < 0)
			return -err->code;
	}
	return 0;
}

int shadow_link(const char *tree, const char *shadow, struct err *err)
{
	struct pair pair = {tree, shadow};

	return link_dir(&pair, "", err);
}
