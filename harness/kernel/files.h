/* SPDX-License-Identifier: GPL-2.0-or-later */
/* files: whole files and whole directories: read, write, copy, hash, remove. */
#ifndef AFTERCLOSE_KERNEL_FILES_H
#define AFTERCLOSE_KERNEL_FILES_H

#include "base/err.h"
#include "base/text.h"

#include <dirent.h>
#include <stdint.h>

/* Make a directory and those above it; 0 too if it is there. */
int files_mkdir(const char *path, struct err *err);

/* The whole file, added to a text. */
int files_read(const char *path, struct text *ret, struct err *err);

/* Make the file hold this. One that does already keeps its time; a symbolic link in its place goes.
 */
int files_write(const char *path, const char *bytes, size_t len, struct err *err);

/* What it holds is on the disk. */
int files_sync(const char *path, struct err *err);

/* A copy with the mode, in the same file system or another. */
int files_copy(const char *from, const char *to, struct err *err);

/* Go on with a hash over a file's bytes, and count them. */
int files_hash(const char *path, uint64_t *hash, uint64_t *size, struct err *err);

/* Go on with a hash over the names and sizes of a directory's files, in the order of their names,
 * and count their bytes. A directory that is not there is empty. */
int files_hash_tree(const char *path, uint64_t *hash, uint64_t *size, struct err *err);

/* The same over the bytes of its files, which are not counted. */
int files_hash_bytes(const char *path, uint64_t *hash, struct err *err);

/* DT_DIR, DT_LNK and so on: what an entry of dir is, itself. Not all file systems say so in d_type:
 * of those the file is asked. DT_UNKNOWN: that failed, errno says why. */
unsigned char files_type(DIR *dir, const struct dirent *file);

/* Remove a directory with what is in it, read-only directories as well, or a file; 0 too if it is
 * not there. */
int files_remove(const char *path, struct err *err);

#endif
