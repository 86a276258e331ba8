// SPDX-License-Identifier: GPL-2.0-or-later
/* bzimage: owns how the ELF kernel is found in the file that a boot loader starts. */
#include "image/bzimage.h"

#include "base/mem.h"
#include "image/elf.h"

#include <errno.h>
#include <string.h>

#define SETUP_SECTORS		 0x1f1
#define SETUP_BOOT_FLAG		 0x1fe
#define SETUP_MAGIC		 0x202
#define SETUP_VERSION		 0x206
#define SETUP_PAYLOAD_OFFSET	 0x248
#define SETUP_PAYLOAD_LEN	 0x24c
#define SETUP_END		 0x250
#define VERSION_WITH_PAYLOAD	 0x208
#define SECTOR_SIZE		 512
#define XEN_ELFNOTE_PHYS32_ENTRY 18

static uint32_t image_u32(const struct bytes *image, size_t at)
{
	uint32_t value;

	memcpy(&value, image->data + at, sizeof(value));
	return value;
}

static uint16_t image_u16(const struct bytes *image, size_t at)
{
	return image_u32(image, at);
}

int bzimage_unpack(const struct bytes *image, struct bytes *ret, struct err *err)
{
	size_t sectors, offset, len;
	struct elf elf;

	*ret = (struct bytes){0};
	if (!elf_open(image->data, image->len, &elf)) {
		*ret = (struct bytes){mem_zalloc(image->len), image->len, 0};
		memcpy(ret->data, image->data, image->len);
		return 0;
	}
	if (image->len < SETUP_END || image_u16(image, SETUP_BOOT_FLAG) != 0xaa55 ||
	    memcmp(image->data + SETUP_MAGIC, "HdrS", 4))
		return err_set(err, ENOEXEC, "neither a bzImage nor an ELF kernel of x86-64");
	if (image_u16(image, SETUP_VERSION) < VERSION_WITH_PAYLOAD)
		return err_set(err, EPROTONOSUPPORT,
			       "a bzImage that does not say where its kernel is");
	sectors = image->data[SETUP_SECTORS] ? image->data[SETUP_SECTORS] : 4;
	offset = (sectors + 1) * SECTOR_SIZE + image_u32(image, SETUP_PAYLOAD_OFFSET);
	len = image_u32(image, SETUP_PAYLOAD_LEN);
	if (offset > image->len || len > image->len - offset)
		return err_set(err, ENOEXEC, "a bzImage that ends before its kernel does");
	if (bytes_unpack(image->data + offset, len, ret, err) < 0)
		return -err->code;
	if (!elf_open(ret->data, ret->len, &elf))
		return 0;
	bytes_free(ret);
	return err_set(err, ENOEXEC, "a bzImage of something that is no ELF kernel of x86-64");
}

bool vmlinux_has_pvh(const struct bytes *vmlinux)
{
	struct elf elf;

	return !elf_open(vmlinux->data, vmlinux->len, &elf) &&
	       elf_has_note(&elf, "Xen", XEN_ELFNOTE_PHYS32_ENTRY);
}
