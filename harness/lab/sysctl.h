/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: read and write /proc/sys of the network namespace that the caller is in. */
#ifndef AFTERCLOSE_LAB_SYSCTL_H
#define AFTERCLOSE_LAB_SYSCTL_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* name: "net.ipv4.tcp_tw_reuse" (dots or slashes). White space of a value is folded to one blank.
 * Errors: ENOENT this kernel has no such sysctl, EROFS /proc/sys is mounted read-only,
 * EINVAL the kernel refused the value, EIO it reads back otherwise than written. */
int sysctl_read(const char *name, char *ret_value, size_t size, struct err *err);
int sysctl_write(const char *name, const char *value, struct err *err); /* and reads it back */
bool sysctl_exists(const char *name);
bool sysctl_writable(const char *name); /* by the caller, here */

/*
 * A settings file: a sysctl.conf ("a.b = c", "-a.b=c" ignores errors, # and ; comments) or the
 * output of `sysctl -a`. Each line that is not blank or a comment becomes one entry.
 */
enum setting_status {
	SETTING_APPLIES,
	SETTING_ABSENT,	   /* this kernel has no such sysctl */
	SETTING_GLOBAL,	   /* not per network namespace: never applied */
	SETTING_UNRELATED, /* per namespace or not, nothing that the lab sets (vm.swappiness) */
	SETTING_MALFORMED,
};

struct setting {
	int line;
	char *name; /* dotted; NULL where malformed */
	char *value;
	enum setting_status status;
};

struct settings {
	char *file;
	struct setting *of;
	size_t n;
};

/* Errors: those of opening and reading; E2BIG over 1 MiB. Malformed lines are entries. */
int settings_load(const char *path, struct settings *ret, struct err *err);
const char *setting_status_text(const struct setting *setting); /* for a person */
void settings_free(struct settings *settings);

#endif
