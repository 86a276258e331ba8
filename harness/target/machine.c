// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine: owns QEMU's command line and process.
 *
 * Time: TCG with icount counts instructions, one nanosecond each, and jumps to the next timer when
 * the processor idles (sleep=off), so the guest's clock knows nothing of this machine's. There is
 * no device but a serial port for what the kernel says, and the panic device (target/window.h).
 * ACPI's tables are what a kernel without them has no local APIC timer for (it would use the i8254,
 * which wakes it every 27 ms); arat says that this timer goes on while the processor idles, without
 * which the kernel keeps a periodic tick.
 * The memory is a memfd that the keeper shares. Files reach QEMU as descriptors, so nothing that
 * it needs or makes has a name.
 */
#include "target/machine.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "image/bzimage.h"
#include "image/initramfs.h"
#include "kernel/program.h"
#include "target/cage.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#define MEMORY_SIZE (512u * 1024 * 1024)
#define QEMU	    "qemu-system-x86_64"

/* The files that QEMU finds open. The last two are for a machine that boots. */
enum { FD_NULL, FD_OUT, FD_ERR, FD_QMP, FD_CONSOLE, FD_MEMORY, FD_KERNEL, FD_INITRAMFS, N_FDS };

#define KERNEL_LINE                                                                                \
	"console=ttyS0 quiet panic=-1 reboot=t nokaslr norandmaps tsc=reliable mitigations=off "   \
	"nowatchdog cryptomgr.notests audit=0 apparmor=0 selinux=0 " WINDOW_PARAMETER              \
	" LD_LIBRARY_PATH=/lib -- guest"

static const char *const machine_options[N_MACHINE_TYPES] = {
	[MACHINE_MICROVM] = "microvm,rtc=on,acpi=on,auto-kernel-cmdline=off,memory-backend=memory",
	[MACHINE_Q35] = "q35,memory-backend=memory",
};

/* clang-format off */
static const char *const common_arguments[] = {
	"-accel", "tcg", "-icount", "shift=0,sleep=off", "-m", "512M", "-smp", "1",
	"-cpu", "qemu64,-rdrand,-rdseed,+arat", "-rtc", "base=2026-01-01T00:00:00,clock=vm", "-seed", "1",
	"-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
	"-object", "memory-backend-file,id=memory,size=512M,mem-path=/proc/self/fd/5,share=on",
	"-device", "pvpanic,ioport=0x505", "-action", "panic=pause",
	"-chardev", "socket,id=qmp,fd=3", "-mon", "chardev=qmp,mode=control",
	"-chardev", "socket,id=console,fd=4", "-serial", "chardev:console",
};

static const char *const boot_arguments[] = {
	"-kernel", "/proc/self/fd/6", "-initrd", "/proc/self/fd/7", "-append", (KERNEL_LINE),
};
/* clang-format on */

static const char *const await_arguments[] = {"-incoming", "defer"};

#define ARGUMENTS_MAX                                                                              \
	(ARRAY_SIZE(common_arguments) + ARRAY_SIZE(boot_arguments) + ARRAY_SIZE(await_arguments) + \
	 4)

static uint64_t hash_text(const char *text, uint64_t hash)
{
	return hash_bytes(text, strlen(text) + 1, hash);
}

/* A file by what changes when it is replaced. */
static uint64_t hash_file(const char *path, uint64_t hash)
{
	struct stat st = {0};
	uint64_t what[4];

	stat(path, &st);
	memcpy(what, (uint64_t[]){st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec},
	       sizeof(what));
	return hash_bytes(what, sizeof(what), hash_text(path, hash));
}

static int hash_library(struct dl_phdr_info *info, size_t size, void *ctx)
{
	uint64_t *hash = ctx;

	(void)size;
	if (strchr(info->dlpi_name, '/'))
		*hash = hash_file(info->dlpi_name, *hash);
	return 0;
}

uint64_t machine_key(const struct guest_boot *boot, const char *qemu)
{
	uint64_t hash = hash_text(boot->kernel->id, HASH_START);

	hash = hash_file(qemu, hash_file(boot->program, hash));
	dl_iterate_phdr(hash_library, &hash);
	for (size_t i = 0; i < ARRAY_SIZE(machine_options); i++)
		hash = hash_text(machine_options[i], hash);
	for (size_t i = 0; i < ARRAY_SIZE(common_arguments); i++)
		hash = hash_text(common_arguments[i], hash);
	return hash_text(KERNEL_LINE, hash);
}

char *machine_find_qemu(struct err *err)
{
	const char *dir = getenv("PATH");

	while (dir && *dir) {
		size_t len = strcspn(dir, ":");
		char *path = mem_printf("%.*s/" QEMU, (int)len, dir);

		if (!access(path, X_OK))
			return path;
		free(path);
		dir += len + (dir[len] == ':');
	}
	err_set(err, ENOENT, "the target qemu needs " QEMU ": apt-get install qemu-system-x86");
	return NULL;
}

/* What QEMU's process is started with. */
struct start {
	const char *qemu;
	const char *argv[ARGUMENTS_MAX];
	size_t n_argv;
	int files[N_FDS];
	unsigned n_files;
};

static void start_add(struct start *start, const char *const *arguments, size_t n)
{
	memcpy(start->argv + start->n_argv, arguments, n * sizeof(*arguments));
	start->n_argv += n;
}

/* In the child: as nobody, with the files that it needs and no other. */
static __attribute__((noreturn)) void start_exec(const struct start *start, int console_fd)
{
	char *const env[] = {"PATH=/usr/bin:/bin", NULL};
	struct err err;

	/* At each virtual timer QEMU's processor wakes its main loop and its monitor, which then
	 * have nothing to do. Of this policy they do not take the processor from it for that. */
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){0});
	if (!cage_arrange_files(start->files, start->n_files, start->n_files, &err) &&
	    !cage_lock(&err)) {
		execve(start->qemu, (char *const *)start->argv, env);
		err_sys(&err, "run %s", start->qemu);
	}
	dprintf(console_fd, "afterclose: %s\n", err.msg);
	_exit(EXIT_FAILURE);
}

static int machine_make_memory(struct machine *machine, struct err *err)
{
	void *window;

	machine->memory_fd = memfd_create("guest", MFD_CLOEXEC);
	if (machine->memory_fd < 0 || ftruncate(machine->memory_fd, MEMORY_SIZE) < 0)
		return err_sys(err, "make a guest's memory");
	window = mmap(NULL, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, machine->memory_fd,
		      WINDOW_ADDRESS);
	if (window == MAP_FAILED)
		return err_sys(err, "map a guest's memory");
	machine->window = window;
	return 0;
}

static int machine_start(struct machine *machine, struct start *start, struct err *err)
{
	const char *machine_arguments[] = {"-machine", machine_options[machine->type]};
	_cleanup_fd_ int theirs = -1;
	_cleanup_fd_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int console_fd = start->files[FD_CONSOLE];
	int ends[2];

	if (machine_make_memory(machine, err) < 0)
		return -err->code;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return err_sys(err, "make QEMU's control channel");
	theirs = ends[1];
	start->files[FD_NULL] = null;
	start->files[FD_OUT] = start->files[FD_ERR] = console_fd;
	start->files[FD_QMP] = theirs;
	start->files[FD_MEMORY] = machine->memory_fd;
	start_add(start, machine_arguments, ARRAY_SIZE(machine_arguments));
	start_add(start, common_arguments, ARRAY_SIZE(common_arguments));
	machine->pid = fork();
	if (!machine->pid)
		start_exec(start, console_fd);
	if (machine->pid < 0)
		return err_sys(err, "fork QEMU");
	close(theirs);
	theirs = -1;
	return qmp_open(ends[0], &machine->qmp, err);
}

static bool qemu_has_microvm(const char *qemu)
{
	const char *const argv[] = {qemu, "-machine", "help", NULL};
	_cleanup_text_ struct text machines = {0};
	const struct program program = {.argv = argv, .ret_output = &machines};
	struct err err;

	return !program_run(&program, &err) && strstr(text_str(&machines), "\nmicrovm ");
}

/* The kernel as the machine takes it: its ELF file where that can be entered, or else as it is, as
 * where it cannot be unpacked here. One that is broken would only boot to nothing. In memory,
 * because the user nobody need not be able to read it. */
static int kernel_open(const struct kernel *kernel, const char *qemu, enum machine_type *ret_type,
		       struct err *err)
{
	_cleanup_bytes_ struct bytes image = {0}, vmlinux = {0};
	const struct bytes *boots = &vmlinux;
	int ret;

	*ret_type = MACHINE_MICROVM;
	if (bytes_map(kernel->path, &image, err) < 0)
		return -err->code;
	ret = bzimage_unpack(&image, &vmlinux, err);
	if (ret < 0 && ret != -EPROTONOSUPPORT)
		return err_prefix(err, "the kernel %s", kernel->name);
	if (ret < 0 || !vmlinux_has_pvh(&vmlinux) || !qemu_has_microvm(qemu)) {
		*ret_type = MACHINE_Q35;
		boots = &image;
	}
	return bytes_to_memory(boots->data, boots->len, err);
}

static int files_make(const struct guest_boot *boot, struct err *err)
{
	_cleanup_initramfs_ struct initramfs initramfs = {0};

	initramfs_add_dir(&initramfs, "/proc");
	initramfs_add_dir(&initramfs, "/sys");
	/* The kernel opens it for process 1. */
	initramfs_add_node(&initramfs, "/dev/console", S_IFCHR | 0600, makedev(5, 1));
	if (initramfs_add_program(&initramfs, boot->program, err) < 0)
		return -err->code;
	if (boot->kernel->modules_dir &&
	    initramfs_add_modules(&initramfs, boot->kernel->modules_dir, err) < 0)
		return -err->code;
	return initramfs_write(&initramfs, err);
}

int machine_boot(const char *qemu, const struct guest_boot *boot, int console_fd,
		 struct machine *ret, struct err *err)
{
	struct start start = {qemu, {qemu}, 1, {[FD_CONSOLE] = console_fd}, N_FDS};
	_cleanup_fd_ int kernel = -1, initramfs = -1;

	*ret = (struct machine){.memory_fd = -1};
	kernel = kernel_open(boot->kernel, qemu, &ret->type, err);
	if (kernel < 0)
		return -err->code;
	initramfs = files_make(boot, err);
	if (initramfs < 0)
		return -err->code;
	start.files[FD_KERNEL] = kernel;
	start.files[FD_INITRAMFS] = initramfs;
	start_add(&start, boot_arguments, ARRAY_SIZE(boot_arguments));
	return machine_start(ret, &start, err);
}

int machine_await(const char *qemu, enum machine_type type, int console_fd, struct machine *ret,
		  struct err *err)
{
	struct start start = {qemu, {qemu}, 1, {[FD_CONSOLE] = console_fd}, FD_KERNEL};

	*ret = (struct machine){.type = type, .memory_fd = -1};
	if (type >= N_MACHINE_TYPES)
		return err_set(err, EBADMSG, "a snapshot of a machine that this version has not");
	start_add(&start, await_arguments, ARRAY_SIZE(await_arguments));
	return machine_start(ret, &start, err);
}

const char *machine_remark(const struct machine *machine)
{
	return machine->type == MACHINE_Q35 ? "a q35 machine, which is slower than microvm: the "
					      "kernel has no PVH entry, or QEMU has no microvm"
					    : NULL;
}

void machine_kill(struct machine *machine)
{
	if (machine->pid > 0) {
		kill(machine->pid, SIGKILL);
		waitpid(machine->pid, NULL, 0);
	}
	if (machine->window)
		munmap(machine->window, WINDOW_SIZE);
	mem_cleanup_close(&machine->memory_fd);
	qmp_close(&machine->qmp);
	*machine = (struct machine){.memory_fd = -1};
}

/* Memory that is shared is not part of QEMU's stream. */
static int machine_migrate(struct machine *machine, const char *command, int fd, struct err *err)
{
	json_t *capabilities =
		json_pack("{s:[{s:s, s:b}, {s:s, s:b}]}", "capabilities", "capability",
			  "x-ignore-shared", "state", 1, "capability", "events", "state", 1);

	machine->qmp.migration = MIGRATION_NONE;
	if (qmp_do(&machine->qmp, "migrate-set-capabilities", capabilities, -1, err) < 0 ||
	    qmp_do(&machine->qmp, "getfd", json_pack("{s:s}", "fdname", "state"), fd, err) < 0 ||
	    qmp_do(&machine->qmp, command, json_pack("{s:s}", "uri", "fd:state"), -1, err) < 0)
		return -err->code;
	return qmp_wait_migrated(&machine->qmp, err);
}

int machine_save(struct machine *machine, int fd, struct err *err)
{
	return machine_migrate(machine, "migrate", fd, err);
}

int machine_load(struct machine *machine, int fd, struct err *err)
{
	machine->qmp.stopped = true;
	return machine_migrate(machine, "migrate-incoming", fd, err);
}
