/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * with: a command line that takes an end's place, as `--with client='./app {server}:{port}'` gives
 * it. It is split into words as a shell would, and no shell sees it; one that is wanted is asked
 * for: sh -c '...'. It comes from the command line only, never from a scenario.
 */
#ifndef AFTERCLOSE_PLAY_WITH_H
#define AFTERCLOSE_PLAY_WITH_H

#include "base/err.h"

#include <jansson.h>
#include <stddef.h>

#define WITH_WORDS_MAX 256

/* Where a program's own files go: a tmpfs that only it sees, and that goes with it. */
#define WITH_TMP "/dev/shm"

struct with {
	char **words; /* {server} and the like are put in when the program starts */
	size_t n;
	char *path; /* of the program, absolute */
	char *directory;
	int drain; /* the signal that asks it to finish what is open */
};

/* Split, check the words in braces, and find the program. Errors: EINVAL how it is written, ENOENT
 * and EACCES no such program. with_free() even then. */
int with_parse(const char *text, struct with *ret, struct err *err);
void with_free(struct with *with);

/* What stands for each word in braces where the program runs. */
struct with_values {
	const char *server, *client, *family;
	unsigned port, port2; /* port2: of the load's `or`; 0: none */
};

/* One word with its braces filled; behind {server} and {client} a colon makes an IPv6 address get
 * its brackets. The caller frees. */
char *with_expand(const char *word, const struct with_values *values);

/* Its way into a guest. NULL: a word that is not UTF-8, which with_parse() refuses. */
json_t *with_encode(const struct with *with);
void with_decode(const json_t *object, struct with *ret);

#endif
