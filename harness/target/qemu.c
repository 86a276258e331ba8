// SPDX-License-Identifier: GPL-2.0-or-later
/* qemu: owns how a guest under QEMU is started. */
#include "target/guest.h"

#include "base/mem.h"
#include "target/cage.h"
#include "target/keeper.h"
#include "target/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

/* The keeper has privilege, to read the kernel and to fill the cache; QEMU has none. */
static __attribute__((noreturn)) void qemu_keep(const struct guest_boot *boot, const char *qemu,
						int fd, int console_fd)
{
	_cleanup_fd_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int files[] = {null, null, null, fd, console_fd};
	sigset_t none;
	struct err err;

	setpgid(0, 0); /* Ctrl-C is for the runner */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (cage_arrange_files(files, ARRAY_SIZE(files), 3, &err) < 0) {
		dprintf(console_fd, "%s\n", err.msg);
		_exit(EXIT_FAILURE);
	}
	keeper_main(boot, qemu, 3, 4);
}

static int qemu_spawn(const struct guest_boot *boot, struct guest_process *ret, struct err *err)
{
	_cleanup_free_ char *qemu = machine_find_qemu(err);
	_cleanup_fd_ int fd = -1, their_fd = -1, console = -1, their_console = -1;
	int ends[2], console_ends[2];
	pid_t pid;

	if (!qemu)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make a guest's channel");
	fd = ends[0];
	their_fd = ends[1];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, console_ends) < 0)
		return err_sys(err, "make a guest's console");
	console = console_ends[0];
	their_console = console_ends[1];
	pid = cage_fork(err);
	if (!pid)
		qemu_keep(boot, qemu, their_fd, their_console);
	if (pid < 0)
		return pid;
	*ret = (struct guest_process){.pid = pid, .fd = fd, .console_fd = console};
	fd = console = -1;
	return 0;
}

const struct guest_kind guest_qemu = {
	.name = "qemu",
	.kernels = KERNEL_QEMU,
	.spawn = qemu_spawn,
};
