// SPDX-License-Identifier: GPL-2.0-or-later
/* cage: owns the namespaces, the user and the files of a process that runs a machine. */
#include "target/cage.h"

#include "base/descriptor.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "lab/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define CAGE		   (CLONE_NEWPID | CLONE_NEWNS)
#define NOBODY		   65534
#define FILES_MAX	   16
#define SETGROUPS_SIZE_MAX 16

static pid_t cage_clone(unsigned long flags)
{
	return syscall(SYS_clone, SIGCHLD | CAGE | flags, NULL, NULL, NULL, NULL);
}

/* As root of a container may lack CAP_SYS_ADMIN, what counts is whether it is refused. */
pid_t cage_fork(struct err *err)
{
	unsigned uid = geteuid(), gid = getegid();
	pid_t pid = cage_clone(0);

	if (pid >= 0)
		return pid;
	if (errno == ENOSPC)
		return userns_refused(err, "a process in namespaces of its own", CAGE, errno);
	if (errno != EPERM)
		return err_sys(err, "start a process in namespaces of its own");
	pid = cage_clone(CLONE_NEWUSER);
	if (pid < 0)
		return userns_refused(err, "a user namespace", CLONE_NEWUSER | CAGE, errno);
	if (!pid && userns_map(uid, gid, err) < 0)
		_exit(EXIT_FAILURE);
	return pid;
}

int cage_enter_tmpfs(struct err *err)
{
	_cleanup_fd_ int fs = fsopen("tmpfs", FSOPEN_CLOEXEC);
	_cleanup_fd_ int mount = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_SET_STRING, "mode", "0777", 0) &&
	    !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mount = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (mount < 0 || fchdir(mount) < 0)
		return err_sys(err, "mount a tmpfs for a guest");
	return 0;
}

/* A user without privilege is root in a namespace of its own, and there is nobody else in it
 * (user_namespaces(7)). */
static bool is_root_of_all(void)
{
	_cleanup_text_ struct text may = {0};
	struct err ignored;

	return !geteuid() &&
	       (file_read("/proc/self/setgroups", SETGROUPS_SIZE_MAX, &may, &ignored) ||
		strncmp(text_str(&may), "deny", 4) != 0);
}

int cage_lock(struct err *err)
{
	if (is_root_of_all() && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
				 setresuid(NOBODY, NOBODY, NOBODY) < 0))
		return err_sys(err, "run a guest as nobody");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	/* Last: a change of credentials forgets it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return 0;
}

int cage_arrange_files(const int *files, unsigned n_files, unsigned n_kept, struct err *err)
{
	int high[FILES_MAX], kept[FILES_MAX];

	for (unsigned i = 0; i < n_files; i++) {
		high[i] = fcntl(files[i], F_DUPFD_CLOEXEC, n_files);
		if (high[i] < 0)
			return err_sys(err, "arrange the files of a guest");
	}
	for (unsigned i = 0; i < n_files; i++) {
		if (dup3(high[i], i, i >= n_kept ? O_CLOEXEC : 0) < 0)
			return err_sys(err, "arrange the files of a guest");
		kept[i] = i;
	}
	descriptor_close_others(kept, n_files);
	return 0;
}
