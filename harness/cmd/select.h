/* SPDX-License-Identifier: GPL-2.0-or-later */
/* select: which cells of a suite are meant: --only, --took, --cover, --failed, --shard. */
#ifndef AFTERCLOSE_CMD_SELECT_H
#define AFTERCLOSE_CMD_SELECT_H

#include "cmd/shard.h"
#include "cmd/suite.h"
#include "scenario/cover.h"

struct selection {
	struct texts only;
	int64_t cover; /* 0: all cells; else as cover_choose() has it */
	const char *shard;
	const char *failed;
	const char *took;
	bool no_controls; /* programs play: controls are about the stand-ins */
};

/* The rows of these options in a command's table; type has a struct selection as its `select`. */
#define SELECT_OPTIONS(type)                                                                       \
	{"only", OPTION_TEXTS, offsetof(type, select.only), "DIM=VALUE[,VALUE...]",                \
	 "only cells with this value of a dimension, or scenario=NAME"},                           \
		{"cover",                                                                          \
		 OPTION_NUMBER,                                                                    \
		 offsetof(type, select.cover),                                                     \
		 "1|2|3",                                                                          \
		 "of each scenario so few cells that any N dimensions' values still all meet",     \
		 .min = 1,                                                                         \
		 .max = COVER_STRENGTH_MAX},                                                       \
		{"shard", OPTION_TEXT, offsetof(type, select.shard), "I/N|auto[/N]",               \
		 "only the I-th of N parts of the cells, from 1; auto: as Slurm or Kubernetes "    \
		 "says"},                                                                          \
		{"took", OPTION_TEXT, offsetof(type, select.took), "DURATION:RECORDS",             \
		 "only cells that took at most so long in this file, waits and all"},              \
	{                                                                                          \
		"failed", OPTION_TEXT, offsetof(type, select.failed), "RECORDS",                   \
			"only cells that failed, were errors or inconclusive, in this file"        \
	}

struct cell_list {
	const struct cell **of; /* borrowed from the suite; free the array */
	size_t n;
	struct shard shard; /* that the list is */
};

/* The cells in the suite's order. Errors: EINVAL a selector makes no sense or meets no cell, and
 * those of reading RECORDS. An empty shard, or nothing that failed or was quick
 * enough, is no error. */
int select_cells(const struct suite *suite, const struct selection *select, struct cell_list *ret,
		 struct err *err);
void cell_list_add(struct cell_list *list, const struct cell *cell);
/* The whole list N times over, so that a disturbance of a moment meets different cells. */
void cell_list_repeat(struct cell_list *list, int64_t times);
/* Leave so few cells of each scenario as cover_choose() has it, and its controls. A scenario's
 * cells are together. */
void cell_list_cover(struct cell_list *list, unsigned strength);
void cell_list_free(struct cell_list *list);
#define _cleanup_cell_list_ __attribute__((cleanup(cell_list_free)))

#endif
