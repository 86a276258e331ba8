/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bytes: a file or what was unpacked from one, whole in memory. */
#ifndef AFTERCLOSE_IMAGE_BYTES_H
#define AFTERCLOSE_IMAGE_BYTES_H

#include "base/err.h"

#include <stddef.h>

struct bytes {
	unsigned char *data;
	size_t len;
	size_t mapped; /* so much of a file is mapped here; 0: the bytes were allocated */
};

int bytes_map(const char *path, struct bytes *ret, struct err *err);
void bytes_free(struct bytes *bytes);
#define _cleanup_bytes_ __attribute__((cleanup(bytes_free)))

/* A descriptor of memory (memfd) that holds them, or -errno. */
int bytes_to_memory(const void *data, size_t len, struct err *err);

/*
 * Unpack one stream of gzip, xz, lzma, zstd or the LZ4 of the kernel's build; what comes behind it
 * is ignored. Errors: EPROTONOSUPPORT where it begins like none of these, EBADMSG where it is
 * broken, EFBIG beyond UNPACKED_MAX.
 */
#define UNPACKED_MAX ((size_t)512 * 1024 * 1024)
int bytes_unpack(const unsigned char *data, size_t len, struct bytes *ret, struct err *err);

#endif
