// SPDX-License-Identifier: GPL-2.0-or-later
/* image: what a guest boots: kernels and modules unpacked, files archived in the right order. */
#include "base/mem.h"
#include "base/text.h"
#include "image/bzimage.h"
#include "image/elf.h"
#include "image/initramfs.h"
#include "place.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <lz4.h>
#include <lzma.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <zlib.h>
#include <zstd.h>

#define PLAIN_LEN (9u * 1024 * 1024) /* more than one block of LZ4 */

/* Compresses well, and says where it is. */
static unsigned char *plain_make(void)
{
	unsigned char *plain = mem_zalloc(PLAIN_LEN);

	for (uint32_t i = 0; i < PLAIN_LEN; i += 64)
		memcpy(plain + i, &i, sizeof(i));
	return plain;
}

static size_t pack_gzip(const unsigned char *plain, unsigned char *out, size_t room)
{
	z_stream stream = {.next_in = (Bytef *)plain, .avail_in = PLAIN_LEN};

	deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	stream.next_out = out;
	stream.avail_out = room;
	deflate(&stream, Z_FINISH);
	deflateEnd(&stream);
	return stream.total_out;
}

static size_t pack_xz(const unsigned char *plain, unsigned char *out, size_t room)
{
	size_t len = 0;

	lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, plain, PLAIN_LEN, out, &len, room);
	return len;
}

static size_t pack_zstd(const unsigned char *plain, unsigned char *out, size_t room)
{
	return ZSTD_compress(out, room, plain, PLAIN_LEN, 1);
}

/* As the kernel's build does: with the unpacked size behind it. */
static size_t pack_lz4(const unsigned char *plain, unsigned char *out, size_t room)
{
	const uint32_t block = 8u * 1024 * 1024, all = PLAIN_LEN;
	size_t len = 4;

	memcpy(out, "\x02\x21\x4c\x18", 4);
	for (uint32_t at = 0; at < PLAIN_LEN; at += block) {
		uint32_t piece = PLAIN_LEN - at < block ? PLAIN_LEN - at : block;
		uint32_t packed = LZ4_compress_default((const char *)plain + at,
						       (char *)out + len + 4, piece, room - len);

		memcpy(out + len, &packed, sizeof(packed));
		len += 4 + packed;
	}
	memcpy(out + len, &all, sizeof(all));
	return len + sizeof(all);
}

typedef size_t pack_fn(const unsigned char *plain, unsigned char *out, size_t room);
static pack_fn *const packs[] = {pack_gzip, pack_xz, pack_zstd, pack_lz4};

Test(image, unpacks_whatever_kernels_are_packed_with)
{
	_cleanup_free_ unsigned char *plain = plain_make(), *packed = mem_zalloc(2 * PLAIN_LEN);

	for (size_t i = 0; i < ARRAY_SIZE(packs); i++) {
		_cleanup_bytes_ struct bytes got = {0};
		size_t len = packs[i](plain, packed, 2 * PLAIN_LEN);
		struct err err;

		cr_assert_eq(bytes_unpack(packed, len, &got, &err), 0, "%zu: %s", i, err.msg);
		cr_assert_eq(got.len, PLAIN_LEN, "%zu", i);
		cr_assert(!memcmp(got.data, plain, PLAIN_LEN), "%zu", i);
	}
}

Test(image, says_that_packed_data_is_broken)
{
	_cleanup_free_ unsigned char *plain = plain_make(), *packed = mem_zalloc(2 * PLAIN_LEN);
	struct bytes got;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(packs); i++) {
		size_t len = packs[i](plain, packed, 2 * PLAIN_LEN);

		cr_assert_eq(bytes_unpack(packed, len / 2, &got, &err), -EBADMSG, "%zu", i);
		cr_assert_null(got.data);
	}
	cr_assert_eq(bytes_unpack(plain, PLAIN_LEN, &got, &err), -EPROTONOSUPPORT);
}

/* An ELF file of one segment, one note, and a section .modinfo. */
struct fake_elf {
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	Elf64_Shdr sections[2];
	struct {
		Elf64_Nhdr head;
		char owner[4];
		uint32_t entry;
	} note;
	char names[16];
	char modinfo[128];
};

/* more: "key=value" beside the others, or "". */
static struct fake_elf elf_make(uint32_t note_type, const char *depends, const char *more)
{
	struct fake_elf elf = {
		.header = {.e_ident = ELFMAG, .e_machine = EM_X86_64, .e_phnum = 1, .e_shnum = 2},
		.segment = {.p_type = PT_NOTE,
			    .p_offset = offsetof(struct fake_elf, note),
			    .p_filesz = sizeof(elf.note)},
		.note = {{4, 4, note_type}, "Xen", 0x1000000},
		.names = "\0.modinfo",
	};

	elf.header.e_ident[EI_CLASS] = ELFCLASS64;
	elf.header.e_phoff = offsetof(struct fake_elf, segment);
	elf.header.e_shoff = offsetof(struct fake_elf, sections);
	elf.sections[0] = (Elf64_Shdr){.sh_type = SHT_STRTAB,
				       .sh_offset = offsetof(struct fake_elf, names),
				       .sh_size = sizeof(elf.names)};
	elf.sections[1] = (Elf64_Shdr){.sh_name = 1,
				       .sh_type = SHT_PROGBITS,
				       .sh_offset = offsetof(struct fake_elf, modinfo),
				       .sh_size = sizeof(elf.modinfo)};
	snprintf(elf.modinfo, sizeof(elf.modinfo), "license=GPL%c%s%cdepends=%s", 0, more, 0,
		 depends);
	return elf;
}

Test(image, knows_a_kernel_with_a_pvh_entry)
{
	struct fake_elf with = elf_make(18, "", ""), without = elf_make(6, "", "");

	cr_assert(vmlinux_has_pvh(&(struct bytes){(unsigned char *)&with, sizeof(with), 0}));
	cr_assert_not(vmlinux_has_pvh(&(struct bytes){(unsigned char *)&without, sizeof(with), 0}));
	with.segment.p_filesz = UINT64_MAX;
	cr_assert_not(vmlinux_has_pvh(&(struct bytes){(unsigned char *)&with, sizeof(with), 0}));
}

/* A bzImage with one sector of set-up behind the boot sector, and this payload. */
static size_t bzimage_make(unsigned char *out, const void *payload, uint32_t len)
{
	const uint32_t offset = 8;

	out[0x1f1] = 1;
	memcpy(out + 0x1fe, "\x55\xaa", 2);
	memcpy(out + 0x202, "HdrS\x0f\x02", 6);
	memcpy(out + 0x248, &offset, 4);
	memcpy(out + 0x24c, &len, 4);
	memcpy(out + 1024 + offset, payload, len);
	return 1024 + offset + len;
}

Test(image, finds_the_elf_kernel_in_a_bzimage)
{
	struct fake_elf kernel = elf_make(18, "", "");
	unsigned char packed[1024], image[4096] = {0};
	size_t len = ZSTD_compress(packed, sizeof(packed), &kernel, sizeof(kernel), 1);
	struct bytes file = {image, bzimage_make(image, packed, len), 0}, got;
	struct err err;

	cr_assert_eq(bzimage_unpack(&file, &got, &err), 0, "%s", err.msg);
	cr_assert_eq(got.len, sizeof(kernel));
	cr_assert(!memcmp(got.data, &kernel, sizeof(kernel)));
	bytes_free(&got);
	file.len--;
	cr_assert_eq(bzimage_unpack(&file, &got, &err), -ENOEXEC);
	file.len = bzimage_make(image, "no packing at all", 17);
	cr_assert_eq(bzimage_unpack(&file, &got, &err), -EPROTONOSUPPORT);
	file.data[0x206] = 7;
	cr_assert_eq(bzimage_unpack(&file, &got, &err), -EPROTONOSUPPORT);
	file.data[0x202] = 'h';
	cr_assert_eq(bzimage_unpack(&file, &got, &err), -ENOEXEC);
}

/* The archive's entries as "mode path", a line each, and of devices their numbers. */
static char *archive_list(const struct initramfs *initramfs)
{
	const char *at = initramfs->archive.data, *end = at + initramfs->archive.len;
	struct text out = {0};

	while (at < end) {
		unsigned field[13], head_len = 110;

		for (int i = 0; i < 13; i++) {
			char digits[9] = "";

			memcpy(digits, at + 6 + 8 * i, 8);
			field[i] = strtoul(digits, NULL, 16);
		}
		cr_assert(!memcmp(at, "070701", 6));
		text_add(&out, "%o %s", field[1], at + head_len);
		if (field[9] || field[10])
			text_add(&out, " %u:%u", field[9], field[10]);
		text_add(&out, "\n");
		at += (head_len + field[11] + 3) & ~3u;
		at += (field[6] + 3) & ~3u;
	}
	return text_take(&out);
}

Test(image, archives_files_below_their_directories)
{
	_cleanup_initramfs_ struct initramfs initramfs = {0};
	_cleanup_free_ char *list = NULL;

	initramfs_add_node(&initramfs, "/dev/console", S_IFCHR | 0600, makedev(5, 1));
	initramfs_add_file(&initramfs, "/lib/x86/libc.so.6", 0755, "abcde", 5);
	initramfs_add_file(&initramfs, "/lib/x86/libm.so.6", 0755, "", 0);
	initramfs_add_dir(&initramfs, "/lib");
	list = archive_list(&initramfs);
	cr_assert_str_eq(list, "40755 dev\n20600 dev/console 5:1\n40755 lib\n40755 lib/x86\n"
			       "100755 lib/x86/libc.so.6\n100755 lib/x86/libm.so.6\n");
}

static void module_write(const char *dir, const char *name, const char *depends, const char *more,
			 bool packed)
{
	struct fake_elf module = elf_make(0, depends, more);
	_cleanup_free_ char *path = mem_printf("%s/%s", dir, name);
	unsigned char xz[1024];
	size_t len = 0;
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	if (packed)
		lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (void *)&module, sizeof(module),
					xz, &len, sizeof(xz));
	if (packed)
		fwrite(xz, len, 1, file);
	else
		fwrite(&module, sizeof(module), 1, file);
	fclose(file);
}

Test(image, takes_modules_after_those_that_they_need)
{
	_cleanup_initramfs_ struct initramfs initramfs = {0};
	_cleanup_free_ char *list = NULL;
	char dir[] = "/tmp/afterclose-image.XXXXXX";
	struct err err;

	cr_assert_not_null(mkdtemp(dir));
	module_write(dir, "tcp_diag.ko.xz", "inet-diag,nowhere", "", true);
	module_write(dir, "inet-diag.ko", "", "", false);
	module_write(dir, "veth.ko", "tcp_diag,veth", "", false);
	module_write(dir, "unwanted.ko", "", "", false);
	module_write(dir, "veth.ko.md5", "", "", false);
	cr_assert_eq(initramfs_add_modules(&initramfs, dir, &err), 0, "%s", err.msg);
	list = archive_list(&initramfs);
	cr_assert_str_eq(list, "40755 modules\n100600 modules/000-inet-diag\n"
			       "100600 modules/001-tcp_diag\n100600 modules/002-veth\n");
	cr_assert_eq(system(mem_printf("rm -r %s", dir)), 0);
}

/* As in Debian's generic kernels: libcrc32c finds no algorithm when it is loaded first. */
Test(image, takes_modules_after_what_they_want_to_be_there)
{
	_cleanup_initramfs_ struct initramfs initramfs = {0};
	_cleanup_free_ char *list = NULL, *make = NULL, *remove = NULL;
	char dir[] = "/tmp/afterclose-image.XXXXXX";
	struct err err;

	cr_assert_not_null(mkdtemp(dir));
	make = mem_printf("mkdir -p %s/crypto %s/drivers/crypto", dir, dir);
	remove = mem_printf("rm -r %s", dir);
	cr_assert_eq(system(make), 0);
	module_write(dir, "veth.ko", "libcrc32c", "", false);
	module_write(dir, "libcrc32c.ko", "", "softdep=pre: crc32c post: later", false);
	module_write(dir, "later.ko", "", "", false);
	module_write(dir, "crypto/crc32c_generic.ko.xz", "crypto_hash", "alias=crypto-crc32c",
		     true);
	module_write(dir, "crypto/crypto_hash.ko", "", "alias=crypto-sha1", false);
	module_write(dir, "drivers/crypto/card.ko", "", "alias=crypto-crc32c", false);
	module_write(dir, "ifb.ko", "", "softdep=pre: nowhere other-one", false);
	module_write(dir, "other_one.ko", "", "softdep=pre: ifb", false);
	cr_assert_eq(initramfs_add_modules(&initramfs, dir, &err), 0, "%s", err.msg);
	list = archive_list(&initramfs);
	cr_assert_str_eq(list, "40755 modules\n100600 modules/000-crypto_hash\n"
			       "100600 modules/001-crc32c_generic\n100600 modules/002-libcrc32c\n"
			       "100600 modules/003-veth\n100600 modules/004-other_one\n"
			       "100600 modules/005-ifb\n");
	cr_assert_eq(system(remove), 0);
}
