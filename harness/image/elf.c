// SPDX-License-Identifier: GPL-2.0-or-later
/* elf: owns how the few things that a guest's boot needs are found in ELF files. */
#include "image/elf.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

/* A piece of the file, or NULL if it lies outside. */
static const unsigned char *elf_at(const struct elf *elf, uint64_t offset, uint64_t len)
{
	if (offset > elf->len || len > elf->len - offset)
		return NULL;
	return elf->data + offset;
}

int elf_open(const unsigned char *data, size_t len, struct elf *ret)
{
	*ret = (struct elf){data, len};
	if (len < sizeof(ret->header))
		return -ENOEXEC;
	memcpy(&ret->header, data, sizeof(ret->header));
	if (memcmp(ret->header.e_ident, ELFMAG, SELFMAG) ||
	    ret->header.e_ident[EI_CLASS] != ELFCLASS64 || ret->header.e_machine != EM_X86_64)
		return -ENOEXEC;
	return 0;
}

static bool elf_segment(const struct elf *elf, unsigned i, Elf64_Phdr *ret)
{
	const unsigned char *at;

	if (i >= elf->header.e_phnum)
		return false;
	at = elf_at(elf, elf->header.e_phoff + (uint64_t)i * sizeof(*ret), sizeof(*ret));
	if (at)
		memcpy(ret, at, sizeof(*ret));
	return at;
}

size_t elf_loaded_len(const struct elf *elf)
{
	size_t end = sizeof(elf->header);
	Elf64_Phdr segment;

	for (unsigned i = 0; elf_segment(elf, i, &segment); i++) {
		if (elf_at(elf, segment.p_offset, segment.p_filesz) &&
		    segment.p_offset + segment.p_filesz > end)
			end = segment.p_offset + segment.p_filesz;
	}
	return end;
}

static uint64_t note_align(uint64_t len)
{
	return (len + 3) & ~(uint64_t)3;
}

static bool notes_have(const unsigned char *at, size_t len, const char *owner, Elf64_Word type)
{
	while (len >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		uint64_t size;

		memcpy(&note, at, sizeof(note));
		size = sizeof(note) + note_align(note.n_namesz) + note_align(note.n_descsz);
		if (size > len)
			return false;
		if (note.n_type == type && note.n_namesz == strlen(owner) + 1 &&
		    !memcmp(at + sizeof(note), owner, note.n_namesz))
			return true;
		at += size;
		len -= size;
	}
	return false;
}

bool elf_has_note(const struct elf *elf, const char *owner, Elf64_Word type)
{
	Elf64_Phdr segment;

	for (unsigned i = 0; elf_segment(elf, i, &segment); i++) {
		const unsigned char *at = elf_at(elf, segment.p_offset, segment.p_filesz);

		if (segment.p_type == PT_NOTE && at &&
		    notes_have(at, segment.p_filesz, owner, type))
			return true;
	}
	return false;
}

static bool elf_section_header(const struct elf *elf, unsigned i, Elf64_Shdr *ret)
{
	const unsigned char *at;

	if (i >= elf->header.e_shnum)
		return false;
	at = elf_at(elf, elf->header.e_shoff + (uint64_t)i * sizeof(*ret), sizeof(*ret));
	if (at)
		memcpy(ret, at, sizeof(*ret));
	return at;
}

const unsigned char *elf_section(const struct elf *elf, const char *name, size_t *ret_len)
{
	size_t name_size = strlen(name) + 1;
	Elf64_Shdr names, section;

	if (!elf_section_header(elf, elf->header.e_shstrndx, &names))
		return NULL;
	for (unsigned i = 0; elf_section_header(elf, i, &section); i++) {
		const unsigned char *its_name =
			elf_at(elf, names.sh_offset + section.sh_name, name_size);

		if (section.sh_type == SHT_NOBITS || !its_name || memcmp(its_name, name, name_size))
			continue;
		*ret_len = section.sh_size;
		return elf_at(elf, section.sh_offset, section.sh_size);
	}
	return NULL;
}
