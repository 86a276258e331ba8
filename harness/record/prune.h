/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prune: a record's line without its long lists, before it is parsed. */
#ifndef AFTERCLOSE_RECORD_PRUNE_H
#define AFTERCLOSE_RECORD_PRUNE_H

#include <stddef.h>

/*
 * Empty the lists of segments, of states and of times, in place; returns the new length. What is
 * not JSON stays not JSON, but what is wrong inside such a list goes unseen.
 */
size_t line_prune(char *line, size_t len);

/* The same of all that a cell yielded: what is left says which cell it was, and its verdict. */
size_t line_prune_bodies(char *line, size_t len);

#endif
