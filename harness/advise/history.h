/* SPDX-License-Identifier: GPL-2.0-or-later */
/* history: since when kernels have a sysctl, until when, and since when one a network namespace. */
#ifndef AFTERCLOSE_ADVISE_HISTORY_H
#define AFTERCLOSE_ADVISE_HISTORY_H

#include <jansson.h>

struct history {
	const char *name;	/* "net.ipv4.tcp_tw_reuse" */
	const char *since;	/* a kernel's version; NULL: before 2.6.12, where git begins */
	const char *until;	/* the first version without it; NULL: it is there */
	const char *namespaced; /* the first version with one a namespace; NULL: never */
	const char *defaults;	/* what changed of its preset or meaning; NULL: nothing known */
	const char *source;	/* the commit or document that says so */
	const char *seen;	/* what kernels' own tables say, as far as they were at hand */
};

const struct history *history_find(const char *name); /* NULL: not in the table */

/* {"since", "until", "namespaced", "defaults", "source", "seen"}, without what is NULL; where the
 * table has nothing, what lab/knob.h says: {"remark"}. New reference. */
json_t *history_json(const char *name);

/* "since 6.14; one a network namespace from the beginning". The caller frees. */
char *history_words(const json_t *history);

#endif
