// SPDX-License-Identifier: GPL-2.0-or-later
/* suite: owns how scenario files are found and loaded, all of them before anything is built. */
#include "cmd/suite.h"

#include "base/exit.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "scenario/arg.h"
#include "scenario/rules.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SUITE_DEPTH_MAX 16
#define SUITE_HERE	"scenarios"
#define SUITE_INSTALLED AFTERCLOSE_DATADIR "/scenarios" /* from the program's directory */

static void suite_say(struct suite *suite, const struct err *err)
{
	fprintf(stderr, "%s\n", err->msg);
	suite->n_bad++;
}

static int suite_check_name(const struct suite *suite, const struct scenario *scenario,
			    struct err *err)
{
	for (size_t i = 0; i < suite->n_files; i++) {
		if (!strcmp(suite->files[i].scenario->name, scenario->name))
			return err_set(err, EEXIST,
				       "%s:1:1: the scenario \"%s\" is in %s already; each name "
				       "stands for one file",
				       scenario->file, scenario->name, suite->files[i].path);
	}
	return 0;
}

static void suite_add_file(struct suite *suite, const char *path)
{
	struct scenario *scenario = NULL;
	struct suite_file *file;
	struct err err;

	for (size_t i = 0; i < suite->n_files; i++) {
		if (!strcmp(suite->files[i].path, path))
			return;
	}
	if (scenario_load(path, &scenario, &err) < 0 || scenario_prove(scenario, &err) < 0 ||
	    suite_check_name(suite, scenario, &err) < 0) {
		suite_say(suite, &err);
		scenario_free(scenario);
		return;
	}
	suite->files = mem_resize(suite->files, suite->n_files + 1, sizeof(*suite->files));
	file = &suite->files[suite->n_files++];
	*file = (struct suite_file){.path = mem_strdup(path), .scenario = scenario};
	file->n_cells = matrix_cells(scenario, &file->cells);
	suite->n_cells += file->n_cells;
}

static bool name_is_scenario(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && !strcmp(name + len - 5, ".yaml");
}

static int entry_wanted(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int entry_compare(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A path that is not there, but a scenario's name: it may have been meant so. */
static bool is_bare_name(const char *path)
{
	struct err ignored;

	return !name_check(path, &ignored);
}

/* Each returns how many scenario files it met. */
static size_t suite_add_path(struct suite *suite, const char *path, unsigned depth);

static size_t suite_add_entry(struct suite *suite, const char *directory, const char *name,
			      unsigned depth)
{
	bool slash = directory[strlen(directory) - 1] == '/';
	_cleanup_free_ char *path = mem_printf("%s%s%s", directory, slash ? "" : "/", name);
	struct stat stat_;

	if (stat(path, &stat_) < 0 || !(S_ISDIR(stat_.st_mode) || name_is_scenario(name)))
		return 0;
	return suite_add_path(suite, path, depth);
}

static size_t suite_add_directory(struct suite *suite, const char *path, unsigned depth)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, entry_wanted, entry_compare);
	size_t n_met = 0;
	struct err err;

	for (int i = 0; i < n; i++) {
		n_met += suite_add_entry(suite, path, entries[i]->d_name, depth + 1);
		free(entries[i]);
	}
	if (n < 0) {
		err_sys(&err, "%s", path);
		suite_say(suite, &err);
	} else if (!n_met && !depth) {
		err_set(&err, ENOENT, "%s: no scenario (*.yaml) in this directory", path);
		suite_say(suite, &err);
	}
	free(entries);
	return n_met;
}

static size_t suite_add_path(struct suite *suite, const char *path, unsigned depth)
{
	struct stat stat_;
	struct err err;
	bool missing;

	if (depth > SUITE_DEPTH_MAX) {
		err_set(&err, ELOOP, "%s: more than %d directories deep", path, SUITE_DEPTH_MAX);
		suite_say(suite, &err);
		return 0;
	}
	missing = stat(path, &stat_) != 0;
	if (!missing && S_ISDIR(stat_.st_mode))
		return suite_add_directory(suite, path, depth);
	if (missing && is_bare_name(path)) {
		err_set(&err, ENOENT,
			"%s: no such file or directory; of the scenarios that are here, one is "
			"chosen by --only scenario=%s",
			path, path);
		suite_say(suite, &err);
		return 0;
	}
	suite_add_file(suite, path);
	return 1;
}

/* The caller frees. */
static char *suite_installed(void)
{
	_cleanup_free_ char *program = realpath("/proc/self/exe", NULL);
	char *slash = program ? strrchr(program, '/') : NULL;

	if (!slash)
		return mem_strdup(SUITE_INSTALLED);
	*slash = '\0';
	return mem_printf("%s/" SUITE_INSTALLED, program);
}

/* Where scenarios are if no path says it; NULL: nowhere. */
static const char *suite_place(const char *installed)
{
	struct stat stat_;

	if (!stat(SUITE_HERE, &stat_))
		return SUITE_HERE;
	return !stat(installed, &stat_) ? installed : NULL;
}

static void suite_add_place(struct suite *suite)
{
	_cleanup_free_ char *installed = suite_installed();
	const char *place = suite_place(installed);
	struct err err;

	if (place) {
		suite_add_path(suite, place, 0);
		return;
	}
	err_set(&err, ENOENT,
		"no scenarios: neither " SUITE_HERE " in this directory, nor %s; name a file "
		"or a directory of them",
		installed);
	suite_say(suite, &err);
}

int suite_load(const struct texts *paths, struct suite *ret)
{
	*ret = (struct suite){0};
	for (size_t i = 0; i < paths->n; i++)
		suite_add_path(ret, paths->of[i], 0);
	if (!paths->n)
		suite_add_place(ret);
	return ret->n_bad ? EXIT_USAGE : 0;
}

int suite_load_found(const struct texts *paths, struct suite *ret)
{
	_cleanup_free_ char *installed = suite_installed();

	*ret = (struct suite){0};
	if (!paths->n && !suite_place(installed))
		return 0;
	return suite_load(paths, ret);
}

void suite_free(struct suite *suite)
{
	for (size_t i = 0; i < suite->n_files; i++) {
		matrix_free(suite->files[i].cells, suite->files[i].n_cells);
		scenario_free(suite->files[i].scenario);
		free(suite->files[i].path);
	}
	free(suite->files);
}

void suite_add_paths(const struct suite *suite, struct texts *paths)
{
	for (size_t i = 0; i < suite->n_files; i++)
		texts_add(paths, suite->files[i].path);
}

const struct cell *suite_find(const struct suite *suite, const char *id, struct err *err)
{
	_cleanup_free_ const char **ids = mem_zalloc(suite->n_cells * sizeof(*ids));
	size_t n = 0;

	for (size_t i = 0; i < suite->n_files; i++) {
		for (size_t j = 0; j < suite->files[i].n_cells; j++) {
			const struct cell *cell = &suite->files[i].cells[j];

			if (!strcmp(cell->id, id))
				return cell;
			ids[n++] = cell->id;
		}
	}
	err_set(err, ENOENT, "no cell %s; the nearest is %s (afterclose list --cells has them all)",
		id, nearest_of(id, ids, n));
	return NULL;
}
