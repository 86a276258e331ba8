/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest: a kernel of its own with one worker in it, as process 1 of which the same program runs.
 *
 * The runner's side is a row of functions for each kind of guest (uml, qemu). A guest is a process
 * of the runner's with a channel (target/channel.h): spawn() starts it and returns at once, unless
 * it has to wait for the machine (a snapshot). What runs inside is guest_main().
 *
 *   runner                                     guest
 *   spawn()                                    boots, opens its bench, probes its features
 *                                       <----  MESSAGE_BOOTED (here a snapshot may be taken)
 *   MESSAGE_TASK                        ---->  builds one lab with the baseline
 *                                       <----  MESSAGE_OPENED with its kernel line, or _UNABLE
 *   MESSAGE_SCENARIO (once each),
 *   _BASELINE (if another), _CELL, _PLAY ---->  starts on a boundary of its clock, plays
 *                                       <----  MESSAGE_RECORD
 *   SIGKILL to the process                     is gone, with everything it had
 *
 * A task and an order may be sent before the guest has booted; they wait in the channel.
 */
#ifndef AFTERCLOSE_TARGET_GUEST_H
#define AFTERCLOSE_TARGET_GUEST_H

#include "base/err.h"
#include "kernel/kernel.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a guest is started with. */
struct guest_boot {
	const struct kernel *kernel;
	const char *program; /* this program's own file */
	uint64_t seed;	     /* of the kernel's randomness from its first draw on */
	unsigned nth;	     /* the processor it stays on, counted round */
};

/* A guest that was started. */
struct guest_process {
	pid_t pid; /* a child of the runner. SIGKILL to it ends the guest and leaves nothing; it
		    * dies with the runner; where the guest ends by itself, so does it. */
	int fd;	   /* the channel: a stream socket, close-on-exec */
	int console_fd; /* a pipe or socket of what the kernel says; its last lines go into an
			 * obituary */
	void *own;	/* of its kind; goes with close() */
};

struct guest_kind {
	const char *name; /* "uml": the first part of --target */
	enum kernel_kind kernels;
	bool exact; /* its times repeat to the microsecond, so they belong to the canonical part */

	/* Errors: what this machine lacks to run it, in one line with the remedy. Nothing is left
	 * then. */
	int (*spawn)(const struct guest_boot *boot, struct guest_process *ret, struct err *err);

	/* An order is about to be sent; its record has come. A machine whose clock would run away
	 * while nobody asks anything of it stands still in between. NULL: it stands still of its
	 * own. Errors are found when the guest does not answer. */
	void (*resume)(struct guest_process *guest);
	void (*pause)(struct guest_process *guest);

	/* The process was reaped: free what is its own. NULL: nothing. The pool closes fd and
	 * console_fd. */
	void (*close)(struct guest_process *guest);
};

extern const struct guest_kind guest_uml, guest_qemu;

/*
 * The guest's side: main() calls it where this program is process 1 and its only argument is
 * "guest". Ends with the machine.
 */
void guest_main(void) __attribute__((noreturn));

/* How a guest of one kind reaches the runner, and where it draws its chance from; tried in order.
 */
struct guest_link {
	const char *name;
	int (*open)(int *ret_fd, struct err *err); /* ENOENT: not in a guest of this kind */
	void (*reseed)(int fd, uint64_t seed);	   /* NULL: its randomness is the kernel's own */
	int reboot_how;				   /* what ends the machine: RB_POWER_OFF, ... */
};

extern const struct guest_link guest_link_uml, guest_link_qemu;

#endif
