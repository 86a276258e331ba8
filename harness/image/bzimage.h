/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bzimage: the ELF kernel inside the file that a boot loader starts. */
#ifndef AFTERCLOSE_IMAGE_BZIMAGE_H
#define AFTERCLOSE_IMAGE_BZIMAGE_H

#include "image/bytes.h"

#include <stdbool.h>

/*
 * Unpack the vmlinux of a bzImage (the kernel's Documentation/arch/x86/boot.rst: payload_offset,
 * payload_length). A file that is an ELF kernel already is copied. Errors: ENOEXEC where it is
 * neither, or cut short; those of bytes_unpack(), EPROTONOSUPPORT for a header of before 2.6.24
 * too.
 */
int bzimage_unpack(const struct bytes *image, struct bytes *ret, struct err *err);

/* Whether this ELF kernel can be entered without a boot loader (XEN_ELFNOTE_PHYS32_ENTRY, since
 * Linux 4.20 with CONFIG_PVH). */
bool vmlinux_has_pvh(const struct bytes *vmlinux);

#endif
