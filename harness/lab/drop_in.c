// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drop_in: owns the order of settings files, as sysctl.d(5) has it: by the files' names, whatever
 * directory they are in; of one name the earlier directory's. What is no directory is read last,
 * as `sysctl --system` reads /etc/sysctl.conf.
 */
#include "lab/drop_in.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct listing {
	struct settings_file *of;
	size_t n;
};

static int listing_add(struct listing *listing, char *path, struct err *err)
{
	if (listing->n >= SETTINGS_FILES_MAX) {
		err_set(err, E2BIG, "%s: more than %d files of settings", path, SETTINGS_FILES_MAX);
		free(path);
		return -E2BIG;
	}
	listing->of = mem_resize(listing->of, listing->n + 1, sizeof(*listing->of));
	listing->of[listing->n++] = (struct settings_file){.path = path};
	return 0;
}

static bool name_is_conf(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > strlen(".conf") &&
	       !strcmp(name + len - strlen(".conf"), ".conf");
}

static int listing_add_directory(struct listing *listing, const char *path, struct err *err)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	int rc = 0;

	if (!directory)
		return err_sys(err, "open %s", path);
	while (!rc && (entry = readdir(directory))) {
		if (name_is_conf(entry->d_name))
			rc = listing_add(listing, mem_printf("%s/%s", path, entry->d_name), err);
	}
	closedir(directory);
	return rc;
}

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* The files of one directory come before those of the next where names are the same. */
static int by_file_name(const void *a, const void *b)
{
	const struct settings_file *left = a, *right = b;
	int order = strcmp(name_of(left->path), name_of(right->path));

	return order ? order : left->hidden_by < right->hidden_by ? -1 : 1;
}

static void listing_sort(struct listing *listing)
{
	size_t first = 0;

	for (size_t i = 0; i < listing->n; i++)
		listing->of[i].hidden_by = i; /* for now: its place */
	if (listing->n)
		qsort(listing->of, listing->n, sizeof(*listing->of), by_file_name);
	for (size_t i = 0; i < listing->n; i++) {
		if (strcmp(name_of(listing->of[first].path), name_of(listing->of[i].path)) != 0)
			first = i;
		listing->of[i].hidden_by = i == first ? 0 : first + 1;
	}
}

/* An empty directory is none of the files; it stands behind them. */
static int listing_add_empty(struct listing *listing, const char *path, struct err *err)
{
	int rc = listing_add(listing, mem_strdup(path), err);

	if (!rc)
		listing->of[listing->n - 1].unread = mem_printf("%s holds no *.conf", path);
	return rc;
}

static bool is_directory(const char *path)
{
	struct stat status;

	return !stat(path, &status) && S_ISDIR(status.st_mode);
}

int drop_in_list(const char *const *paths, size_t n, struct settings_file **ret, size_t *ret_n,
		 struct err *err)
{
	_cleanup_free_ bool *empty = mem_zalloc((n + 1) * sizeof(*empty));
	struct listing listing = {0};
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		size_t before = listing.n;

		if (!is_directory(paths[i]))
			continue;
		rc = listing_add_directory(&listing, paths[i], err);
		empty[i] = listing.n == before;
	}
	listing_sort(&listing);
	for (size_t i = 0; i < n && !rc; i++) {
		if (empty[i])
			rc = listing_add_empty(&listing, paths[i], err);
		else if (!is_directory(paths[i]))
			rc = listing_add(&listing, mem_strdup(paths[i]), err);
	}
	*ret = listing.of;
	*ret_n = listing.n;
	return rc;
}
