/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl: read and write /proc/sys of the network namespace that the caller is in. */
#ifndef AFTERCLOSE_LAB_SYSCTL_H
#define AFTERCLOSE_LAB_SYSCTL_H

#include "base/err.h"
#include "lab/settings.h"

#include <stdbool.h>
#include <stddef.h>

/* name: "net.ipv4.tcp_tw_reuse" (dots or slashes). White space of a value is folded to one blank.
 * Errors: ENOENT this kernel has no such sysctl, EROFS /proc/sys is mounted read-only,
 * EINVAL the kernel refused the value, EIO it reads back otherwise than written. */
int sysctl_read(const char *name, char *ret_value, size_t size, struct err *err);
int sysctl_write(const char *name, const char *value, struct err *err); /* and reads it back */
/* As sysctl(8) sets it: what the kernel makes of the value holds ("0x8", "30 # seconds"). Errors:
 * as above, and EINVAL whatever it has against it. */
int sysctl_take(const char *name, const char *value, struct err *err);
bool sysctl_exists(const char *name);
bool sysctl_writable(const char *name); /* by the caller, here */

#endif
