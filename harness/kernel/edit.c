// SPDX-License-Identifier: GPL-2.0-or-later
/* edit: owns the table of edits to a kernel's source. */
#include "kernel/edit.h"

#include "base/mem.h"
#include "base/text.h"
#include "kernel/files.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define ALTERNATIVES 3
#define FURTHER_MAX  2

/* The first `find` that the file holds gives way to its `put`, everywhere in the file; and so does
 * each of the further ones, which stand for themselves. */
struct edit {
	const char *path;
	const char *when; /* only if the file holds this; NULL: always */
	struct alternative {
		const char *find, *put; /* @HZ@ stands for the number */
	} of[ALTERNATIVES], further[FURTHER_MAX];
	bool optional;	    /* a file that holds none of them stays as it is */
	const char *append; /* a file of ci/kernels that goes behind it */
};

/* A file of ci/kernels that the tree gets. */
struct addition {
	const char *path, *file;
};

static const struct addition additions[] = {
	{"arch/um/drivers/afterclose.c", "afterclose.c"},
	{"arch/um/drivers/afterclose.h", "afterclose.h"},
};

/* Edits of one file stand together. */
static const struct edit edits[] = {
	{
		.path = "arch/um/drivers/Makefile",
		.of = {{"obj-y := stdio_console.o", "obj-y := afterclose.o stdio_console.o"}},
	},
	/* HZ is fixed for ARCH=um; the timer wheel rounds by it, so it is a dimension. */
	{
		.path = "arch/um/Kconfig",
		.of = {{"config HZ\n\tint\n\tdefault 100", "config HZ\n\tint\n\tdefault @HZ@"}},
	},
	/*
	 * Up to 6.12 the buffer for a process's extended registers has a fixed size, and the host
	 * takes only exactly its CPU's: 2,696 bytes with AVX-512, 11,008 with AMX. Make it large,
	 * and use as much of it as the host says at start.
	 */
	{
		.path = "arch/x86/um/user-offsets.c",
		.when = "HOST_FP_SIZE, 2696",
		.of = {{"HOST_FP_SIZE, 2696", "HOST_FP_SIZE, 12288"}},
	},
	{
		.path = "arch/x86/um/os-Linux/registers.c",
		.when = "have_xstate_support",
		.of = {{"int have_xstate_support;", "int have_xstate_support;\n"
						    "static unsigned long host_xstate_size = "
						    "FP_SIZE * sizeof(unsigned long);"}},
		.further = {{"iov.iov_len = FP_SIZE * sizeof(unsigned long);",
			     "iov.iov_len = host_xstate_size;"},
			    {"\t\thave_xstate_support = 1;",
			     "\t{\n\t\thave_xstate_support = 1;\n"
			     "\t\thost_xstate_size = iov.iov_len;\n\t}"}},
	},
	/*
	 * Once a cell was seeded, the clock moves only when all wait: to read it costs nothing, so
	 * that how often the kernel's own threads do so shows nowhere. And it moves in whole units
	 * of what can be read of it: the rest would be a hidden part that depends on what ran
	 * before.
	 */
	{
		.path = "arch/um/kernel/time.c",
		.of = {{"if (!irqs_disabled() && !in_interrupt() && !in_softirq()",
			"if (!afterclose_clock_stands && !irqs_disabled() && !in_interrupt() && "
			"!in_softirq()"}},
		.further = {{"static u64 timer_read(struct clocksource *cs)\n{",
			     "extern bool afterclose_clock_stands;\n\n"
			     "static u64 timer_read(struct clocksource *cs)\n{"},
			    {"\te->time = time;", "\te->time = ALIGN(time, TIMER_MULTIPLIER);"}},
	},
	/* A tick is a whole number of units at each HZ: where it was not, timekeeping made up for
	 * the rest by a slower and a faster clock in turns, whose phase depends on what ran before.
	 */
	{
		.path = "arch/um/include/linux/time-internal.h",
		.of = {{"#define TIMER_MULTIPLIER 256", "#define TIMER_MULTIPLIER 64"}},
	},
	/* The same of a system call that fails, which is given a microsecond so that who retries it
	 * does not do so for ever; our guest waits for what it wants. */
	{
		.path = "arch/um/kernel/skas/syscall.c",
		.when = "um_udelay(1);",
		.of = {{"void handle_syscall(struct uml_pt_regs *r)\n{",
			"extern bool afterclose_clock_stands;\n\n"
			"void handle_syscall(struct uml_pt_regs *r)\n{"}},
		.further = {{"\t\t\tum_udelay(1);",
			     "\t\t\tif (!afterclose_clock_stands)\n\t\t\t\tum_udelay(1);"}},
	},
	/*
	 * A guest's process gives its extended registers to the kernel at each system call, and
	 * gets them back: two large copies, a sixth of what a call costs. They stay where they are,
	 * since the process of the host is the only one to change them, unless the call needs them
	 * (afterclose_spares_fp()) or a signal's frame does. So the code that the kernel has run in
	 * that process must not touch them.
	 */
	{
		.path = "arch/x86/um/shared/sysdep/ptrace.h",
		.of = {{"\tint is_user;", "\tint is_user;\n\tint fp_stays;"}},
	},
	{
		.path = "arch/um/os-Linux/skas/process.c",
		.when = "pid = userspace_pid[0];",
		.of = {{"\nvoid userspace(struct uml_pt_regs *regs",
			"\nextern int afterclose_spares_fp(unsigned long nr);\n"
			"extern void afterclose_save_fp(struct uml_pt_regs *regs);\n\n"
			"void afterclose_save_fp(struct uml_pt_regs *regs)\n{\n"
			"\tif (regs->fp_stays && get_fp_registers(userspace_pid[0], regs->fp))\n"
			"\t\tfatal_sigsegv();\n"
			"\tregs->fp_stays = 0;\n}\n\n"
			"void userspace(struct uml_pt_regs *regs"}},
		.further = {{"if (put_fp_registers(pid, regs->fp)) {",
			     "if (!regs->fp_stays && put_fp_registers(pid, regs->fp)) {"},
			    {"if (get_fp_registers(pid, regs->fp)) {",
			     "regs->fp_stays = WIFSTOPPED(status) &&\n"
			     "\t\t\t\t WSTOPSIG(status) == (SIGTRAP | 0x80) &&\n"
			     "\t\t\t\t afterclose_spares_fp(PT_SYSCALL_NR(regs->gp));\n"
			     "\t\tif (!regs->fp_stays && get_fp_registers(pid, regs->fp)) {"}},
	},
	{
		.path = "arch/x86/um/signal.c",
		.of = {{"\nstatic int copy_sc_to_user(",
			"\nextern void afterclose_save_fp(struct uml_pt_regs *regs);\n\n"
			"static int copy_sc_to_user("}},
		.further = {{"\t\tif (copy_to_user(to_fp, regs->regs.fp,",
			     "\t\tafterclose_save_fp(&regs->regs);\n"
			     "\t\tif (copy_to_user(to_fp, regs->regs.fp,"}},
		.optional = true,
	},
	{
		.path = "arch/um/kernel/skas/Makefile",
		.of = {{"CFLAGS_stub.o := $(CFLAGS_NO_HARDENING)",
			"CFLAGS_stub.o := $(CFLAGS_NO_HARDENING) -mgeneral-regs-only"}},
		.optional = true, /* up to 6.9 it is a few lines of assembler */
	},
	/* The random stream is a function of the seed: nothing is mixed in from the pool. */
	{
		.path = "drivers/char/random.c",
		.of = {{"static void crng_reseed(struct work_struct *work)\n{",
			"#define AFTERCLOSE_WORK struct work_struct *work\n"
			"static void crng_reseed(AFTERCLOSE_WORK);\n"
			"static void __maybe_unused crng_reseed_from_pool(AFTERCLOSE_WORK)\n{"},
		       {"static void crng_reseed(void)\n{",
			"#define AFTERCLOSE_WORK void\n"
			"static void crng_reseed(AFTERCLOSE_WORK);\n"
			"static void __maybe_unused crng_reseed_from_pool(AFTERCLOSE_WORK)\n{"}},
		.append = "random-tail.c",
	},
	{
		.path = "include/linux/once.h",
		.of = {{"DO_ONCE(get_random_bytes, (buf), (nbytes))",
			"DO_ONCE(afterclose_once_bytes, (buf), (nbytes), #buf)"}},
	},
	{
		.path = "include/linux/once.h",
		.of = {{"DO_ONCE_SLEEPABLE(get_random_bytes, (buf), (nbytes))",
			"DO_ONCE_SLEEPABLE(afterclose_once_bytes, (buf), (nbytes), #buf)"}},
		.optional = true,
	},
	{
		.path = "include/linux/once.h",
		.of = {{"#define get_random_once(",
			"void afterclose_once_bytes(void *buf, size_t len, const char *name);\n"
			"extern unsigned long afterclose_jiffies;\n\n"
			"#define get_random_once("}},
	},
	{
		.path = "net/ipv4/inet_hashtables.c",
		.of = {{"static u32 *table_perturb;", "static u32 *table_perturb;"},
		       {"static u32 table_perturb[", "static u32 table_perturb["}},
		.append = "ports-tail.c",
	},
	/* Each network namespace looks once a second (1.024 s at HZ 250) whether IPVS has to defend
	 * itself, also where it has no service; the phase of those that outlive a cell is that of
	 * what ran before, and what falls on a cell's tick takes its time. */
	{
		.path = "net/netfilter/ipvs/ip_vs_ctl.c",
		.of = {{"#define DEFENSE_TIMER_PERIOD\t1*HZ",
			"#define DEFENSE_TIMER_PERIOD \\\n"
			"\t(READ_ONCE(ipvs->enable) ? HZ : MAX_JIFFY_OFFSET)"}},
		.further = {{"/* Now there is a service - full throttle */",
			     "mod_delayed_work(system_long_wq, &ipvs->defense_work, HZ);\n"
			     "\t/* Now there is a service - full throttle */"}},
	},
	/* In the same way conntrack sweeps its table each minute, also where it is empty: the sweep
	 * rests until there is an entry, and begins a minute after it. */
	{
		.path = "net/netfilter/nf_conntrack_core.c",
		.when = "#define GC_SCAN_INITIAL_COUNT\t100",
		.of = {{"static struct conntrack_gc_work conntrack_gc_work;",
			"static struct conntrack_gc_work conntrack_gc_work;\n"
			"static bool afterclose_gc_rests;"}},
		.further =
			{{"\thlist_nulls_add_head_rcu(&ct->tuplehash[IP_CT_DIR_ORIGINAL].hnnode,",
			  "\tif (afterclose_gc_rests) {\n"
			  "\t\tafterclose_gc_rests = false;\n"
			  "\t\tmod_delayed_work(system_power_efficient_wq, "
			  "&conntrack_gc_work.dwork, GC_SCAN_INTERVAL_MAX);\n"
			  "\t}\n"
			  "\thlist_nulls_add_head_rcu(&ct->tuplehash[IP_CT_DIR_ORIGINAL].hnnode,"},
			 {"\tqueue_delayed_work(system_power_efficient_wq, &gc_work->dwork, "
			  "next_run);",
			  "\tafterclose_gc_rests = next_run && count == GC_SCAN_INITIAL_COUNT;\n"
			  "\tif (!afterclose_gc_rests)\n"
			  "\t\tqueue_delayed_work(system_power_efficient_wq, &gc_work->dwork, "
			  "next_run);"}},
	},
	/* A UML kernel is a program: the C library calls its constructors before there is anything
	 * of a kernel that could lock or print. */
	{
		.path = "kernel/gcov/gcc_base.c",
		.of = {{"\tmutex_lock(&gcov_lock);\n\tif (gcov_version == 0)",
			"\tif (gcov_version == 0)"}},
		.further = {{"\t\tpr_info(\"version magic: 0x%x\\n\", gcov_version);\n", ""},
			    {"\t\tgcov_event(GCOV_ADD, info);\n\tmutex_unlock(&gcov_lock);\n",
			     "\t\tgcov_event(GCOV_ADD, info);\n"}},
	},
	/* The files of the close path, of no effect without --gcov: a whole directory's counters
	 * would be read after each cell. */
	{
		.path = "net/ipv4/Makefile",
		.of = {{"# SPDX-License-Identifier: GPL-2.0\n",
			"# SPDX-License-Identifier: GPL-2.0\n"
			"GCOV_PROFILE_inet_connection_sock.o := y\n"
			"GCOV_PROFILE_inet_hashtables.o := y\n"
			"GCOV_PROFILE_inet_timewait_sock.o := y\n"
			"GCOV_PROFILE_tcp.o := y\n"
			"GCOV_PROFILE_tcp_input.o := y\n"
			"GCOV_PROFILE_tcp_ipv4.o := y\n"
			"GCOV_PROFILE_tcp_minisocks.o := y\n"
			"GCOV_PROFILE_tcp_output.o := y\n"
			"GCOV_PROFILE_tcp_timer.o := y\n"}},
	},
	{
		.path = "net/ipv6/Makefile",
		.of = {{"# SPDX-License-Identifier: GPL-2.0\n",
			"# SPDX-License-Identifier: GPL-2.0\n"
			"GCOV_PROFILE_inet6_hashtables.o := y\n"
			"GCOV_PROFILE_tcp_ipv6.o := y\n"}},
	},
	/* Ports are shuffled by uptime, each 10 s; let it be the time since the cell began. */
	{
		.path = "net/core/secure_seq.c",
		.of = {{"jiffies / EPHEMERAL_PORT_SHUFFLE_PERIOD",
			"(jiffies - afterclose_jiffies) / EPHEMERAL_PORT_SHUFFLE_PERIOD"}},
		.optional = true,
	},
	/* A table that all namespaces share draws when it grows, which the first cells of a guest
	 * make it do. */
	{
		.path = "net/core/neighbour.c",
		.of = {{"*x = get_random_u32() | 1;", "*x = 1;"},
		       {"get_random_bytes(x, sizeof(*x));\n\t*x |= 1;", "*x = 1;"}},
		.optional = true,
	},
	/* Reports of multicast groups, which nobody in a lab asks for, would take from the stream
	 * when a cell plays, and come in the midst of it: they go two ticks after the group was
	 * joined. */
	{
		.path = "net/ipv6/mcast.c",
		.of = {{"get_random_u32_below(", "0 * ("},
		       {"prandom_u32_max(", "0 * ("},
		       {"prandom_u32() % ", "0 * "}},
	},
	/* A link that comes up within a second of another's event would wait for the end of it:
	 * what played before would say in which order the hosts of a lab take from the random
	 * stream. */
	{
		.path = "net/core/link_watch.c",
		.of = {{"if (!urgent_only)\n\t\tlinkwatch_nextevent = jiffies + HZ;",
			"if (!urgent_only)\n\t\tlinkwatch_nextevent = jiffies;"}},
	},
	/* Each five minutes of uptime, whatever cell runs then, the tables would draw from it. */
	{
		.path = "net/core/neighbour.c",
		.of = {{"get_random_u32_below(base) + (base >> 1)", "base"},
		       {"prandom_u32_max(base) + (base >> 1)", "base"},
		       {"(prandom_u32() % base) + (base >> 1)", "base"}},
	},
};

const char *kernel_file_text(const char *name)
{
	for (size_t i = 0; i < n_kernel_files; i++) {
		if (!strcmp(kernel_files[i].name, name))
			return kernel_files[i].text;
	}
	assert(!"a file of ci/kernels is missing");
	return NULL;
}

bool edit_is_ours(const char *path)
{
	for (size_t i = 0; i < ARRAY_SIZE(additions); i++) {
		if (!strcmp(additions[i].path, path))
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		if (!strcmp(edits[i].path, path))
			return true;
	}
	return false;
}

static bool is_below(const char *dir, const char *path)
{
	size_t len = strlen(dir);

	return !strncmp(dir, path, len) && path[len] == '/';
}

bool edit_is_below(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(additions); i++) {
		if (is_below(dir, additions[i].path))
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		if (is_below(dir, edits[i].path))
			return true;
	}
	return false;
}

static void replace_all(struct text *text, const char *find, const char *put)
{
	struct text out = {0};
	const char *at = text_str(text), *hit;

	while ((hit = strstr(at, find))) {
		text_addn(&out, at, hit - at);
		text_addn(&out, put, strlen(put));
		at = hit + strlen(find);
	}
	text_addn(&out, at, strlen(at));
	text_free(text);
	*text = out;
}

/* NULL: the text holds none of them. */
static const struct alternative *alternative_find(const struct edit *edit, const char *text)
{
	for (size_t i = 0; i < ALTERNATIVES && edit->of[i].find; i++) {
		if (strstr(text, edit->of[i].find))
			return &edit->of[i];
	}
	return NULL;
}

static int edit_unexpected(const struct edit *edit, const char *find, struct err *err)
{
	if (edit->optional)
		return 0;
	return err_set(
		err, EINVAL,
		"%s of this tree is not as expected: it does not say \"%.*s\" (UML guests are "
		"built from 5.18 on, and from 5.10 and 5.15 as the stable trees have them)",
		edit->path, (int)strcspn(find, "\n"), find);
}

static void put_in(const struct alternative *of, struct text *text, int hz)
{
	_cleanup_free_ char *number = mem_printf("%d", hz);
	_cleanup_text_ struct text put = {0};

	text_add(&put, "%s", of->put);
	replace_all(&put, "@HZ@", number);
	replace_all(text, of->find, text_str(&put));
}

/* EINVAL: the file holds none of the texts that the edit looks for. */
static int edit_one(const struct edit *edit, const char *original, struct text *text, int hz,
		    struct err *err)
{
	const struct alternative *of = alternative_find(edit, text_str(text));

	if (edit->when && !strstr(original, edit->when))
		return 0;
	if (!of)
		return edit_unexpected(edit, edit->of[0].find, err);
	put_in(of, text, hz);
	for (size_t i = 0; i < FURTHER_MAX && edit->further[i].find; i++) {
		of = &edit->further[i];
		if (strstr(text_str(text), of->find))
			put_in(of, text, hz);
		else if (edit_unexpected(edit, of->find, err) < 0)
			return -err->code;
	}
	if (edit->append)
		text_add(text, "%s", kernel_file_text(edit->append));
	return 0;
}

static bool edits_file_before(size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (!strcmp(edits[k].path, edits[i].path))
			return true;
	}
	return false;
}

/* Through a link in the place of a directory it would be the tree's own file that is written. */
static int shadow_write(const char *shadow, const char *path, const char *bytes, size_t len,
			struct err *err)
{
	_cleanup_free_ char *to = mem_printf("%s/%s", shadow, path);
	char *slash = to + strlen(shadow);
	struct stat st;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (lstat(to, &st))
			return err_sys(err, "%s", to);
		if (!S_ISDIR(st.st_mode))
			return err_set(err, ENOTDIR, "%s is no directory of the build's own", to);
		*slash = '/';
	}
	return files_write(to, bytes, len, err);
}

/* All edits of edits[first]'s file. */
static int edit_file(const char *tree, const char *shadow, size_t first, int hz, struct err *err)
{
	const char *path = edits[first].path;
	_cleanup_free_ char *from = mem_printf("%s/%s", tree, path);
	_cleanup_text_ struct text original = {0}, text = {0};

	if (files_read(from, &original, err) < 0)
		return err_prefix(err, "not a kernel that can be built as ARCH=um");
	text_addn(&text, text_str(&original), original.len);
	for (size_t i = first; i < ARRAY_SIZE(edits); i++) {
		if (!strcmp(edits[i].path, path) &&
		    edit_one(&edits[i], text_str(&original), &text, hz, err) < 0)
			return -err->code;
	}
	return shadow_write(shadow, path, text_str(&text), text.len, err);
}

int edit_apply(const char *tree, const char *shadow, int hz, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		if (!edits_file_before(i) && edit_file(tree, shadow, i, hz, err) < 0)
			return -err->code;
	}
	for (size_t i = 0; i < ARRAY_SIZE(additions); i++) {
		const char *text = kernel_file_text(additions[i].file);

		if (shadow_write(shadow, additions[i].path, text, strlen(text), err) < 0)
			return -err->code;
	}
	return 0;
}
