/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keeper: the process between the runner and one QEMU, which to the pool is the guest. */
#ifndef AFTERCLOSE_TARGET_KEEPER_H
#define AFTERCLOSE_TARGET_KEEPER_H

#include "target/guest.h"

/* Start a machine and carry what it and the runner say to each other, until either ends. What goes
 * wrong before QEMU runs is told with MESSAGE_UNABLE, later on the console. */
void keeper_main(const struct guest_boot *boot, const char *qemu, int fd, int console_fd)
	__attribute__((noreturn));

#endif
