/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf: what is read of 64-bit ELF files, each offset checked: a kernel, a module, a library. */
#ifndef AFTERCLOSE_IMAGE_ELF_H
#define AFTERCLOSE_IMAGE_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>

struct elf {
	const unsigned char *data; /* borrowed */
	size_t len;
	Elf64_Ehdr header;
};

/* Returns 0, or -ENOEXEC if these bytes are no ELF file of x86-64. */
int elf_open(const unsigned char *data, size_t len, struct elf *ret);

/* Where what is loaded to run ends in the file; debugging data comes behind it. */
size_t elf_loaded_len(const struct elf *elf);

/* Whether a note of this owner and type is there. */
bool elf_has_note(const struct elf *elf, const char *owner, Elf64_Word type);

/* A section's bytes; NULL if there is none of this name. */
const unsigned char *elf_section(const struct elf *elf, const char *name, size_t *ret_len);

#endif
