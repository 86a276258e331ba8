// SPDX-License-Identifier: GPL-2.0-or-later
/* A stopped machine as a file: what is written is read back, and is on the disk before its name. */
#include "base/mem.h"
#include "place.h"
#include "target/snapshot.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEY    0x1234
#define MEMORY 65536

/* In front of the C library's. */
static bool synced, named_early, disk_fails;

int fdatasync(int fd)
{
	synced = true;
	errno = EIO;
	return disk_fails || fcntl(fd, F_GETFD) < 0 ? -1 : 0;
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	int (*next)(int, const char *, int, const char *, int) =
		(int (*)(int, const char *, int, const char *, int))dlsym(RTLD_NEXT, "linkat");

	named_early = !synced;
	return next(from_dir, from, to_dir, to, flags);
}

TestSuite(snapshot, .init = place_make, .fini = place_remove);

static int save(int memory_fd, struct err *err)
{
	_cleanup_fd_ int fd = -1;

	cr_assert_eq(snapshot_create(&fd, err), 0, "%s", err->msg);
	cr_assert_eq(write(fd, "state", 5), 5);
	return snapshot_save(fd, KEY, 1, memory_fd, err);
}

static int memory_make(void)
{
	int fd = memfd_create("memory", MFD_CLOEXEC);

	cr_assert(fd >= 0 && !ftruncate(fd, MEMORY) && pwrite(fd, "page", 4, 4096) == 4);
	return fd;
}

Test(snapshot, comes_back)
{
	_cleanup_fd_ int memory = memory_make(), back = memfd_create("back", MFD_CLOEXEC), fd = -1;
	struct snapshot_head head;
	char bytes[5] = "";
	struct err err;

	cr_expect_eq(snapshot_open(KEY, &head, &fd, &err), -ENOENT);
	cr_assert_eq(save(memory, &err), 0, "%s", err.msg);
	cr_expect(synced && !named_early, "its name may outlive a crash, and its pages not");
	cr_assert_eq(snapshot_open(KEY, &head, &fd, &err), 0, "%s", err.msg);
	cr_expect_eq(head.machine, 1);
	cr_expect(read(fd, bytes, 5) == 5 && !memcmp(bytes, "state", 5));
	cr_assert(back >= 0 && !ftruncate(back, MEMORY));
	cr_assert_eq(snapshot_restore(fd, &head, back, &err), 0, "%s", err.msg);
	cr_expect(pread(back, bytes, 4, 4096) == 4 && !memcmp(bytes, "page", 4));
	mem_cleanup_close(&fd);
	snapshot_drop(KEY);
	cr_expect_eq(snapshot_open(KEY, &head, &fd, &err), -ENOENT);
}

Test(snapshot, has_no_name_where_the_disk_fails)
{
	_cleanup_fd_ int memory = memory_make(), fd = -1;
	struct snapshot_head head;
	struct err err;

	disk_fails = true;
	cr_expect_eq(save(memory, &err), -EIO);
	cr_expect_eq(snapshot_open(KEY, &head, &fd, &err), -ENOENT);
}
