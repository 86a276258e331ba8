/* SPDX-License-Identifier: GPL-2.0-or-later */
/* initramfs: a guest's files as an archive in memory, in the format that kernels unpack at boot. */
#ifndef AFTERCLOSE_IMAGE_INITRAMFS_H
#define AFTERCLOSE_IMAGE_INITRAMFS_H

#include "base/err.h"
#include "base/text.h"
#include "image/bytes.h"

#include <sys/types.h>

/* The newc format of cpio (the kernel's Documentation/driver-api/early-userspace/
 * buffer-format.rst). Zero-initialised is empty. Directories above an entry are made with it. */
struct initramfs {
	struct text archive;
	char **dirs; /* those that are there */
	size_t n_dirs;
	unsigned n_entries;
};

void initramfs_add_file(struct initramfs *initramfs, const char *path, mode_t mode,
			const void *data, size_t len);
void initramfs_add_node(struct initramfs *initramfs, const char *path, mode_t mode, dev_t device);
void initramfs_add_dir(struct initramfs *initramfs, const char *path);

/* End the archive. Returns a descriptor of memory that holds it, or -errno. */
int initramfs_write(struct initramfs *initramfs, struct err *err);
void initramfs_free(struct initramfs *initramfs);
#define _cleanup_initramfs_ __attribute__((cleanup(initramfs_free)))

/*
 * The program as process 1, with the libraries that are loaded into it now: as /init, so that the
 * kernel starts it, and the libraries in /lib (LD_LIBRARY_PATH=/lib).
 */
int initramfs_add_program(struct initramfs *initramfs, const char *program, struct err *err);

/* The kernel's modules that scenarios need, with those that they need themselves, as
 * /modules/NN-NAME in the order in which they can be loaded. What is not there is left out. */
int initramfs_add_modules(struct initramfs *initramfs, const char *modules_dir, struct err *err);

/* In the guest: load what initramfs_add_modules() put there. ret_refused gets "NNN-NAME: why", for
 * people, of each that the kernel does not take. */
int initramfs_load_modules(struct text *ret_refused, struct err *err);

#endif
