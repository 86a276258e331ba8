/* SPDX-License-Identifier: GPL-2.0-or-later */
/* with_ends: the programs of --with: whose end each takes, and where their outputs go. */
#ifndef AFTERCLOSE_CMD_WITH_ENDS_H
#define AFTERCLOSE_CMD_WITH_ENDS_H

#include "cmd/options.h"
#include "cmd/select.h"
#include "lab/lab.h"
#include "play/with.h"

struct with_ends {
	struct with programs[HOSTS_MAX];
	const struct with *of[HOSTS_MAX]; /* into programs; NULL: the stand-in */
};

#define DRAIN_SIGNALS "term|quit|int|hup|usr1|usr2"

/* Read them and find their programs. drain: one of DRAIN_SIGNALS, or NULL. Errors: EINVAL no such
 * end, or two programs for one; those of with_parse(). */
int with_ends_load(const struct texts *specs, const char *drain, struct with_ends *ret,
		   struct err *err);
void with_ends_free(struct with_ends *ends);
#define _cleanup_with_ends_ __attribute__((cleanup(with_ends_free)))

bool with_ends_any(const struct with_ends *ends); /* NULL: none */

/* Can they play in these cells: in scenarios whose steps say that a program may have that end?
 * Errors: EINVAL a scenario has no such end. */
int with_ends_check(const struct with_ends *ends, const struct cell_list *cells, struct err *err);

/* Put what a record's programs wrote into files beside the records (out: --out's file; NULL: none
 * are written), the n-th record's into a directory of its own. Errors: those of writing. */
int with_ends_keep(const char *out, size_t n, json_t *record, struct err *err);

#endif
