// SPDX-License-Identifier: GPL-2.0-or-later
/* image: owns what is read from a kernel's image, and its way into the cache. */
#include "kernel/image.h"

#include "base/mem.h"
#include "image/bzimage.h"
#include "kernel/files.h"
#include "kernel/naming.h"
#include "kernel/program.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

/* The header of a bzImage (Documentation/arch/x86/boot.rst). */
#define BOOT_MAGIC_AT	0x202
#define BOOT_MAGIC	"HdrS"
#define BOOT_VERSION_AT 0x20e
#define BOOT_SETUP_SIZE 0x200

/* What a User-Mode Linux kernel that `kernel build` made has in it. So has this program. */
static const char our_mark[] = "afterclose.seed";

/* What one has in it that was built with --gcov or --debug: the counters' files, lockdep's words.
 */
static const struct {
	const char *mark, *how;
} instruments[] = {
	{".gcda", ", gcov"},
	{"possible recursive locking detected", ", debug"},
};

/* A device or a FIFO would be read for ever. */
static int is_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st))
		return err_sys(err, "%s", path);
	return S_ISREG(st.st_mode) ? 0 : err_set(err, EINVAL, "%s is no regular file", path);
}

int image_release(const char *vmlinuz, char **ret, struct err *err)
{
	_cleanup_text_ struct text image = {0};
	const unsigned char *at;
	const char *version;
	size_t offset, len;

	if (is_file(vmlinuz, err) < 0 || files_read(vmlinuz, &image, err) < 0)
		return -err->code;
	if (image.len < 2 * BOOT_SETUP_SIZE || memcmp(image.data + BOOT_MAGIC_AT, BOOT_MAGIC, 4))
		return err_set(err, EINVAL, "%s is no Linux image for x86-64 (bzImage, vmlinuz)",
			       vmlinuz);
	at = (const unsigned char *)image.data + BOOT_VERSION_AT;
	offset = (at[0] | at[1] << 8) + BOOT_SETUP_SIZE;
	version = image.data + offset;
	len = offset < image.len ? strcspn(version, " ") : 0;
	if (!len)
		return err_set(err, EINVAL, "%s does not say which release it is", vmlinuz);
	*ret = mem_strndup(version, len);
	return 0;
}

static bool says(const struct text *text, const char *mark)
{
	return memmem(text_str(text), text->len, mark, strlen(mark));
}

/* "6.12.117", "5.10.0-rc1" */
static bool is_release(const char *text)
{
	size_t major = strspn(text, "0123456789");

	return major && text[major] == '.' && strspn(text + major + 1, "0123456789");
}

/* "linux --version" answers with the release and ends. ret gets how it is instrumented as well. */
static int uml_release(const char *binary, char **ret, bool *ret_instrumented, struct err *err)
{
	const char *const argv[] = {binary, "--version", NULL};
	_cleanup_text_ struct text text = {0}, output = {0}, release = {0};
	struct program program = {.argv = argv, .ret_output = &output};

	if (is_file(binary, err) < 0 || files_read(binary, &text, err) < 0)
		return -err->code;
	if (!says(&text, our_mark))
		return err_set(err, EINVAL,
			       "%s has no /dev/afterclose, by which a guest gets its orders; "
			       "`afterclose kernel build uml:SOURCE` makes kernels that have",
			       binary);
	if (program_run(&program, err) < 0)
		return -err->code;
	text_addn(&release, text_str(&output), strcspn(text_str(&output), "\n"));
	if (!is_release(text_str(&release)))
		return err_set(err, EINVAL, "%s is no kernel: its --version is \"%.64s\"", binary,
			       text_str(&release));
	*ret_instrumented = false;
	for (size_t i = 0; i < ARRAY_SIZE(instruments); i++) {
		if (!says(&text, instruments[i].mark))
			continue;
		text_add(&release, "%s", instruments[i].how);
		*ret_instrumented = true;
	}
	*ret = text_take(&release);
	return 0;
}

int image_add_uml(struct cache *cache, const char *binary, const char *name, struct err *err)
{
	_cleanup_free_ char *from = realpath(binary, NULL), *release = NULL, *to = NULL;
	_cleanup_new_ struct cache_new new = {.fd = -1};
	bool instrumented = false;

	if (!from)
		return err_sys(err, "%s", binary);
	if (uml_release(from, &release, &instrumented, err) < 0 || cache_new(cache, &new, err) < 0)
		return -err->code;
	to = mem_printf("%s/linux", new.path);
	if (files_copy(from, to, err) < 0)
		return -err->code;
	return cache_add(cache, &new,
			 &(struct cache_entry){.kind = KERNEL_UML,
					       .name = (char *)name,
					       .release = release,
					       .from = from,
					       .instrumented = instrumented},
			 err);
}

/* The header of a file that was cut short is as good as any. What is packed in a way that we cannot
 * unpack, the kernel's own code can. */
static int image_check(const char *vmlinuz, struct err *err)
{
	_cleanup_bytes_ struct bytes image = {0}, vmlinux = {0};

	if (bytes_map(vmlinuz, &image, err) < 0)
		return -err->code;
	if (!bzimage_unpack(&image, &vmlinux, err) || err->code == EPROTONOSUPPORT)
		return 0;
	err->code = EINVAL;
	return err_prefix(err, "%s", vmlinuz);
}

/* Only what is called as the kernel is of use to it. */
static int modules_copy(const char *modules_dir, const char *release, const char *entry,
			struct err *err)
{
	_cleanup_free_ char *from = realpath(modules_dir, NULL);
	_cleanup_free_ char *to = mem_printf("%s/lib/modules", entry);
	const char *const argv[] = {"cp", "-r", "--no-dereference", from, to, NULL};

	if (!from)
		return err_sys(err, "%s", modules_dir);
	if (strcmp(strrchr(from, '/') + 1, release))
		return err_set(err, EINVAL, "%s are not the modules of this kernel, which is %s",
			       modules_dir, release);
	if (files_mkdir(to, err) < 0)
		return -err->code;
	return program_run(&(struct program){.argv = argv}, err);
}

int image_add_qemu(struct cache *cache, const char *vmlinuz, const char *modules_dir,
		   const char *name, const char *from, struct err *err)
{
	_cleanup_free_ char *path = realpath(vmlinuz, NULL), *release = NULL, *to = NULL;
	_cleanup_new_ struct cache_new new = {.fd = -1};

	if (!path)
		return err_sys(err, "%s", vmlinuz);
	if (image_release(path, &release, err) < 0 || image_check(path, err) < 0 ||
	    cache_new(cache, &new, err) < 0)
		return -err->code;
	to = mem_printf("%s/vmlinuz", new.path);
	if (files_copy(path, to, err) < 0 ||
	    (modules_dir && modules_copy(modules_dir, release, new.path, err) < 0))
		return -err->code;
	return cache_add(cache, &new,
			 &(struct cache_entry){.kind = KERNEL_QEMU,
					       .name = (char *)name,
					       .release = release,
					       .from = from ? (char *)from : path},
			 err);
}
