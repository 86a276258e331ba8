/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load: what the parts of the loader share: a scenario in the making, and the checks of shape. */
#ifndef AFTERCLOSE_SCENARIO_LOAD_H
#define AFTERCLOSE_SCENARIO_LOAD_H

#include "scenario/document.h"
#include "scenario/expand.h"

#define LOAD_VALUE_MAX 300 /* bytes: a link's whole rule, each way */

struct load {
	struct scenario *scenario;
	struct err *err;
	size_t budget; /* of values put into texts; see expand_each() */
};

/* One key of a mapping, and what reads its value into `into`. */
struct key {
	const char *name;
	int (*load)(struct load *load, const struct node *value, void *into);
	bool required;
};

/* All keys are known, all required ones there; then each is loaded, in the table's order. */
int load_map(struct load *load, const struct node *node, const char *what, const struct key *keys,
	     size_t n_keys, void *into);

int load_need_map(struct load *load, const struct node *node, const char *what);
int load_need_list(struct load *load, const struct node *node, const char *what, size_t max);

/* One value on one line, at most max bytes. */
int load_line(struct load *load, const struct node *node, const char *what, size_t max, char **ret);

/* A value, or a list of at least one. */
int load_lines(struct load *load, const struct node *node, const char *what, size_t max_items,
	       char ***ret, size_t *ret_n);

/* Put FILE:LINE:COLUMN before an error that was found without knowing its place. */
int load_err_at(struct load *load, struct place at);

/* The parts. Each reads one top-level key. */
int load_vary(struct load *load, const struct node *node, void *into);
int load_set(struct load *load, const struct node *node, void *into);
int load_omit(struct load *load, const struct node *node, void *into);
int load_random(struct load *load, const struct node *node, void *into);
int load_play(struct load *load, const struct node *node, void *into);
int load_expect(struct load *load, const struct node *node, void *into);
int load_rfc(struct load *load, const struct node *node, void *into);
int load_control(struct load *load, const struct node *node, void *into);

/* `when`; dimensions_only: conditions on the kernel make no sense there. */
int load_when(struct load *load, const struct node *node, bool dimensions_only,
	      struct condition **ret, size_t *ret_n);

/* What the steps of a loaded play say of one another, with every value they can take. */
int check_play(struct load *load);
int check_raw(struct load *load); /* which steps may be about a raw peer */

#endif
