/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * document: one YAML document as a tree of nodes with their places. It comes from a stranger, so
 * everything about it is bounded: bytes, depth, and nodes, where an alias counts as all that it
 * stands for. Tags, merge keys, several documents, duplicate keys, keys that are not plain text
 * and control characters are errors.
 */
#ifndef AFTERCLOSE_SCENARIO_DOCUMENT_H
#define AFTERCLOSE_SCENARIO_DOCUMENT_H

#include "scenario/scenario.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct place at;
	char *text;	     /* scalar */
	bool quoted;	     /* scalar: in quotes or a block, so that an empty one is meant */
	struct node **items; /* list and map */
	struct node **keys;  /* map: keys[i] belongs to items[i] */
	size_t n;
	size_t size;   /* how many nodes it stands for, itself included */
	size_t height; /* levels beneath it */
	char *anchor;
	bool open; /* its end has not been read yet */
};

struct document {
	struct node *root; /* NULL: nothing but blanks and comments */
	struct node **nodes;
	size_t n_nodes;
};

/* name: what an error calls the file. Errors: EINVAL not YAML, or what the head forbids; E2BIG. */
int document_parse(const char *name, const char *bytes, size_t len, struct document *ret,
		   struct err *err);
void document_free(struct document *document);

/* A map's value; NULL if it has no such key. */
const struct node *node_get(const struct node *map, const char *key);

#endif
