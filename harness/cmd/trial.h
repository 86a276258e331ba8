/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trial: two settings files on trial: what each changed line changes, alone and together. */
#ifndef AFTERCLOSE_CMD_TRIAL_H
#define AFTERCLOSE_CMD_TRIAL_H

#include "cmd/session.h"
#include "compare/compare.h"

enum compare_format { COMPARE_TEXT, COMPARE_MARKDOWN, COMPARE_HTML, COMPARE_JSON };

/* The arguments of `compare`. */
struct compare_args {
	const char *format, *accept;
	bool all;
	int64_t repeat;
	struct selection select;
	struct session_options session;
	enum compare_format shown_as;
	struct known *known; /* of --accept; NULL: none */
};

/* Plays the scenarios under both files and prints what differs. Returns the exit code. */
int trial_run(const struct compare_args *args, const struct texts *paths);

/* Print a comparison in the format that was asked for; show has a row a format but JSON. */
int compare_print(const json_t *comparison, const struct compare_args *args,
		  void (*const show[])(const json_t *, bool, struct text *));

#endif
