/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * settings: a sysctl.conf, a directory of drop-ins, or the output of `sysctl -a`, read line by
 * line. Each line that is not blank or a comment becomes an entry; one with a pattern
 * ("net.ipv4.tcp_tw_*", sysctl.d(5)) an entry for each of our knobs that it meets.
 */
#ifndef AFTERCLOSE_LAB_SETTINGS_H
#define AFTERCLOSE_LAB_SETTINGS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define SETTINGS_FILES_MAX 1024

enum setting_status {
	SETTING_APPLIES,
	SETTING_ABSENT,	     /* this kernel has no such sysctl */
	SETTING_GLOBAL,	     /* not per network namespace: never applied */
	SETTING_UNRELATED,   /* per namespace or not, nothing that the lab sets (vm.swappiness) */
	SETTING_EXCLUDES,    /* "-NAME" and no value: patterns leave that name alone */
	SETTING_UNPRINTABLE, /* its value holds what no sysctl of ours takes */
	SETTING_REFUSED,     /* the kernel does not take its value */
	SETTING_PATTERN,     /* of more stars than are tried */
	SETTING_MALFORMED,
};

struct setting {
	int line;
	char *name;  /* dotted; NULL where malformed */
	char *value; /* NULL where there is none */
	enum setting_status status;
	const char *file; /* the settings' own; NULL: that of the whole */
	bool optional;	  /* "-": an error in setting it is passed over */
	bool pattern;	  /* its line names more than one */
	bool over;	  /* stands in place of what a cell's dimension sets, too */
	size_t by;	  /* 0: it holds; else, from 1, the entry that holds in its place */
};

struct settings_file {
	char *path;
	size_t hidden_by; /* 0: read; else, from 1, the file of the same name that is read */
	char *unread;	  /* NULL; or why it, a missing or an empty directory was passed over */
};

struct settings {
	char *file; /* what the whole is called */
	struct setting *of;
	size_t n;
	struct settings_file *files;
	size_t n_files;
};

/*
 * Read files and directories as systemd-sysctl and `sysctl --system` do: all *.conf of all
 * directories by their names, the earlier directory's where two have one name, and then the files,
 * in the order given. The last line of a name holds; a pattern gives way to a line with the name.
 * What cannot be opened, and a directory without *.conf, is passed over where another file is read.
 * Errors: those of opening and reading; E2BIG a file over 1 MiB,
 * or more than SETTINGS_FILES_MAX of them, 200,000 settings, or 1000 patterns in a file; EINVAL a
 * name that is not UTF-8.
 * Malformed lines are entries. ret is to be freed in any case.
 */
int settings_load_all(const char *const *paths, size_t n, struct settings *ret, struct err *err);
int settings_load(const char *path, struct settings *ret, struct err *err); /* one of them */

/* What becomes of a setting on the kernel that runs, until it is known which one plays; value: NULL
 * where there is none. */
enum setting_status setting_status(const char *name, const char *value);

/* Is it of a sysctl that labs set, whether the kernel has it or not? */
bool setting_of_labs(const struct setting *setting);

/* Is it one of the device that a host has, there once that is? */
bool setting_of_device(const char *name);

/* Write those that apply and hold, of the host's device or the others, in the namespace that this
 * thread is in. Errors: the kernel's, as FILE:LINE. */
int settings_apply(const struct settings *settings, bool of_device, struct err *err);

/* Will a host of a lab have this sysctl? */
bool setting_exists(const char *name);

/* The entry of this name that holds; NULL: none. */
const struct setting *settings_find(const struct settings *settings, const char *name);

const char *setting_file(const struct settings *settings, const struct setting *setting);
const char *setting_status_text(const struct setting *setting); /* for a person */
void settings_free(struct settings *settings);

#endif
