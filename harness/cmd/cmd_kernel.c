// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_kernel: owns `afterclose kernel`: the kernels that guests boot, and how they are come by. */
#include "cmd/cmd.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "kernel/build.h"
#include "kernel/cache.h"
#include "kernel/fetch.h"
#include "kernel/image.h"
#include "kernel/naming.h"
#include "kernel/tools.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/ioctl.h>

struct kernel_args {
	int64_t hz, jobs;
	const char *name, *mirror, *keyring, *format;
	bool gcov, debug;
};

static const struct option_row kernel_options[] = {
	{"hz", OPTION_NUMBER, offsetof(struct kernel_args, hz), "100|250|1000",
	 "build: the ticks a second (250); the timer wheel rounds by them", 100, 1000},
	{"name", OPTION_TEXT, offsetof(struct kernel_args, name), "NAME",
	 "build, fetch, add: what --target KIND:NAME calls it"},
	{"jobs", OPTION_NUMBER, offsetof(struct kernel_args, jobs), "N",
	 "build: how many compilers side by side (one a core)", 1, 1024},
	{"gcov", OPTION_FLAG, offsetof(struct kernel_args, gcov), NULL,
	 "build: count which lines of TCP's close path run, for run --coverage"},
	{"debug", OPTION_FLAG, offsetof(struct kernel_args, debug), NULL,
	 "build: lockdep, kmemleak, and KASAN where the tree has it"},
	{"mirror", OPTION_TEXT, offsetof(struct kernel_args, mirror), "LINE",
	 "fetch: from there (\"URL SUITE COMPONENT...\"), not from apt's sources"},
	{"format", OPTION_WORD, offsetof(struct kernel_args, format), "text|json",
	 "list, doctor: text if left out"},
	{"keyring", OPTION_TEXT, offsetof(struct kernel_args, keyring), "FILE",
	 "fetch: the keys that --mirror is signed with"},
	{NULL},
};

/* An option's text begins with the actions that take it: "build, fetch: ...". */
static bool option_is_of(const struct option_row *row, const char *action)
{
	const char *at = row->what, *end = strchr(row->what, ':');

	while (at < end) {
		size_t len = strcspn(at, ",:");

		if (strlen(action) == len && !memcmp(at, action, len))
			return true;
		at += len + strspn(at + len, ", ");
		at += *at == ':';
	}
	return false;
}

static bool option_is_given(const struct option_row *row, const struct kernel_args *args)
{
	const char *member = (const char *)args + row->offset;

	if (row->kind == OPTION_FLAG)
		return *(const bool *)member;
	if (row->kind == OPTION_NUMBER)
		return *(const int64_t *)member;
	return *(const char *const *)member;
}

/* Without what it asks for it would be another kernel, or another list. */
static int options_check(const struct kernel_args *args, const char *action, struct err *err)
{
	for (const struct option_row *row = kernel_options; row->name; row++) {
		if (option_is_given(row, args) && !option_is_of(row, action))
			return err_set(err, EINVAL, "kernel %s takes no --%s; it is for %.*s",
				       action, row->name, (int)strcspn(row->what, ":"), row->what);
	}
	return 0;
}

/* Errors of the harness and of the machine are 99, what the caller wrote wrong is 2. */
static int fail(const struct err *err)
{
	if (err->code == EINTR)
		return cmd_fail(err, EXIT_INTERRUPTED);
	return cmd_fail(err,
			err->code == EINVAL || err->code == ENOENT ? EXIT_USAGE : EXIT_HARNESS);
}

/* One line that is written over, on a terminal. */
static void say_progress(const char *line, void *ctx)
{
	struct winsize size;
	int columns = 79;

	(void)ctx;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 1)
		columns = size.ws_col - 1;
	fprintf(stderr, "\r\033[K%.*s", columns, line + strspn(line, " "));
}

static struct progress progress_begin(void)
{
	program_hold_signals();
	return (struct progress){.say = isatty(STDERR_FILENO) ? say_progress : NULL};
}

static void progress_end(const struct progress *progress)
{
	if (progress->say)
		fprintf(stderr, "\r\033[K");
}

static void say_bytes(uint64_t bytes, char *buf, size_t size)
{
	snprintf(buf, size, "%.1f MB", (double)bytes / 1e6);
}

static void list_json(const struct cache_entry *entries, size_t n)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name =
			mem_printf("%s:%s", kernel_kind_name(entries[i].kind), entries[i].name);

		json_array_append_new(rows, json_pack("{s:s, s:s, s:I, s:s}", "target", name,
						      "release", entries[i].release, "bytes",
						      (json_int_t)entries[i].bytes, "from",
						      entries[i].from));
	}
	cmd_print_json(rows);
	json_decref(rows);
}

static void list_text(const struct cache_entry *entries, size_t n)
{
	char size[32];

	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *name =
			mem_printf("%s:%s", kernel_kind_name(entries[i].kind), entries[i].name);

		say_bytes(entries[i].bytes, size, sizeof(size));
		printf("%-24s %-28s %9s  %s\n", name, entries[i].release, size, entries[i].from);
	}
	if (!n)
		printf("no kernels yet: see `afterclose help kernel`\n");
}

static bool is_json(const struct kernel_args *args)
{
	return args->format && !strcmp(args->format, "json");
}

static int kernel_list(const void *ctx, const char *operand)
{
	const struct kernel_args *args = ctx;
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct cache_entry *entries;
	struct err err = {0};
	size_t n;

	(void)operand;
	if (cache_open(&cache, &err) < 0 || cache_list(&cache, &entries, &n, &err) < 0)
		return fail(&err);
	(is_json(args) ? list_json : list_text)(entries, n);
	cache_entries_free(entries, n);
	return cmd_flush();
}

static int say_added(enum kernel_kind kind, const char *name)
{
	printf("%s:%s is there: afterclose run --target %s:%s\n", kernel_kind_name(kind), name,
	       kernel_kind_name(kind), name);
	return cmd_flush();
}

static int kernel_build(const void *ctx, const char *operand)
{
	const struct kernel_args *args = ctx;
	const char *source = naming_after(operand, "uml");
	int64_t hz = args->hz ? args->hz : BUILD_HZ_USUAL;
	_cleanup_free_ char *path = NULL, *name = NULL;
	struct build_options options;
	struct err err = {0};
	int ret;

	if (!source || !*source) {
		err_set(&err, EINVAL, "build takes uml:SOURCE, a tree or a tarball, not \"%s\"",
			operand);
		return fail(&err);
	}
	if (hz != 100 && hz != 250 && hz != 1000) {
		err_set(&err, EINVAL, "--hz takes 100, 250 or 1000, not %lld", (long long)hz);
		return fail(&err);
	}
	path = naming_path(source);
	options = (struct build_options){.source = path,
					 .name = args->name,
					 .hz = hz,
					 .jobs = args->jobs,
					 .gcov = args->gcov,
					 .debug = args->debug,
					 .progress = progress_begin()};
	ret = build_uml(&options, &name, &err);
	progress_end(&options.progress);
	return ret < 0 ? fail(&err) : say_added(KERNEL_UML, name);
}

static int kernel_fetch(const void *ctx, const char *operand)
{
	const struct kernel_args *args = ctx;
	struct fetch_options options = {.what = operand,
					.name = args->name,
					.mirror = args->mirror,
					.keyring = args->keyring,
					.progress = progress_begin()};
	_cleanup_free_ char *name = NULL;
	struct err err = {0};
	int ret = fetch_kernel(&options, &name, &err);

	progress_end(&options.progress);
	return ret < 0 ? fail(&err) : say_added(KERNEL_QEMU, name);
}

/* "VMLINUZ[:MODULES_DIR]" */
static int add_qemu(struct cache *cache, const char *paths, const char *name, struct err *err)
{
	const char *colon = strchr(paths, ':');
	_cleanup_free_ char *first =
		mem_strndup(paths, colon ? (size_t)(colon - paths) : strlen(paths));
	_cleanup_free_ char *image = naming_path(first), *own = naming_of_source(first);
	_cleanup_free_ char *modules = colon ? naming_path(colon + 1) : NULL;

	if (naming_check(name ? name : own, err) < 0 ||
	    image_add_qemu(cache, image, modules, name ? name : own, NULL, err) < 0)
		return -err->code;
	return say_added(KERNEL_QEMU, name ? name : own);
}

static int add_uml(struct cache *cache, const char *path, const char *name, struct err *err)
{
	_cleanup_free_ char *binary = naming_path(path), *own = naming_of_source(path);

	if (naming_check(name ? name : own, err) < 0 ||
	    image_add_uml(cache, binary, name ? name : own, err) < 0)
		return -err->code;
	return say_added(KERNEL_UML, name ? name : own);
}

static int kernel_add(const void *ctx, const char *operand)
{
	const struct kernel_args *args = ctx;
	const char *uml = naming_after(operand, "uml"), *qemu = naming_after(operand, "qemu");
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct err err = {0};
	int ret;

	if (!uml && !qemu)
		ret = err_set(&err, EINVAL,
			      "add takes uml:BINARY or qemu:VMLINUZ[:MODULES_DIR], not \"%s\"",
			      operand);
	else if (cache_open(&cache, &err) < 0)
		ret = -err.code;
	else
		ret = uml ? add_uml(&cache, uml, args->name, &err)
			  : add_qemu(&cache, qemu, args->name, &err);
	return ret < 0 ? fail(&err) : ret;
}

static int unknown(const struct cache_entry *entries, size_t n, const char *what, struct err *err)
{
	_cleanup_free_ const char **names = mem_zalloc((n + 1) * sizeof(*names));

	for (size_t i = 0; i < n; i++)
		names[i] = entries[i].name;
	if (!n)
		return err_set(err, ENOENT, "no kernel %s here, nor any other", what);
	return err_set(err, ENOENT, "no kernel %s here; the nearest is %s (afterclose kernel list)",
		       what, nearest_of(what, names, n));
}

/* "uml:NAME", "qemu:NAME", or the name alone, for both. */
static int remove_named(struct cache *cache, const char *what, struct err *err)
{
	struct cache_entry *entries;
	const char *names[2] = {what, what};
	size_t n, hits = 0;
	int ret = 0;

	if (cache_list(cache, &entries, &n, err) < 0)
		return -err->code;
	for (enum kernel_kind kind = KERNEL_UML; kind <= KERNEL_QEMU; kind++) {
		const char *after = naming_after(what, kernel_kind_name(kind));

		names[kind] = after ? after : what;
	}
	for (size_t i = 0; ret >= 0 && i < n; i++) {
		if (strcmp(entries[i].name, names[entries[i].kind]))
			continue;
		hits++;
		ret = cache_remove(cache, entries[i].kind, entries[i].name, err);
	}
	if (ret >= 0 && !hits)
		ret = unknown(entries, n, what, err);
	cache_entries_free(entries, n);
	return ret;
}

static int kernel_remove(const void *args, const char *operand)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	struct err err = {0};

	(void)args;
	if (cache_open(&cache, &err) < 0 || remove_named(&cache, operand, &err) < 0)
		return fail(&err);
	return EXIT_PASS;
}

/* "uml", "qemu" (the newest), or with ":NAME" behind: where the kernel itself is, once checked. */
static int kernel_path(const void *args, const char *operand)
{
	struct err err = {0};

	(void)args;
	for (enum kernel_kind kind = KERNEL_UML; kind <= KERNEL_QEMU; kind++) {
		_cleanup_kernel_ struct kernel kernel = {.fd = -1};
		const char *name = naming_after(operand, kernel_kind_name(kind));

		if (!name && strcmp(operand, kernel_kind_name(kind)))
			continue;
		if (kernel_find(kind, name, &kernel, &err) < 0)
			return fail(&err);
		printf("%s\n", kernel.path);
		return cmd_flush();
	}
	err_set(&err, EINVAL, "path takes uml[:NAME] or qemu[:NAME], not \"%s\"", operand);
	return fail(&err);
}

static void tool_text(const struct tool *tool, bool there)
{
	printf("%-8s %-20s for %s%s%s\n", there ? "ok" : "missing", tool->program, tool->what,
	       there ? "" : ": apt-get install ", there ? "" : tool->package);
}

static json_t *tool_json(const struct tool *tool, bool there)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "program", tool->program, "state",
			 there ? "ok" : "missing", "for", tool->what, "package", tool->package);
}

static int kernel_doctor(const void *ctx, const char *operand)
{
	const struct kernel_args *args = ctx;
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	bool json = is_json(args);
	json_t *rows = json_array();
	struct err err = {0};
	size_t n_missing = 0;

	(void)operand;
	for (size_t i = 0; i < n_tools; i++) {
		bool there = program_is_there(tools[i].program);

		if (json)
			json_array_append_new(rows, tool_json(&tools[i], there));
		else
			tool_text(&tools[i], there);
		n_missing += !there;
	}
	if (json)
		cmd_print_json(rows);
	json_decref(rows);
	if (cache_open(&cache, &err) < 0)
		return fail(&err);
	if (!json)
		printf("%-8s %-20s %s\n", "ok", "cache", cache.dir);
	return cmd_flush() ? EXIT_HARNESS : n_missing ? cmd_nothing_ran() : EXIT_PASS;
}

static const struct action actions[] = {
	{"list", 0, kernel_list},     {"build", 1, kernel_build}, {"fetch", 1, kernel_fetch},
	{"add", 1, kernel_add},	      {"path", 1, kernel_path},	  {"remove", 1, kernel_remove},
	{"doctor", 0, kernel_doctor},
};

static int cmd_kernel(void *ctx, const struct texts *operands)
{
	struct err err = {0};

	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (!strcmp(actions[i].name, operands->of[0]) &&
		    options_check(ctx, actions[i].name, &err) < 0)
			return cmd_fail(&err, EXIT_USAGE);
	}
	return cmd_act(&command_kernel, actions, ARRAY_SIZE(actions), ctx, operands);
}

/* What is not given is not there: options_check(). */
static const struct kernel_args kernel_presets = {0};

const struct command command_kernel = {
	.name = "kernel",
	.operands = "list | build uml:SOURCE | fetch debian:6.1 | add uml:BINARY | "
		    "add qemu:VMLINUZ[:MODULES_DIR] | path KIND[:NAME] | remove NAME | doctor",
	.operands_min = 1,
	.operands_max = 2,
	.what = "the kernels of virtual-time guests: build one, fetch a stock one, list, remove",
	.options = kernel_options,
	COMMAND_ARGS(kernel_presets),
	.run = cmd_kernel,
};
