/* SPDX-License-Identifier: GPL-2.0-or-later */
/* image: kernels that somebody else built: what they are, and how they come into the cache. */
#ifndef AFTERCLOSE_KERNEL_IMAGE_H
#define AFTERCLOSE_KERNEL_IMAGE_H

#include "base/err.h"
#include "kernel/cache.h"

/* The release that a bzImage's header tells: "6.1.0-56-cloud-amd64". EINVAL: it is no bzImage. */
int image_release(const char *vmlinuz, char **ret, struct err *err);

/* Copy a User-Mode Linux binary into the cache; it has to be one with our device. */
int image_add_uml(struct cache *cache, const char *binary, const char *name, struct err *err);

/*
 * Copy a bzImage, which is tried to be unpacked, into the cache, and modules_dir (.../RELEASE, or
 * NULL) as lib/modules/RELEASE. `from` says where they came from; NULL: the paths.
 */
int image_add_qemu(struct cache *cache, const char *vmlinuz, const char *modules_dir,
		   const char *name, const char *from, struct err *err);

#endif
