// SPDX-License-Identifier: GPL-2.0-or-later
/* window: owns the guest's side of a QEMU guest's window. */
#include "target/window.h"

#include "base/mem.h"
#include "base/text.h"
#include "image/initramfs.h"
#include "target/guest.h"
#include "target/pit.h"
#include "target/port.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>

static volatile struct window *window; /* a guest is one process and has one */

/* Want something, and stand still until it is done. */
static void window_stop(enum window_want want, uint32_t len)
{
	window->want = want;
	window->len = len;
	port_write(WINDOW_PORT, WINDOW_STOP);
}

static size_t window_piece(size_t len)
{
	return len < sizeof(window->bytes) ? len : sizeof(window->bytes);
}

long window_read(void *bytes, size_t len)
{
	window_stop(WINDOW_READS, window_piece(len));
	memcpy(bytes, (const void *)window->bytes, window->len);
	return window->len;
}

long window_write(const void *bytes, size_t len)
{
	size_t piece = window_piece(len);

	memcpy((void *)window->bytes, bytes, piece);
	window_stop(WINDOW_WRITES, piece);
	return piece;
}

static bool window_is_reserved(void)
{
	_cleanup_fd_ int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	char line[4096];
	ssize_t len = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);

	if (len < 0)
		return false;
	line[len] = 0;
	return strstr(line, WINDOW_PARAMETER);
}

/* The kernel comes bare: what a lab needs of its modules is loaded first. Where one is refused, the
 * cells that need it are skipped; a lab that cannot be built says why. */
static int modules_load(struct err *err)
{
	_cleanup_text_ struct text refused = {0};
	int ret = initramfs_load_modules(&refused, err);

	if (refused.len)
		dprintf(STDERR_FILENO, "afterclose: not loaded: %s\n", text_str(&refused));
	return ret;
}

static int window_open(int *ret_fd, struct err *err)
{
	_cleanup_fd_ int fd = -1;
	void *memory;

	if (!window_is_reserved())
		return err_set(err, ENOENT, "no window to the runner");
	fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		return err_sys(err, "open the guest's /dev/mem (CONFIG_DEVMEM)");
	memory = mmap(NULL, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, WINDOW_ADDRESS);
	if (memory == MAP_FAILED)
		return err_sys(err, "map the guest's window");
	if (port_allow(WINDOW_PORT, 1, err) < 0)
		return -err->code;
	pit_stop();
	window = memory;
	*ret_fd = WINDOW_FD;
	return modules_load(err);
}

const struct guest_link guest_link_qemu = {
	.name = "qemu",
	.open = window_open,
	.reboot_how = RB_AUTOBOOT,
};
