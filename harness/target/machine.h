/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine: a QEMU machine: which there are, what one is started with, and its process. */
#ifndef AFTERCLOSE_TARGET_MACHINE_H
#define AFTERCLOSE_TARGET_MACHINE_H

#include "base/err.h"
#include "target/guest.h"
#include "target/qmp.h"
#include "target/window.h"

/* By how fast they boot: microvm needs a kernel with a PVH entry and takes half the time. */
enum machine_type { MACHINE_MICROVM, MACHINE_Q35, N_MACHINE_TYPES };

struct machine {
	enum machine_type type;
	pid_t pid;
	int memory_fd;
	struct window *window; /* in its memory */
	struct qmp qmp;
};

/* What decides how a machine comes to wait for its first order: two of the same key are the same.
 * qemu is QEMU's path. */
uint64_t machine_key(const struct guest_boot *boot, const char *qemu);

/* QEMU's path, the caller's. Errors: ENOENT names the package. */
char *machine_find_qemu(struct err *err);

/*
 * Start a machine whose kernel boots, or one that waits for a snapshot to be restored (its memory
 * is empty then, and type says which it was). QEMU dies with its parent; what the kernel says goes
 * to console_fd.
 */
int machine_boot(const char *qemu, const struct guest_boot *boot, int console_fd,
		 struct machine *ret, struct err *err);
int machine_await(const char *qemu, enum machine_type type, int console_fd, struct machine *ret,
		  struct err *err);

/* What a person should know of it; NULL: nothing. */
const char *machine_remark(const struct machine *machine);

/* End QEMU, and forget its memory. */
void machine_kill(struct machine *machine);

/* Write and read what the machine is beside its memory. */
int machine_save(struct machine *machine, int fd, struct err *err);
int machine_load(struct machine *machine, int fd, struct err *err);

#endif
