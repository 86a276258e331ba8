// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * uml: owns how a User-Mode Linux kernel is started and reached.
 *
 *     runner --fork--> keeper (process 1 of a namespace) --fork--> the kernel --> its processes
 *
 * The guest sees the host's files through hostfs, which is no wall: so it runs without privilege,
 * as nobody where the runner is root, in a user namespace otherwise. What it writes goes to a tmpfs
 * that is mounted nowhere and vanishes with it; its processes end with the keeper, whatever ends
 * that. Time is virtual (time-travel=inf-cpu): it jumps to the next timer, and stands still while
 * the kernel reads from the runner.
 */
#include "target/guest.h"

#include "ci/kernels/afterclose.h"
#include "base/mem.h"
#include "target/cage.h"
#include "target/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define DEVICE	   "/dev/" AFTERCLOSE_DEVICE
#define MEMORY_MIB 512
#define CHANNEL_FD 3 /* of the kernel's process */
#define REPORT_FD  4 /* to the runner, until the kernel's program has taken over */
#define KERNEL_FD  5

/* The wall clock that every guest begins with: 2020-01-01, in nanoseconds. */
#define WALL_CLOCK "time-travel-start=1577836800000000000"

/* The keeper's and the kernel's side of a spawn; errors go to the runner over REPORT_FD. */
struct uml {
	const struct guest_boot *boot;
	int kernel_fd, channel_fd, console_fd, report_fd;
};

static __attribute__((noreturn)) void uml_refuse(int report_fd, const struct err *err)
{
	if (write(report_fd, err, sizeof(*err)) < 0)
		_exit(EXIT_FAILURE);
	_exit(EXIT_FAILURE);
}

static int uml_check_program(const char *program, struct err *err)
{
	if (strpbrk(program, " \t\n\""))
		return err_set(err, EINVAL,
			       "%s: a guest cannot be told of a program with blanks in its path",
			       program);
	if (!access(program, R_OK | X_OK))
		return 0;
	return err_set(err, EACCES,
		       "%s cannot be read by the user nobody, as whom the guest runs; install it, "
		       "or open its directories (chmod o+x)",
		       program);
}

/* The kernel's own process; ends in its program. */
static __attribute__((noreturn)) void uml_exec(const struct uml *uml)
{
	_cleanup_free_ char *init = mem_printf("init=%s", uml->boot->program);
	_cleanup_free_ char *seed =
		mem_printf("afterclose.seed=%llu", (unsigned long long)uml->boot->seed);
	_cleanup_free_ char *fd = mem_printf("afterclose.fd=%d", CHANNEL_FD);
	_cleanup_free_ char *memory = mem_printf("mem=%dM", MEMORY_MIB);
	char *const argv[] = {"linux",
			      memory,
			      "rootfstype=hostfs",
			      "rootflags=/",
			      "root=/dev/root",
			      "ro",
			      init,
			      "con=null",
			      "con0=null,fd:1",
			      "quiet",
			      "loglevel=4",
			      "panic=-1",
			      "time-travel=inf-cpu",
			      WALL_CLOCK,
			      "uml_dir=.",
			      seed,
			      fd,
			      "--",
			      "guest",
			      NULL};
	char *const env[] = {"HOME=.", "TMPDIR=.", "PATH=/usr/bin:/bin", NULL};
	struct err err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	syscall(SYS_execveat, KERNEL_FD, "", argv, env, AT_EMPTY_PATH);
	err_sys(&err, "run the kernel %s", uml->boot->kernel->name);
	uml_refuse(REPORT_FD, &err);
}

static int uml_arrange(const struct uml *uml, struct err *err)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int files[] = {null_fd,	      uml->console_fd, uml->console_fd,
			     uml->channel_fd, uml->report_fd,  uml->kernel_fd};

	return cage_arrange_files(files, ARRAY_SIZE(files), CHANNEL_FD + 1, err);
}

static int uml_prepare(const struct uml *uml, struct err *err)
{
	int ret;

	limits_stay(uml->boot->nth);
	ret = cage_enter_tmpfs(err);
	if (!ret)
		ret = cage_lock(err);
	return ret ? ret : uml_check_program(uml->boot->program, err);
}

/* Process 1 of the guest's namespace: it waits for the kernel, and all ends with it. */
static __attribute__((noreturn)) void uml_keep(const struct uml *uml)
{
	struct err err;
	int status = 0, ret;
	pid_t kernel = -1, ended;

	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	if (uml_arrange(uml, &err) < 0)
		uml_refuse(uml->report_fd, &err);
	ret = uml_prepare(uml, &err);
	if (!ret)
		kernel = fork();
	if (!kernel)
		uml_exec(uml);
	if (!ret && kernel < 0)
		ret = err_sys(&err, "fork a guest");
	if (ret < 0)
		uml_refuse(REPORT_FD, &err);
	for (int fd = 0; fd <= KERNEL_FD; fd++)
		close(fd);
	while ((ended = wait(&status)) >= 0 || errno == EINTR) {
		if (ended == kernel)
			break;
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* What went wrong before the kernel's program took over; nothing else is ever written there. */
static int uml_await_exec(int report_fd, pid_t pid, struct err *err)
{
	struct err failed;
	ssize_t got;

	do {
		got = read(report_fd, &failed, sizeof(failed));
	} while (got < 0 && errno == EINTR);
	if (!got)
		return 0;
	waitpid(pid, NULL, 0);
	if (got != sizeof(failed))
		return err_set(err, EPROTO, "a guest did not start");
	*err = failed;
	return -err->code;
}

static int uml_start(struct uml *uml, int report_fd, struct guest_process *guest, struct err *err)
{
	sigset_t none, old;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, &old);
	guest->pid = cage_fork(err);
	if (!guest->pid)
		uml_keep(uml);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (guest->pid < 0)
		return guest->pid;
	mem_cleanup_close(&uml->report_fd);
	uml->report_fd = -1;
	return uml_await_exec(report_fd, guest->pid, err);
}

static int uml_spawn(const struct guest_boot *boot, struct guest_process *ret, struct err *err)
{
	_cleanup_fd_ int kernel_fd = open(boot->kernel->path, O_RDONLY | O_CLOEXEC);
	_cleanup_fd_ int fd = -1, their_fd = -1, console = -1, their_console = -1, report = -1;
	int ends[2], console_ends[2], report_ends[2];
	struct uml uml;
	int status;

	*ret = (struct guest_process){.fd = -1, .console_fd = -1};
	if (kernel_fd < 0)
		return err_sys(err, "open the kernel %s", boot->kernel->path);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make a guest's channel");
	fd = ends[0];
	their_fd = ends[1];
	if (pipe2(console_ends, O_CLOEXEC) < 0)
		return err_sys(err, "make a guest's console");
	console = console_ends[0];
	their_console = console_ends[1];
	if (pipe2(report_ends, O_CLOEXEC) < 0)
		return err_sys(err, "make a guest's report");
	report = report_ends[0];
	uml = (struct uml){boot, kernel_fd, their_fd, their_console, report_ends[1]};
	status = uml_start(&uml, report, ret, err);
	mem_cleanup_close(&uml.report_fd);
	if (status < 0)
		return status;
	ret->fd = fd;
	ret->console_fd = console;
	fd = console = -1;
	return 0;
}

const struct guest_kind guest_uml = {
	.name = "uml",
	.kernels = KERNEL_UML,
	.exact = true,
	.spawn = uml_spawn,
};

static int uml_link_open(int *ret_fd, struct err *err)
{
	*ret_fd = open(DEVICE, O_RDWR | O_CLOEXEC);
	return *ret_fd < 0 ? err_sys(err, "open " DEVICE) : 0;
}

static void uml_link_reseed(int fd, uint64_t seed)
{
	__u64 value = seed;

	ioctl(fd, AFTERCLOSE_RESEED, &value);
}

const struct guest_link guest_link_uml = {
	.name = "uml",
	.open = uml_link_open,
	.reseed = uml_link_reseed,
	.reboot_how = RB_POWER_OFF,
};
