/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile: links by name. Their files, netem/profiles/NAME.yaml, are compiled into the program, so
 * that it knows them wherever it runs.
 */
#ifndef AFTERCLOSE_NETEM_PROFILE_H
#define AFTERCLOSE_NETEM_PROFILE_H

#include "netem/rule.h"

#define PROFILE_WHAT_MAX 160

/* Both directions of a link. */
struct netem_link {
	struct netem_rule up;	/* for frames towards the server */
	struct netem_rule down; /* for frames towards a client */
};

struct netem_profile {
	const char *name;
	char what[PROFILE_WHAT_MAX];
	struct netem_link link;
};

/* The compiled-in files, sorted by name. */
struct netem_profile_file {
	const char *name, *yaml;
};
extern const struct netem_profile_file netem_profile_files[];
extern const size_t netem_n_profile_files;

/* Errors: EINVAL says what of the file is wrong. */
int netem_profile_parse(const struct netem_profile_file *file, struct netem_profile *ret,
			struct err *err);

/* NULL: no profile has that name. */
const struct netem_profile_file *netem_profile_find(const char *name);

/* A profile's name, a rule for both directions, or "up RULE down RULE". Errors: EINVAL. */
int netem_link_parse(const char *text, struct netem_link *ret, struct err *err);

#endif
