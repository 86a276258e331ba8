// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernels' names, and the files and programs that they are made with. */
#include "base/mem.h"
#include "kernel/build.h"
#include "kernel/fetch.h"
#include "kernel/files.h"
#include "kernel/naming.h"
#include "kernel/program.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void check_name(const char *path, const char *expected)
{
	_cleanup_free_ char *name = naming_of_source(path);

	cr_expect_str_eq(name, expected, "%s: %s", path, name);
}

Test(naming, of_sources)
{
	check_name("/usr/src/linux-source-6.12.tar.xz", "linux-6.12");
	check_name("/home/me/net-next/", "net-next");
	check_name("linux-6.1.192.tar", "linux-6.1.192");
	check_name("/boot/vmlinuz-6.1.0-56-amd64", "vmlinuz-6.1.0-56-amd64");
	check_name("my.tarot", "my.tarot");
}

Test(naming, check)
{
	struct err err;

	cr_expect_eq(naming_check("linux-6.12_a+b", &err), 0);
	cr_expect_eq(naming_check("", &err), -EINVAL);
	cr_expect_eq(naming_check("../x", &err), -EINVAL);
	cr_expect_eq(naming_check("a/b", &err), -EINVAL);
	cr_expect_eq(naming_check("a:b", &err), -EINVAL);
	cr_expect_eq(naming_check("-a", &err), -EINVAL);
}

Test(naming, specs)
{
	setenv("HOME", "/home/me", 1);
	_cleanup_free_ char *home = naming_path("~/linux"), *other = naming_path("~you/linux");

	cr_expect_str_eq(naming_after("uml:~/linux", "uml"), "~/linux");
	cr_expect_null(naming_after("umlx:~/linux", "uml"));
	cr_expect_null(naming_after("uml", "uml"));
	cr_expect_str_eq(home, "/home/me/linux");
	cr_expect_str_eq(other, "~you/linux");
}

Test(naming, builds)
{
	struct build_options options = {.source = "/x/linux", .hz = 250};
	_cleanup_free_ char *usual = build_name(&options), *other = NULL;

	options.hz = 1000;
	options.debug = true;
	other = build_name(&options);
	cr_expect_str_eq(usual, "linux");
	cr_expect_str_eq(other, "linux-hz1000-debug");
}

static void check_newest(const char *lines, const char *series, const char *expected)
{
	_cleanup_free_ char *prefix = mem_printf("linux-image-%s", series);
	_cleanup_free_ char *name = fetch_newest(lines, prefix, "-cloud-amd64");

	cr_expect_str_eq(name ? name : "none", expected);
}

Test(fetch, newest)
{
	static const char lines[] =
		"linux-image-6.1.0-9-cloud-amd64 - Linux 6.1 for x86-64 cloud (signed)\n"
		"linux-image-6.1.0-56-cloud-amd64 - Linux 6.1 for x86-64 cloud (signed)\n"
		"linux-image-6.1.0-57-cloud-amd64-unsigned - Linux 6.1 for x86-64 cloud\n"
		"linux-image-6.12-cloud-amd64 - Linux for x86-64 cloud (meta-package)\n"
		"linux-image-6.12.117+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)\n"
		"linux-image-6.12.9+deb12-cloud-amd64 - Linux 6.12 for x86-64 cloud (signed)\n";

	check_newest(lines, "6.1", "linux-image-6.1.0-56-cloud-amd64");
	check_newest(lines, "6.12", "linux-image-6.12.117+deb12-cloud-amd64");
	check_newest(lines, "6.11", "none");
	check_newest("", "6.1", "none");
}

/* By a user without privilege, whom a directory's mode binds. 0: gone. */
static int removal_of_read_only(void)
{
	char dir[] = "/tmp/afterclose-files-XXXXXX";
	const char *const argv[] = {
		"sh", "-c",
		"mkdir -p a/b a/c/d && echo x >a/b/x && chmod -R a-w a && chmod 0 a/c/d", NULL};
	struct err err;

	if (!geteuid() && (setgid(65534) || setuid(65534)))
		return 1;
	if (!mkdtemp(dir) || program_run(&(struct program){.argv = argv, .dir = dir}, &err) < 0)
		return 2;
	return files_remove(dir, &err) < 0 ? 3 : !access(dir, F_OK);
}

Test(files, read_only_directories_are_removed)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(removal_of_read_only());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && !WEXITSTATUS(status), "%d", WEXITSTATUS(status));
}

Test(program, fails_with_its_last_lines)
{
	const char *const argv[] = {"sh", "-c", "echo one; echo two >&2; exit 3", NULL};
	const char *const none[] = {"afterclose-no-such-program", NULL};
	struct err err;

	cr_expect_eq(program_run(&(struct program){.argv = argv}, &err), -ECHILD);
	cr_expect_str_eq(err.msg, "sh failed: one | two");
	cr_expect_eq(
		program_run(&(struct program){.argv = argv, .name = "it", .noise = "tw"}, &err),
		-ECHILD);
	cr_expect_str_eq(err.msg, "it failed: one");
	cr_expect_eq(program_run(&(struct program){.argv = none}, &err), -ECHILD);
	cr_expect(strstr(err.msg, "No such file"), "%s", err.msg);
}

/* A signal that would end us ends the program, and leaves us to clean up. */
Test(program, is_interrupted)
{
	const char *const argv[] = {"sh", "-c", "kill -INT $PPID; sleep 60", NULL};
	struct err err;

	program_hold_signals();
	cr_expect_eq(program_run(&(struct program){.argv = argv}, &err), -EINTR);
}

/* One that does not want to end is killed with all that it started: the sleep, by which it waits.
 */
Test(program, is_killed, .timeout = 50)
{
	const char *const argv[] = {"sh", "-c", "trap '' TERM; kill -INT $PPID; sleep 60; exit",
				    NULL};
	struct err err;

	program_hold_signals();
	cr_expect_eq(program_run(&(struct program){.argv = argv}, &err), -EINTR);
}
