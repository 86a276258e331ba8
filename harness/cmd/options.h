/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options: a command's row and its options' rows; they parse the command line and print the help.
 */
#ifndef AFTERCLOSE_CMD_OPTIONS_H
#define AFTERCLOSE_CMD_OPTIONS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Texts of the command line, borrowed; free only the array. */
struct texts {
	const char **of;
	size_t n;
};

enum option_kind {
	OPTION_FLAG,	 /* bool */
	OPTION_NUMBER,	 /* int64_t in min..max */
	OPTION_DURATION, /* int64_t ns, more than 0 */
	OPTION_TEXT,	 /* const char * */
	OPTION_WORD,	 /* const char *: one of those that `value` lists, as a|b|c */
	OPTION_TEXTS,	 /* struct texts: may be repeated */
};

struct option_row {
	const char *name; /* without its dashes */
	enum option_kind kind;
	size_t offset;	   /* of its member in the command's struct of arguments */
	const char *value; /* what stands for its value in the help; NULL for a flag */
	const char *what;
	int64_t min, max;
	char letter; /* -LETTER is the same; 0: there is none */
};

struct command {
	const char *name;
	const char *operands; /* as the help says them; NULL: none */
	size_t operands_min, operands_max;
	const char *what;
	const struct option_row *options; /* ends with a NULL name; NULL: none */
	const void *presets;		  /* of its struct of arguments; NULL: it has none */
	size_t args_size;
	/* Each returns the exit code. */
	int (*run)(void *args, const struct texts *operands);
	int (*words)(char **argv); /* in place of run: the words as they are, options and all */
	int (*exit_code)(char **argv, int code); /* what that becomes; NULL: itself */
};

#define COMMAND_ARGS(of) .presets = &(of), .args_size = sizeof(of)

/*
 * Read argv, what comes after the command's name, into a struct of arguments, which holds the
 * presets, and the operands. "--" ends the options. Errors: EINVAL says what was allowed. The
 * arrays are the caller's even then.
 */
int options_parse(const struct command *command, char **argv, void *ret_args,
		  struct texts *ret_operands, struct err *err);
/* The arrays of its OPTION_TEXTS. */
void options_free(const struct command *command, void *args);
/* Is it one of the words of "a|b|c"? */
bool word_is_one_of(const char *word, const char *words);

void options_help(const struct command *command, FILE *file);

void texts_add(struct texts *texts, const char *text);
void texts_add_all(struct texts *texts, const struct texts *more);
void texts_free(struct texts *texts);
#define _cleanup_texts_ __attribute__((cleanup(texts_free)))

#endif
