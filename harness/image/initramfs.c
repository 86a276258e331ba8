// SPDX-License-Identifier: GPL-2.0-or-later
/* initramfs: owns the archive's format, and what a program needs to run in it. */
#include "image/initramfs.h"

#include "base/mem.h"
#include "image/elf.h"

#include <errno.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Names and data both begin at a multiple of 4. */
static void archive_pad(struct text *archive)
{
	text_addn(archive, "\0\0\0", -archive->len & 3);
}

static void initramfs_add(struct initramfs *initramfs, const char *path, mode_t mode, dev_t device,
			  const void *data, size_t len)
{
	text_add(&initramfs->archive,
		 "070701%08X%08X%08X%08X%08X%08X%08zX%08X%08X%08X%08X%08zX%08X",
		 initramfs->n_entries++, mode, 0, 0, 1, 0, len, 0, 0, major(device), minor(device),
		 strlen(path) + 1, 0);
	text_addn(&initramfs->archive, path, strlen(path) + 1);
	archive_pad(&initramfs->archive);
	text_addn(&initramfs->archive, data, len);
	archive_pad(&initramfs->archive);
}

/* Paths are written without the slash that they begin with. */
static const char *path_inside(const char *path)
{
	return path + strspn(path, "/");
}

void initramfs_add_dir(struct initramfs *initramfs, const char *path)
{
	path = path_inside(path);
	for (size_t len = 1; len <= strlen(path); len++) {
		size_t i = 0;

		if (path[len] && path[len] != '/')
			continue;
		while (i < initramfs->n_dirs &&
		       (strlen(initramfs->dirs[i]) != len || memcmp(initramfs->dirs[i], path, len)))
			i++;
		if (i < initramfs->n_dirs)
			continue;
		initramfs->dirs = mem_resize(initramfs->dirs, i + 1, sizeof(*initramfs->dirs));
		initramfs->dirs[initramfs->n_dirs++] = mem_strndup(path, len);
		initramfs_add(initramfs, initramfs->dirs[i], S_IFDIR | 0755, 0, "", 0);
	}
}

static void initramfs_add_parent(struct initramfs *initramfs, const char *path)
{
	const char *end = strrchr(path, '/');
	_cleanup_free_ char *parent = end ? mem_strndup(path, end - path) : NULL;

	if (parent)
		initramfs_add_dir(initramfs, parent);
}

void initramfs_add_file(struct initramfs *initramfs, const char *path, mode_t mode,
			const void *data, size_t len)
{
	initramfs_add_parent(initramfs, path_inside(path));
	initramfs_add(initramfs, path_inside(path), S_IFREG | mode, 0, data, len);
}

void initramfs_add_node(struct initramfs *initramfs, const char *path, mode_t mode, dev_t device)
{
	initramfs_add_parent(initramfs, path_inside(path));
	initramfs_add(initramfs, path_inside(path), mode, device, "", 0);
}

int initramfs_write(struct initramfs *initramfs, struct err *err)
{
	initramfs_add(initramfs, "TRAILER!!!", 0, 0, "", 0);
	return bytes_to_memory(initramfs->archive.data, initramfs->archive.len, err);
}

void initramfs_free(struct initramfs *initramfs)
{
	for (size_t i = 0; i < initramfs->n_dirs; i++)
		free(initramfs->dirs[i]);
	free(initramfs->dirs);
	text_free(&initramfs->archive);
	*initramfs = (struct initramfs){0};
}

struct library_walk {
	struct initramfs *initramfs;
	int ret;
	struct err *err;
};

/* Of a file that is run only the part that is loaded. */
static int initramfs_add_loaded(struct initramfs *initramfs, const char *from, const char *to,
				struct err *err)
{
	_cleanup_bytes_ struct bytes file = {0};
	struct elf elf;

	if (bytes_map(from, &file, err) < 0)
		return -err->code;
	if (elf_open(file.data, file.len, &elf) < 0)
		return err_set(err, ENOEXEC, "%s is no ELF file of x86-64", from);
	initramfs_add_file(initramfs, to, 0755, file.data, elf_loaded_len(&elf));
	return 0;
}

/* The interpreter's path is written in the program; all other libraries go where the variable
 * LD_LIBRARY_PATH says, wherever this machine has them. */
static int library_add(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct library_walk *walk = ctx;
	const char *name = strrchr(info->dlpi_name, '/');
	_cleanup_free_ char *to = NULL;

	(void)size;
	if (!name)
		return 0; /* the program itself, and the kernel's vdso */
	to = strstr(name, "/ld-linux") ? mem_strdup(info->dlpi_name) : mem_printf("/lib%s", name);
	walk->ret = initramfs_add_loaded(walk->initramfs, info->dlpi_name, to, walk->err);
	return walk->ret;
}

int initramfs_add_program(struct initramfs *initramfs, const char *program, struct err *err)
{
	struct library_walk walk = {.initramfs = initramfs, .err = err};

	if (initramfs_add_loaded(initramfs, program, "/init", err) < 0)
		return -err->code;
	dl_iterate_phdr(library_add, &walk);
	return walk.ret;
}
