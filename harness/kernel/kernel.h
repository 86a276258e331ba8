/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel: the kernels that guests boot, by name, from the cache that `afterclose kernel` fills. */
#ifndef AFTERCLOSE_KERNEL_KERNEL_H
#define AFTERCLOSE_KERNEL_KERNEL_H

#include "base/err.h"

enum kernel_kind { KERNEL_UML, KERNEL_QEMU };

struct kernel {
	enum kernel_kind kind;
	char *name;	   /* "linux-6.12", "debian-6.1" */
	char *path;	   /* the UML binary, or vmlinuz */
	char *modules_dir; /* qemu: .../lib/modules/RELEASE, or NULL */
	char *gcov_dir;	   /* of the .gcno and .c files that it counts lines of, or NULL */
	char *id;	   /* hash of what it is */
	int fd;		   /* holds the cache's entry: it stays there until kernel_free() */
};

/*
 * Find a kernel by name, or with NULL the one that was added last, one that is instrumented only
 * where there is no other. What is found is checked to be
 * what was once put there. Errors: ENOENT says how to get one, or the nearest name; EBADMSG that
 * its files are not what they were.
 */
int kernel_find(enum kernel_kind kind, const char *name, struct kernel *ret, struct err *err);
void kernel_free(struct kernel *kernel);
#define _cleanup_kernel_ __attribute__((cleanup(kernel_free)))

const char *kernel_kind_name(enum kernel_kind kind); /* "uml", "qemu" */

#endif
