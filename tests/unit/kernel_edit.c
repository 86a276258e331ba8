// SPDX-License-Identifier: GPL-2.0-or-later
/* The edits to a kernel's source, its shadow, and its configuration. No kernel is built here. */
#include "kernel/build.h"
#include "kernel/config.h"
#include "kernel/edit.h"
#include "kernel/program.h"
#include "kernel/shadow.h"
#include "kernel/tools.h"
#include "place.h"
#include "readdir.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>

TestSuite(edit, .init = place_make, .fini = place_remove);

/* The least that looks like a tree to the edits. */
static void tree_make(void)
{
	static const char *const files[][2] = {
		{"tree/arch/um/Kconfig", "config HZ\n\tint\n\tdefault 100\n"},
		{"tree/arch/um/drivers/Makefile", "obj-y := stdio_console.o fd.o\n"},
		{"tree/arch/um/drivers/fd.c", "/* fd */\n"},
		{"tree/arch/um/include/linux/time-internal.h", "#define TIMER_MULTIPLIER 256\n"},
		{"tree/arch/um/kernel/skas/syscall.c",
		 "void handle_syscall(struct uml_pt_regs *r)\n{\n\t\t\tum_udelay(1);\n}\n"},
		{"tree/arch/um/kernel/time.c",
		 "\te->time = time;\nstatic u64 timer_read(struct clocksource *cs)\n{\n"
		 "if (!irqs_disabled() && !in_interrupt() && !in_softirq() &&\n"},
		{"tree/arch/um/drivers/fd.o", "object"},
		{"tree/arch/um/kernel/skas/Makefile", "obj-y := clone.o mmu.o\n"},
		{"tree/arch/um/os-Linux/skas/process.c",
		 "\nvoid userspace(struct uml_pt_regs *regs)\n{\n"
		 "\tint status, pid = userspace_pid[0];\n"
		 "\t\tif (put_fp_registers(pid, regs->fp)) {\n"
		 "\t\tif (get_fp_registers(pid, regs->fp)) {\n"},
		{"tree/arch/x86/um/shared/sysdep/ptrace.h", "\tint is_user;\n"},
		{"tree/arch/x86/um/signal.c", "of another shape\n"},
		{"tree/arch/x86/um/user-offsets.c", "DEFINE_LONGS(HOST_FP_SIZE, 2696);\n"},
		{"tree/arch/x86/um/os-Linux/registers.c",
		 "int have_xstate_support;\n"
		 "\t\tiov.iov_len = FP_SIZE * sizeof(unsigned long);\n"
		 "\t\thave_xstate_support = 1;\n"},
		{"tree/arch/arm/Kconfig", "config ARM\n"},
		{"tree/drivers/char/random.c", "static void crng_reseed(void)\n{\n}\n"},
		{"tree/include/linux/once.h", "#define get_random_once(buf, nbytes) "
					      "DO_ONCE(get_random_bytes, (buf), (nbytes))\n"},
		{"tree/include/generated/x.h", "generated"},
		{"tree/kernel/gcov/gcc_base.c",
		 "void __gcov_init(struct gcov_info *info)\n{\n\tmutex_lock(&gcov_lock);\n"
		 "\tif (gcov_version == 0) {\n"
		 "\t\tpr_info(\"version magic: 0x%x\\n\", gcov_version);\n\t}\n"
		 "\t\tgcov_event(GCOV_ADD, info);\n\tmutex_unlock(&gcov_lock);\n}\n"},
		{"tree/net/ipv6/Makefile",
		 "# SPDX-License-Identifier: GPL-2.0\nobj-y := route.o\n"},
		{"tree/net/ipv4/inet_hashtables.c", "static u32 *table_perturb;\n"},
		{"tree/net/ipv4/Makefile",
		 "# SPDX-License-Identifier: GPL-2.0\nobj-y := route.o\n"},
		{"tree/net/core/secure_seq.c", "of 5.10\n"},
		{"tree/net/core/neighbour.c",
		 "return base ? prandom_u32_max(base) + (base >> 1) : 0;\n"},
		{"tree/net/ipv6/mcast.c",
		 "delay = prandom_u32_max(unsolicited_report_interval(idev));\n"},
		{"tree/net/core/link_watch.c",
		 "\tif (!urgent_only)\n\t\tlinkwatch_nextevent = jiffies + HZ;\n"},
		{"tree/net/netfilter/nf_conntrack_core.c",
		 "#define GC_SCAN_INITIAL_COUNT\t100\n"
		 "static struct conntrack_gc_work conntrack_gc_work;\n"
		 "\thlist_nulls_add_head_rcu(&ct->tuplehash[IP_CT_DIR_ORIGINAL].hnnode,\n"
		 "\tqueue_delayed_work(system_power_efficient_wq, &gc_work->dwork, next_run);\n"},
		{"tree/net/netfilter/ipvs/ip_vs_ctl.c",
		 "#define DEFENSE_TIMER_PERIOD\t1*HZ\n"
		 "\t/* Now there is a service - full throttle */\n"},
		{"tree/.config", "CONFIG_X=y\n"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		text_file_make(files[i][0], files[i][1]);
	text_file_make("shadow/.keep", "");
}

static void check_holds(const char *name, const char *expected)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", place, name);
	_cleanup_text_ struct text text = {0};
	struct err err;

	cr_assert_eq(files_read(path, &text, &err), 0, "%s", err.msg);
	cr_expect(strstr(text_str(&text), expected), "%s: %s", name, text_str(&text));
}

static int tree_edit(int hz, struct err *err)
{
	_cleanup_free_ char *tree = mem_printf("%s/tree", place);
	_cleanup_free_ char *shadow = mem_printf("%s/shadow", place);

	return shadow_link(tree, shadow, err) < 0 ? -err->code : edit_apply(tree, shadow, hz, err);
}

static bool is_there(const char *name, struct stat *ret)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", place, name);

	return !lstat(path, ret);
}

Test(edit, a_tree)
{
	struct stat st, again;
	struct err err;

	tree_make();
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	check_holds("shadow/arch/um/Kconfig", "default 1000\n");
	check_holds("shadow/arch/um/drivers/Makefile", "obj-y := afterclose.o stdio_console.o");
	check_holds("shadow/arch/um/drivers/afterclose.c", "AFTERCLOSE_RESEED");
	check_holds("shadow/arch/x86/um/user-offsets.c", "HOST_FP_SIZE, 12288");
	check_holds("shadow/arch/um/kernel/time.c", "e->time = ALIGN(time, TIMER_MULTIPLIER);");
	check_holds("shadow/arch/um/include/linux/time-internal.h", "TIMER_MULTIPLIER 64\n");
	check_holds("shadow/arch/um/kernel/skas/syscall.c", "if (!afterclose_clock_stands)\n");
	check_holds("shadow/arch/um/os-Linux/skas/process.c",
		    "if (!regs->fp_stays && put_fp_registers(pid, regs->fp)) {\n");
	check_holds("shadow/arch/um/os-Linux/skas/process.c",
		    "afterclose_spares_fp(PT_SYSCALL_NR(regs->gp));\n"
		    "\t\tif (!regs->fp_stays && get_fp_registers(pid, regs->fp)) {\n");
	check_holds("shadow/arch/x86/um/shared/sysdep/ptrace.h", "int fp_stays;");
	check_holds("shadow/arch/um/kernel/time.c", "if (!afterclose_clock_stands && ");
	check_holds("shadow/arch/x86/um/os-Linux/registers.c",
		    "\t\tiov.iov_len = host_xstate_size;\n");
	check_holds("shadow/arch/x86/um/os-Linux/registers.c", "host_xstate_size = iov.iov_len;\n");
	check_holds("shadow/drivers/char/random.c", "crng_reseed_from_pool(AFTERCLOSE_WORK)\n{\n}");
	check_holds("shadow/drivers/char/random.c", "early_param(\"afterclose.seed\"");
	check_holds("shadow/include/linux/once.h", "DO_ONCE(afterclose_once_bytes,");
	check_holds("shadow/net/core/neighbour.c", "return base ? base : 0;");
	check_holds("shadow/net/ipv6/mcast.c",
		    "delay = 0 * (unsolicited_report_interval(idev));\n");
	check_holds("shadow/net/core/link_watch.c", "\t\tlinkwatch_nextevent = jiffies;\n");
	check_holds("shadow/net/netfilter/nf_conntrack_core.c",
		    "static bool afterclose_gc_rests;\n");
	check_holds("shadow/net/netfilter/nf_conntrack_core.c",
		    "\t\tafterclose_gc_rests = false;\n");
	check_holds("shadow/net/netfilter/nf_conntrack_core.c", "\tif (!afterclose_gc_rests)\n");
	check_holds("shadow/net/netfilter/ipvs/ip_vs_ctl.c",
		    "(READ_ONCE(ipvs->enable) ? HZ : MAX_JIFFY_OFFSET)\n");
	check_holds("shadow/net/netfilter/ipvs/ip_vs_ctl.c",
		    "mod_delayed_work(system_long_wq, &ipvs->defense_work, HZ);\n");
	check_holds("shadow/arch/um/drivers/fd.c", "/* fd */");
	check_holds("tree/arch/um/Kconfig", "default 100\n");
	cr_expect(!is_there("shadow/.config", &st) && !is_there("shadow/include/generated", &st));
	cr_expect(!is_there("shadow/arch/um/drivers/fd.o", &st));
	cr_expect(is_there("shadow/arch/arm", &st) && S_ISLNK(st.st_mode));

	/* Again: what has not changed keeps its time, what is new or gone is followed. */
	cr_assert(is_there("shadow/arch/um/Kconfig", &st));
	text_file_make("tree/net/ipv4/new.c", "new");
	_cleanup_free_ char *gone = mem_printf("%s/tree/arch/um/drivers/fd.c", place);

	cr_assert_eq(unlink(gone), 0);
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	cr_assert(is_there("shadow/arch/um/Kconfig", &again));
	cr_expect_eq(st.st_mtim.tv_nsec, again.st_mtim.tv_nsec);
	cr_expect_eq(st.st_ino, again.st_ino);
	cr_expect(is_there("shadow/net/ipv4/new.c", &st));
	cr_expect(!is_there("shadow/arch/um/drivers/fd.c", &st));
}

/* XFS without ftype, some FUSE and network file systems. */
Test(edit, a_file_system_without_types)
{
	_cleanup_free_ char *gone = mem_printf("%s/tree/arch/um/drivers/fd.c", place);
	struct stat st;
	struct err err;

	types_unknown = true;
	tree_make();
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	cr_expect(is_there("shadow/arch/um", &st) && S_ISDIR(st.st_mode));
	cr_expect(is_there("shadow/arch/arm", &st) && S_ISLNK(st.st_mode));
	cr_expect(is_there("shadow/arch/um/drivers/fd.c", &st) && S_ISLNK(st.st_mode));
	check_holds("shadow/arch/um/Kconfig", "default 1000\n");
	check_holds("tree/arch/um/Kconfig", "default 100\n");
	cr_assert_eq(unlink(gone), 0);
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	cr_expect(!is_there("shadow/arch/um/drivers/fd.c", &st));
}

static void shadow_place(const char *name, const char *leads)
{
	_cleanup_free_ char *path = mem_printf("%s/shadow/%s", place, name);
	_cleanup_free_ char *to = mem_printf("%s/tree/%s", place, leads);
	struct err err;

	cr_assert_eq(files_remove(path, &err), 0, "%s", err.msg);
	cr_assert_eq(symlink(to, path), 0);
}

/* What was edited once and is not now, what was a file and is a directory, and the reverse. */
Test(edit, what_stands_in_the_place_of_a_link)
{
	struct stat st;
	struct err err;

	tree_make();
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	shadow_place("arch/um/drivers/fd.c", "arch/um/Kconfig");
	shadow_place("arch/arm", "arch/um");
	shadow_place("arch/um", "arch/um");
	text_file_make("tree/net/ipv4/was-edited.c", "now");
	text_file_make("shadow/net/ipv4/was-edited.c", "then");
	text_file_make("tree/net/was-a-directory", "now");
	text_file_make("shadow/net/was-a-directory/x.c", "then");
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	cr_expect(is_there("shadow/arch/um", &st) && S_ISDIR(st.st_mode));
	check_holds("shadow/arch/um/drivers/fd.c", "/* fd */");
	check_holds("shadow/arch/arm/Kconfig", "config ARM\n");
	check_holds("shadow/net/ipv4/was-edited.c", "now");
	check_holds("shadow/net/was-a-directory", "now");
	check_holds("shadow/arch/um/Kconfig", "default 1000\n");
	check_holds("tree/arch/um/Kconfig", "default 100\n");
}

static void move_and_link(const char *from, const char *to, const char *link)
{
	_cleanup_free_ char *old = mem_printf("%s/%s", place, from);
	_cleanup_free_ char *new = mem_printf("%s/%s", place, to);

	cr_assert(!rename(old, new) && !symlink(link, old));
}

/* What it leads to is not written to either, nor through a link that somebody put into the shadow.
 */
Test(edit, a_tree_with_links_to_directories)
{
	_cleanup_free_ char *tree = mem_printf("%s/tree", place);
	_cleanup_free_ char *shadow = mem_printf("%s/shadow", place);
	struct stat st;
	struct err err;

	tree_make();
	text_file_make("tree/net/sched/x.c", "x");
	move_and_link("tree/net/ipv4", "ipv4", "../ipv4");
	move_and_link("tree/net", "net", "../net");
	cr_assert_eq(tree_edit(1000, &err), 0, "%s", err.msg);
	cr_expect(is_there("shadow/net", &st) && S_ISDIR(st.st_mode));
	cr_expect(is_there("shadow/net/ipv4", &st) && S_ISDIR(st.st_mode));
	check_holds("shadow/net/sched/x.c", "x");
	check_holds("shadow/net/core/link_watch.c", "linkwatch_nextevent = jiffies;");
	check_holds("net/core/link_watch.c", "linkwatch_nextevent = jiffies + HZ;");
	check_holds("shadow/net/ipv4/Makefile", "GCOV_PROFILE");
	cr_expect(is_there("ipv4/Makefile", &st) && st.st_size == 52);

	shadow_place("net/core", "net/core");
	cr_expect_eq(edit_apply(tree, shadow, 250, &err), -ENOTDIR);
	check_holds("net/core/link_watch.c", "linkwatch_nextevent = jiffies + HZ;");
}

Test(edit, a_tree_that_is_not_as_expected)
{
	struct err err;

	tree_make();
	text_file_make("tree/drivers/char/random.c",
		       "static void crng_reseed(struct crng *crng)\n");
	cr_expect_eq(tree_edit(250, &err), -EINVAL);
	cr_expect(strstr(err.msg, "drivers/char/random.c of this tree is not as expected"), "%s",
		  err.msg);
}

Test(edit, what_a_tree_does_not_take)
{
	_cleanup_free_ char *config =
		file_make("config", "CONFIG_A=y\nCONFIG_BB=y\n# CONFIG_C is not set\n", 45);
	struct err err;

	cr_expect_eq(config_check("CONFIG_A=y\n# note\nCONFIG_BB=y\n# CONFIG_D is not set\n",
				  config, &err),
		     0);
	cr_expect_eq(config_check("CONFIG_A=y\nCONFIG_B=y\nCONFIG_C=y\n", config, &err), -ENOTSUP);
	cr_expect(strstr(err.msg, ": CONFIG_B=y CONFIG_C=y"), "%s", err.msg);
	cr_expect_eq(config_check("# Where there is one.\nCONFIG_C=y\n", config, &err), 0);
	cr_expect_eq(config_check("# Where there is one.\n# Needed.\nCONFIG_C=y\n", config, &err),
		     -ENOTSUP);
}

/* tree/ with this Makefile as tree.tar, called so there; seen from the place. */
static char *tarball_make_as(const char *makefile, const char *from, const char *name)
{
	_cleanup_free_ char *tarball = mem_printf("%s/tree.tar", place);
	_cleanup_free_ char *dir = mem_printf("%s/%s", place, from);
	const char *const argv[] = {"tar", "-C", dir, "-c", "-f", tarball, name, NULL};
	char *ret = mem_strdup(tarball);
	struct err err;

	text_file_make("tree/Makefile", makefile);
	cr_assert_eq(program_run(&(struct program){.argv = argv}, &err), 0, "%s", err.msg);
	return ret;
}

static char *tarball_make(const char *makefile)
{
	return tarball_make_as(makefile, ".", "tree");
}

/* A directory in it, the same by another name, and none. */
Test(edit, tarballs_of_several_layouts)
{
	static const char *const layouts[][2] = {{".", "tree"}, {".", "./tree"}, {"tree", "."}};
	struct build_options options = {.hz = BUILD_HZ_USUAL, .jobs = 1};
	_cleanup_free_ char *name = NULL;
	struct err err;

	if (tools_check(TOOL_BUILD, &err) < 0)
		cr_skip_test("%s", err.msg);
	tree_make();
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		_cleanup_free_ char *tarball = tarball_make_as(
			"allnoconfig:\n\t@echo found; false\n", layouts[i][0], layouts[i][1]);

		options.source = tarball;
		cr_expect_eq(build_uml(&options, &name, &err), -ECHILD);
		cr_expect(strstr(err.msg, "found"), "%zu: %s", i, err.msg);
	}
}

/* Whoever builds other kernels in this shell gets the same one here. */
Test(edit, what_the_environment_asks_for)
{
	static const char *const names[] = {"CROSS_COMPILE", "LLVM",	  "KCFLAGS",
					    "KAFLAGS",	     "KCPPFLAGS", "LOCALVERSION",
					    "MAKEFLAGS",     "SUBARCH"};
	struct build_options options = {.hz = BUILD_HZ_USUAL, .jobs = 1};
	_cleanup_free_ char *tarball = NULL, *name = NULL;
	_cleanup_text_ struct text makefile = {0};
	struct err err;

	if (tools_check(TOOL_BUILD, &err) < 0)
		cr_skip_test("%s", err.msg);
	tree_make();
	text_add(&makefile, "allnoconfig:\n\t@echo 'got:");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		setenv(names[i], "leaks", 1);
		text_add(&makefile, " $(%s)", names[i]);
	}
	text_add(&makefile, "'; echo $$GNUMAKEFLAGS; false\n");
	setenv("GNUMAKEFLAGS", "leaks=1", 1);
	setenv("MAKEFILES", "/nowhere/leaks", 1);
	tarball = tarball_make(text_str(&makefile));
	options.source = tarball;
	cr_expect_eq(build_uml(&options, &name, &err), -ECHILD);
	cr_expect(strstr(err.msg, "got:") && !strstr(err.msg, "leaks"), "%s", err.msg);
}

/* The build that is killed cannot take its directory away; the next one of that name begins anew.
 */
Test(edit, a_tarball_after_a_build_that_was_killed)
{
	_cleanup_free_ char *tarball = NULL, *name = NULL;
	struct build_options options = {.hz = BUILD_HZ_USUAL, .jobs = 1};
	struct err err;
	int status;
	pid_t pid;

	if (tools_check(TOOL_BUILD, &err) < 0)
		cr_skip_test("%s", err.msg);
	tree_make();
	tarball = tarball_make("allnoconfig:\n\ttouch $(O)/stale.o\n"
			       "\tkill -9 $$(cut -d' ' -f4 /proc/$$PPID/stat)\n\tsleep 60\n");
	options.source = tarball;
	pid = fork();
	if (!pid)
		_exit(build_uml(&options, &name, &err) < 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status), "%d", status);
	free(tarball_make("allnoconfig:\n\t@ls $(O)\n\t@echo new; false\n"));
	cr_expect_eq(build_uml(&options, &name, &err), -ECHILD);
	cr_expect(strstr(err.msg, "new") && !strstr(err.msg, "stale.o"), "%s", err.msg);
}
