/* SPDX-License-Identifier: GPL-2.0-or-later */
/* from_memory: bytes as a file, for what is read by path. */
#ifndef AFTERCLOSE_TESTS_FUZZ_FROM_MEMORY_H
#define AFTERCLOSE_TESTS_FUZZ_FROM_MEMORY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Returns the descriptor to close, and the path that names it. */
static inline int file_from_memory(const uint8_t *data, size_t size, char path[32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	lseek(fd, 0, SEEK_SET);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
