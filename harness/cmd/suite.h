/* SPDX-License-Identifier: GPL-2.0-or-later */
/* suite: the scenarios that a command was given, loaded and proved, and their cells. */
#ifndef AFTERCLOSE_CMD_SUITE_H
#define AFTERCLOSE_CMD_SUITE_H

#include "cmd/options.h"
#include "scenario/cell.h"

struct suite {
	struct suite_file {
		char *path;
		struct scenario *scenario;
		struct cell *cells;
		size_t n_cells;
	} * files; /* in order of their paths, directory by directory */
	size_t n_files;
	size_t n_cells;
	size_t n_bad;
};

/*
 * Load and prove every file; directories are searched for *.yaml. No paths: ./scenarios, or the
 * installed ones. Every bad file's error is printed as it is, since it begins with FILE:LINE:COLUMN
 * for editors to find. Returns 0 or EXIT_USAGE; the suite holds the good ones then.
 */
int suite_load(const struct texts *paths, struct suite *ret);
/* As suite_load(), for those who can do without: where no path is given and scenarios are neither
 * here nor installed the suite is empty, and nothing is said. */
int suite_load_found(const struct texts *paths, struct suite *ret);
void suite_free(struct suite *suite);
#define _cleanup_suite_ __attribute__((cleanup(suite_free)))

/* Where its files are; the texts are the suite's. */
void suite_add_paths(const struct suite *suite, struct texts *paths);

/* A cell by its exact id. Errors: ENOENT names the nearest. */
const struct cell *suite_find(const struct suite *suite, const char *id, struct err *err);

#endif
