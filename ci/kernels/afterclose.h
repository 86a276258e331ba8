/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * afterclose: what a User-Mode Linux guest and its kernel agree on. The kernel's driver and the
 * guest's side of the runner include this one file.
 *
 * /dev/afterclose is the host's descriptor that the kernel's command line names (afterclose.fd=N).
 * read() and write() go to it at once and block the whole kernel, so that no virtual time passes
 * while a guest waits for an order; read() returns 0 at its end. One process may have it open.
 *
 * afterclose.seed=N on the command line is the seed of everything that this kernel draws at random
 * from its first moment on, above all of the secrets that it draws once and keeps.
 */
#ifndef AFTERCLOSE_KERNELS_AFTERCLOSE_H
#define AFTERCLOSE_KERNELS_AFTERCLOSE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define AFTERCLOSE_DEVICE "afterclose"

/* Start the kernel's random stream again, from this seed: what is drawn from here on does not
 * depend on what ran before. From the first time on, reading the clock takes no virtual time. */
#define AFTERCLOSE_RESEED _IOW('A', 1, __u64)

#endif
