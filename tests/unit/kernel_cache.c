// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernels' cache. No kernel is built here. */
#include "base/mem.h"
#include "base/text.h"
#include "kernel/cache.h"
#include "kernel/files.h"
#include "kernel/image.h"
#include "kernel/program.h"
#include "place.h"
#include "readdir.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* An image with nothing but the header's magic and its release. */
static char *image_make(const char *name, const char *release, char filling)
{
	char image[2048];

	memset(image, filling, sizeof(image));
	memcpy(image + 0x1fe, "\x55\xaa", 2);
	memcpy(image + 0x202, "HdrS\0\2", 6);
	image[0x20e] = 0x00;
	image[0x20f] = 0x04;
	snprintf(image + 0x600, 100, "%s (someone@somewhere) #1", release);
	return file_make(name, image, sizeof(image));
}

static void image_add(const char *image, const char *modules, const char *name)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct err err;

	cr_assert_eq(cache_open(&cache, &err), 0, "%s", err.msg);
	cr_assert_eq(image_add_qemu(&cache, image, modules, name, NULL, &err), 0, "%s", err.msg);
}

/* "KIND:NAME RELEASE" for each. */
static void check_list(const char *expected)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	_cleanup_text_ struct text text = {0};
	struct cache_entry *entries;
	struct err err;
	size_t n;

	cr_assert_eq(cache_open(&cache, &err), 0, "%s", err.msg);
	cr_assert_eq(cache_list(&cache, &entries, &n, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < n; i++)
		text_add(&text, "%s:%s %s\n", kernel_kind_name(entries[i].kind), entries[i].name,
			 entries[i].release);
	cr_expect_str_eq(text_str(&text), expected);
	cache_entries_free(entries, n);
}

/* How many directories kernels/ has beside names. */
static int entries_count(void)
{
	_cleanup_free_ char *command = mem_printf(
		"find %s/afterclose/kernels -mindepth 1 -maxdepth 1 -type d | wc -l", place);
	const char *const argv[] = {"sh", "-c", command, NULL};
	_cleanup_text_ struct text text = {0};
	struct err err;

	cr_assert_eq(program_run(&(struct program){.argv = argv, .ret_output = &text}, &err), 0);
	return atoi(text_str(&text)) - 1;
}

TestSuite(cache, .init = place_make, .fini = place_remove);

Test(cache, add_find_remove)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *two = image_make("two", "6.2.0-1-test", 'b');
	_cleanup_free_ char *modules = mem_printf("%s/m/6.1.0-1-test", place);
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct kernel kernel;
	struct err err;

	text_file_make("m/6.1.0-1-test/kernel/net/x.ko", "code");
	cr_expect_eq(kernel_find(KERNEL_QEMU, NULL, &kernel, &err), -ENOENT);
	cr_expect(strstr(err.msg, "kernel fetch debian:6.1"), "%s", err.msg);
	image_add(one, modules, "first");
	image_add(two, NULL, "second");
	check_list("qemu:first 6.1.0-1-test\nqemu:second 6.2.0-1-test\n");

	cr_assert_eq(kernel_find(KERNEL_QEMU, "first", &kernel, &err), 0, "%s", err.msg);
	cr_expect_str_eq(kernel.name, "first");
	cr_expect(!access(kernel.path, R_OK));
	cr_expect(strstr(kernel.modules_dir, "/lib/modules/6.1.0-1-test"));
	kernel_free(&kernel);

	cr_assert_eq(kernel_find(KERNEL_QEMU, NULL, &kernel, &err), 0, "%s", err.msg);
	cr_expect_str_eq(kernel.name, "second", "the one that was added last");
	cr_expect_null(kernel.modules_dir);
	kernel_free(&kernel);

	cr_expect_eq(kernel_find(KERNEL_QEMU, "frist", &kernel, &err), -ENOENT);
	cr_expect(strstr(err.msg, "nearest is qemu:first"), "%s", err.msg);
	cr_expect_eq(kernel_find(KERNEL_UML, NULL, &kernel, &err), -ENOENT);
	cr_expect(strstr(err.msg, "kernel build uml:"), "%s", err.msg);

	cr_assert_eq(cache_open(&cache, &err), 0);
	cr_expect_eq(cache_remove(&cache, KERNEL_QEMU, "first", &err), 0, "%s", err.msg);
	cr_expect_eq(cache_remove(&cache, KERNEL_QEMU, "first", &err), -ENOENT);
	check_list("qemu:second 6.2.0-1-test\n");
	cr_expect_eq(entries_count(), 1);
}

Test(cache, a_name_moves)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *two = image_make("two", "6.2.0-1-test", 'b');
	struct kernel held;
	struct err err;

	image_add(one, NULL, "it");
	cr_assert_eq(kernel_find(KERNEL_QEMU, "it", &held, &err), 0, "%s", err.msg);
	image_add(two, NULL, "it");
	check_list("qemu:it 6.2.0-1-test\n");
	cr_expect(!access(held.path, R_OK), "somebody uses the old one");
	kernel_free(&held);
	image_add(one, NULL, "other");
	cr_expect_eq(entries_count(), 2);
	image_add(two, NULL, "other");
	cr_expect_eq(entries_count(), 1, "one kernel with two names, and what nobody uses is gone");
	check_list("qemu:it 6.2.0-1-test\nqemu:other 6.2.0-1-test\n");
}

/* One that counts its lines, with their notes and sources beside it. */
static void instrumented_add(const char *name)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	_cleanup_new_ struct cache_new new = {.fd = -1};
	_cleanup_free_ char *linux_path = NULL, *gcov = NULL, *notes = NULL;
	struct err err;

	cr_assert_eq(cache_open(&cache, &err), 0, "%s", err.msg);
	cr_assert_eq(cache_new(&cache, &new, &err), 0, "%s", err.msg);
	linux_path = mem_printf("%s/vmlinuz", new.path);
	gcov = mem_printf("%s/gcov/net/ipv4", new.path);
	notes = mem_printf("%s/tcp.gcno", gcov);
	cr_assert_eq(files_write(linux_path, name, strlen(name), &err), 0, "%s", err.msg);
	cr_assert_eq(files_mkdir(gcov, &err), 0, "%s", err.msg);
	cr_assert_eq(files_write(notes, "notes", 5, &err), 0, "%s", err.msg);
	cr_assert_eq(cache_add(&cache, &new,
			       &(struct cache_entry){.kind = KERNEL_QEMU,
						     .name = (char *)name,
						     .release = "6.12.1, gcov",
						     .from = "here",
						     .instrumented = true},
			       &err),
		     0, "%s", err.msg);
}

Test(cache, an_instrumented_kernel_is_taken_by_name)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	struct kernel found;
	struct err err;

	instrumented_add("counts");
	cr_assert_eq(kernel_find(KERNEL_QEMU, NULL, &found, &err), 0, "there is no other");
	cr_expect_str_eq(found.name, "counts");
	cr_expect(found.gcov_dir && !access(found.gcov_dir, R_OK));
	kernel_free(&found);
	image_add(one, NULL, "plain");
	instrumented_add("newer");
	cr_assert_eq(kernel_find(KERNEL_QEMU, NULL, &found, &err), 0, "%s", err.msg);
	cr_expect_str_eq(found.name, "plain");
	cr_expect_null(found.gcov_dir);
	kernel_free(&found);
}

Test(cache, damage_is_seen)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *modules = mem_printf("%s/m/6.1.0-1-test", place), *lost = NULL;
	struct kernel kernel;
	struct err err;
	int fd;

	text_file_make("m/6.1.0-1-test/kernel/net/x.ko", "code");
	image_add(one, modules, "it");
	cr_assert_eq(kernel_find(KERNEL_QEMU, "it", &kernel, &err), 0, "%s", err.msg);
	fd = open(kernel.path, O_WRONLY);
	cr_assert(fd >= 0 && pwrite(fd, "x", 1, 1000) == 1);
	close(fd);
	kernel_free(&kernel);
	cr_expect_eq(kernel_find(KERNEL_QEMU, "it", &kernel, &err), -EBADMSG);

	image_add(one, modules, "it");
	cr_assert_eq(kernel_find(KERNEL_QEMU, "it", &kernel, &err), 0, "adding again mends it: %s",
		     err.msg);
	lost = mem_printf("%s/kernel/net/x.ko", kernel.modules_dir);
	cr_assert_eq(unlink(lost), 0);
	kernel_free(&kernel);
	cr_expect_eq(kernel_find(KERNEL_QEMU, "it", &kernel, &err), -EBADMSG);
}

/* As a machine that lost its power leaves it. */
Test(cache, a_damaged_description_is_mended)
{
	static const char *const damaged[] = {"", "{\"kind\": \"qemu\"}", "{\"check\": \"0\"}"};
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	struct kernel kernel;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(damaged); i++) {
		_cleanup_free_ char *name = NULL;

		image_add(one, NULL, "it");
		cr_assert_eq(kernel_find(KERNEL_QEMU, "it", &kernel, &err), 0, "%s", err.msg);
		name = mem_printf("afterclose/kernels/%s/kernel.json", kernel.id);
		kernel_free(&kernel);
		text_file_make(name, damaged[i]);
		check_list("qemu:it damaged\n");
		image_add(one, NULL, "it");
		check_list("qemu:it 6.1.0-1-test\n");
	}
}

static mode_t kernel_mode(const char *name, mode_t set)
{
	struct kernel kernel;
	struct stat st;
	struct err err;

	cr_assert_eq(kernel_find(KERNEL_QEMU, name, &kernel, &err), 0, "%s", err.msg);
	cr_assert(!stat(kernel.path, &st) && (!set || !chmod(kernel.path, set)));
	kernel_free(&kernel);
	return st.st_mode & 0777;
}

/* Guests run as nobody where the runner is root, who may have made the kernel for himself. */
Test(cache, a_kernel_is_for_all)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');

	cr_assert_eq(chmod(one, 0600), 0);
	image_add(one, NULL, "it");
	cr_expect_eq(kernel_mode("it", 0600), 0644);
	image_add(one, NULL, "it");
	cr_expect_eq(kernel_mode("it", 0), 0644, "adding again mends it");
}

static int find_unprivileged(const char *name)
{
	struct kernel kernel;
	struct err err;

	if (!geteuid() && (setgid(65534) || setuid(65534)))
		return 1;
	if (kernel_find(KERNEL_QEMU, name, &kernel, &err) < 0)
		return 2;
	kernel_free(&kernel);
	return 0;
}

/* One that an administrator filled, or on a file system that is mounted so. */
Test(cache, read_only)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *lock = mem_printf("%s/afterclose/kernels/lock", place);
	int status;
	pid_t pid;

	image_add(one, NULL, "it");
	cr_assert(!chmod(place, 0755) && !chmod(lock, 0444));
	pid = fork();
	if (!pid)
		_exit(find_unprivileged("it"));
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && !WEXITSTATUS(status), "%d", WEXITSTATUS(status));
}

/* The first byte of the kernel's only module. */
static char module_byte(const char *name, char *ret_id, size_t size)
{
	struct kernel kernel;
	struct err err;
	char byte = 0;

	cr_assert_eq(kernel_find(KERNEL_QEMU, name, &kernel, &err), 0, "%s", err.msg);
	_cleanup_free_ char *path = mem_printf("%s/kernel/net/x.ko", kernel.modules_dir);
	_cleanup_fd_ int fd = open(path, O_RDWR);

	cr_assert(fd >= 0 && read(fd, &byte, 1) == 1);
	snprintf(ret_id, size, "%s", kernel.id);
	kernel_free(&kernel);
	return byte;
}

/* A rebuilt module is another kernel, though names and sizes are those of the first. */
Test(cache, modules_of_the_same_size)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *modules = mem_printf("%s/m/6.1.0-1-test", place), *bad = NULL;
	char first[32], second[32];

	text_file_make("m/6.1.0-1-test/kernel/net/x.ko", "code");
	image_add(one, modules, "it");
	cr_expect_eq(module_byte("it", first, sizeof(first)), 'c');
	text_file_make("m/6.1.0-1-test/kernel/net/x.ko", "edoc");
	image_add(one, modules, "it");
	cr_expect_eq(module_byte("it", second, sizeof(second)), 'e');
	cr_expect_str_neq(first, second);
	cr_expect_eq(entries_count(), 1);

	bad = mem_printf("afterclose/kernels/%s/lib/modules/6.1.0-1-test/kernel/net/x.ko", second);
	text_file_make(bad, "bad!");
	image_add(one, modules, "it");
	cr_expect_eq(module_byte("it", second, sizeof(second)), 'e', "adding again mends it");
}

/* As they were before modules counted byte by byte: named by what is checked. */
Test(cache, an_older_entry)
{
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	_cleanup_free_ char *modules = mem_printf("%s/m/6.1.0-1-test", place), *command = NULL;
	char id[32];
	struct err err;

	text_file_make("m/6.1.0-1-test/kernel/net/x.ko", "code");
	image_add(one, modules, "it");
	module_byte("it", id, sizeof(id));
	command =
		mem_printf("cd %s/afterclose/kernels && old=$(sed -n 's/.*\"check\": "
			   "\"\\([0-9a-f]*\\)\".*/\\1/p' %s/kernel.json) && test \"$old\" != %s && "
			   "sed -i -e 's/\"instrumented\": false,/\"instrumented\": false/' -e "
			   "/check/d %s/kernel.json && mv %s $old && ln -sfn ../$old names/qemu:it",
			   place, id, id, id, id);
	cr_assert_eq(program_run(&(struct program){.argv = (const char *const[]){"sh", "-c",
										 command, NULL}},
				 &err),
		     0, "%s", err.msg);
	cr_expect_eq(module_byte("it", id, sizeof(id)), 'c');
	check_list("qemu:it 6.1.0-1-test\n");
	image_add(one, modules, "it");
	cr_expect_eq(module_byte("it", id, sizeof(id)), 'c');
	cr_expect_eq(entries_count(), 1);
}

/* What a killed maker leaves goes with the next one; what lives stays. */
static void check_stale_temporaries(void)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct cache_new alive, next;
	struct err err;
	pid_t pid;

	cr_assert_eq(cache_open(&cache, &err), 0, "%s", err.msg);
	cr_assert_eq(cache_new(&cache, &alive, &err), 0, "%s", err.msg);
	pid = fork();
	if (!pid) {
		struct cache own;
		struct cache_new left;

		if (cache_open(&own, &err) < 0 || cache_new(&own, &left, &err) < 0)
			_exit(1);
		raise(SIGKILL);
	}
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	cr_expect_eq(entries_count(), 2);
	cr_assert_eq(cache_new(&cache, &next, &err), 0, "%s", err.msg);
	cr_expect_eq(entries_count(), 2, "the killed one's is gone, the living one's is not");
	cache_new_drop(&next);
	cache_new_drop(&alive);
	cr_expect_eq(entries_count(), 0);
}

Test(cache, stale_temporaries)
{
	check_stale_temporaries();
}

Test(cache, stale_temporaries_on_a_file_system_without_types)
{
	types_unknown = true;
	check_stale_temporaries();
}

Test(cache, images_that_are_none)
{
	_cleanup_free_ char *none = file_make("none", "text", 4), *release = NULL;
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	_cleanup_free_ char *one = image_make("one", "6.1.0-1-test", 'a');
	struct err err;

	cr_expect_eq(image_release(none, &release, &err), -EINVAL);
	cr_assert_eq(cache_open(&cache, &err), 0);
	cr_expect_eq(image_add_qemu(&cache, one, place, "x", NULL, &err), -EINVAL);
	cr_expect(strstr(err.msg, "are not the modules of this kernel"), "%s", err.msg);
	cr_expect_eq(image_add_uml(&cache, none, "x", &err), -EINVAL);
	cr_expect(strstr(err.msg, "/dev/afterclose"), "%s", err.msg);
	check_list("");
	cr_expect_eq(entries_count(), 0);
}
