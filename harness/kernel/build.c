// SPDX-License-Identifier: GPL-2.0-or-later
/* build: owns the steps from source to kernel, and the directory they work in. */
#include "kernel/build.h"

#include "base/hash.h"
#include "base/mem.h"
#include "kernel/cache.h"
#include "kernel/config.h"
#include "kernel/edit.h"
#include "kernel/entry.h"
#include "kernel/files.h"
#include "kernel/naming.h"
#include "kernel/shadow.h"
#include "kernel/tools.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* One build: a directory of the cache with what it needs. */
struct work {
	const struct build_options *options;
	char *dir;	/* trees/KEY; removed at the end if the source is a tarball */
	char *tree;	/* the source, absolute */
	char *src;	/* its shadow */
	char *out;	/* what make makes */
	char *log;	/* what make says */
	char *fragment; /* the configuration asked for */
	int lock_fd;
	bool unpacked;
};

static void work_free(struct work *work)
{
	if (work->unpacked)
		files_remove(work->dir, &(struct err){0});
	free(work->dir);
	free(work->tree);
	free(work->src);
	free(work->out);
	free(work->log);
	free(work->fragment);
	mem_cleanup_close(&work->lock_fd);
}

/* Of a path, "linux" for one that has no name of its own. */
char *build_name(const struct build_options *options)
{
	_cleanup_free_ char *base = naming_of_source(options->source), *hz = NULL;

	if (options->hz != BUILD_HZ_USUAL)
		hz = mem_printf("-hz%d", (int)options->hz);
	return mem_printf("%s%s%s%s", base, hz ? hz : "", options->gcov ? "-gcov" : "",
			  options->debug ? "-debug" : "");
}

/* Where this source is built with these options: the same place each time. */
static char *work_dir(const struct cache *cache, const struct build_options *options,
		      const char *source)
{
	_cleanup_free_ char *what =
		mem_printf("%s %d %d %d", source, (int)options->hz, options->gcov, options->debug);
	char key[17];

	hash_format(hash_bytes(what, strlen(what), HASH_START), key);
	return mem_printf("%s/trees/%s", cache->dir, key);
}

/* Two builds of one tree wait for each other. The lock is beside the directory, which may go. */
static int work_lock(struct work *work, struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s.lock", work->dir);

	if (files_mkdir(work->dir, err) < 0)
		return -err->code;
	work->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (work->lock_fd < 0)
		return err_sys(err, "%s", path);
	if (flock(work->lock_fd, LOCK_EX | LOCK_NB))
		return err_set(err, EBUSY, "%s is being built by somebody else just now",
			       work->options->source);
	return 0;
}

/* What stays of a build that was killed is of no use, the objects neither: the files of another
 * tarball may be older than they are. The lock and the log are beside the directory. */
static int unpack(struct work *work, const char *tarball, struct err *err)
{
	const char *const argv[] = {"tar", "-x", "-f", tarball, "-C", work->tree, NULL};
	struct program tar = {.argv = argv, .log = work->log};
	struct progress progress = work->options->progress;
	size_t len = strlen(tarball);

	if (len > 3 && !strcmp(tarball + len - 3, ".xz") && tools_check(TOOL_UNPACK_XZ, err) < 0)
		return -err->code;
	if (len > 4 && !strcmp(tarball + len - 4, ".zst") && tools_check(TOOL_UNPACK_ZST, err) < 0)
		return -err->code;
	if (progress.say)
		progress.say("unpacking the source", progress.ctx);
	if (files_remove(work->dir, err) < 0 || files_mkdir(work->tree, err) < 0)
		return -err->code;
	return program_run(&tar, err);
}

static int is_a_tree(const char *tree, const char *source, struct err *err)
{
	_cleanup_free_ char *kconfig = mem_printf("%s/arch/um/Kconfig", tree);

	if (!access(kconfig, R_OK))
		return 0;
	return err_set(err, EINVAL, "%s is no Linux source: it has no arch/um/Kconfig", source);
}

/* The source may be a directory in the tarball, or all of it. */
static void tree_find(struct work *work)
{
	_cleanup_free_ char *pattern = mem_printf("%s/*/arch/um/Kconfig", work->tree);
	_cleanup_free_ char *own = mem_printf("%s/arch/um/Kconfig", work->tree);
	glob_t found;

	if (!access(own, F_OK) || glob(pattern, 0, NULL, &found))
		return;
	free(work->tree);
	work->tree = mem_strndup(found.gl_pathv[0],
				 strlen(found.gl_pathv[0]) - strlen("/arch/um/Kconfig"));
	globfree(&found);
}

/* Whatever can be said of the source before anything is made. */
static int source_check(const struct build_options *options, struct err *err)
{
	struct stat st;

	if (stat(options->source, &st))
		return err_sys(err, "%s", options->source);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "%s is neither a directory nor a tarball",
			       options->source);
	return S_ISDIR(st.st_mode) ? is_a_tree(options->source, options->source, err) : 0;
}

/* A kernel's make splits paths at blanks and colons, and reads more into others. The build is below
 * the cache; the tree is only linked to. */
static int place_check(const struct cache *cache, struct err *err)
{
	if (!strpbrk(cache->dir, " \t\n:#$%'\"\\"))
		return 0;
	return err_set(err, EINVAL,
		       "no kernel can be built in the cache %s: make does not take blanks, colons "
		       "and the like in its path; set XDG_CACHE_HOME",
		       cache->dir);
}

static int work_open(struct cache *cache, const struct build_options *options, struct work *ret,
		     struct err *err)
{
	_cleanup_free_ char *source = realpath(options->source, NULL);
	struct stat st;

	*ret = (struct work){.options = options, .lock_fd = -1};
	if (!source || stat(source, &st))
		return err_sys(err, "%s", options->source);
	ret->dir = work_dir(cache, options, source);
	ret->src = mem_printf("%s/src", ret->dir);
	ret->out = mem_printf("%s/out", ret->dir);
	ret->log = mem_printf("%s.log", ret->dir);
	ret->fragment = mem_printf("%s/fragment", ret->dir);
	if (work_lock(ret, err) < 0 || files_remove(ret->log, err) < 0)
		return -err->code;
	ret->unpacked = !S_ISDIR(st.st_mode);
	ret->tree = ret->unpacked ? mem_printf("%s/tree", ret->dir) : mem_strdup(source);
	if (ret->unpacked) {
		if (unpack(ret, source, err) < 0)
			return -err->code;
		tree_find(ret);
		if (is_a_tree(ret->tree, options->source, err) < 0)
			return -err->code;
	}
	return files_mkdir(ret->src, err) < 0 ? -err->code : files_mkdir(ret->out, err);
}

/* What of the environment would make another kernel of it, or make it elsewhere. */
#define MAKE_UNSET                                                                                 \
	"-u", "MAKEFLAGS", "-u", "GNUMAKEFLAGS", "-u", "MAKEFILES", "-u", "ARCH", "-u", "SUBARCH", \
		"-u", "O", "-u", "KBUILD_OUTPUT", "-u", "KBUILD_EXTMOD", "-u", "KCONFIG_CONFIG",   \
		"-u", "CROSS_COMPILE", "-u", "LLVM", "-u", "LLVM_IAS", "-u", "KCFLAGS", "-u",      \
		"KAFLAGS", "-u", "KCPPFLAGS", "-u", "USERCFLAGS", "-u", "USERLDFLAGS", "-u",       \
		"LOCALVERSION"

/* make TARGET of the shadow, out of tree, as reproducible as it can be. */
static int make(const struct work *work, const char *target, struct err *err)
{
	long jobs = work->options->jobs ? work->options->jobs : sysconf(_SC_NPROCESSORS_ONLN);
	_cleanup_free_ char *out = mem_printf("O=%s", work->out), *j = mem_printf("-j%ld", jobs);
	_cleanup_free_ char *config = mem_printf("KCONFIG_ALLCONFIG=%s", work->fragment);
	const char *const argv[] = {"env", MAKE_UNSET, "LC_ALL=C",
				    /* The same source gives the same kernel. */
				    "KBUILD_BUILD_TIMESTAMP=Thu Jan  1 00:00:00 UTC 1970",
				    "KBUILD_BUILD_USER=afterclose", "KBUILD_BUILD_HOST=afterclose",
				    "KBUILD_BUILD_VERSION=1", config, "make", "-C", work->src, out,
				    "ARCH=um", j, target, NULL};
	_cleanup_free_ char *name = mem_printf("make %s", target);
	struct program program = {.argv = argv,
				  .name = name,
				  .noise = "make",
				  .log = work->log,
				  .progress = &work->options->progress};

	return program_run(&program, err);
}

static int configure(const struct work *work, struct err *err)
{
	_cleanup_free_ char *result = mem_printf("%s/.config", work->out);
	_cleanup_text_ struct text wanted = {0};

	config_fragment(work->options->gcov, work->options->debug, &wanted);
	if (files_write(work->fragment, text_str(&wanted), wanted.len, err) < 0 ||
	    make(work, "allnoconfig", err) < 0)
		return -err->code;
	return config_check(text_str(&wanted), result, err);
}

/* "6.12.117, HZ 250", "6.12.117, HZ 250, gcov" */
static int release_read(const struct work *work, char **ret, struct err *err)
{
	_cleanup_free_ char *file = mem_printf("%s/include/config/kernel.release", work->out);
	_cleanup_text_ struct text release = {0};

	if (files_read(file, &release, err) < 0)
		return -err->code;
	*ret = mem_printf("%.*s, HZ %d%s%s", (int)strcspn(text_str(&release), "\n"),
			  text_str(&release), (int)work->options->hz,
			  work->options->gcov ? ", gcov" : "",
			  work->options->debug ? ", debug" : "");
	return 0;
}

/* "OUT/net/ipv4/tcp.gcno" and the source that it numbers the lines of, which may be an edited one.
 */
static int keep_notes_of(const struct work *work, const char *notes, const char *gcov,
			 struct err *err)
{
	const char *name = notes + strlen(work->out) + 1;
	int stem_len = (int)(strlen(name) - strlen(".gcno"));
	_cleanup_free_ char *to = mem_printf("%s/%s", gcov, name);
	_cleanup_free_ char *from_c = mem_printf("%s/%.*s.c", work->src, stem_len, name);
	_cleanup_free_ char *to_c = mem_printf("%s/%.*s.c", gcov, stem_len, name);
	_cleanup_free_ char *dir = mem_strndup(to, strrchr(to, '/') - to);

	if (files_mkdir(dir, err) < 0 || files_copy(notes, to, err) < 0)
		return -err->code;
	return files_copy(from_c, to_c, err);
}

/* What a run needs to tell lines by, when the build's directory may have gone. */
static int keep_notes(const struct work *work, const char *entry, struct err *err)
{
	_cleanup_free_ char *pattern = mem_printf("%s/net/ipv[46]/*.gcno", work->out);
	_cleanup_free_ char *gcov = entry_gcov(entry);
	glob_t found;
	int ret = 0;

	if (!work->options->gcov)
		return 0;
	if (glob(pattern, 0, NULL, &found))
		return err_set(err, ENOENT, "the build left no %s", pattern);
	for (size_t i = 0; !ret && i < found.gl_pathc; i++)
		ret = keep_notes_of(work, found.gl_pathv[i], gcov, err);
	globfree(&found);
	return ret;
}

static int add(struct cache *cache, const struct work *work, const char *name, struct err *err)
{
	_cleanup_new_ struct cache_new new = {.fd = -1};
	_cleanup_free_ char *release = NULL, *from = mem_printf("%s/linux", work->out), *to = NULL;
	_cleanup_free_ char *source = realpath(work->options->source, NULL);

	if (release_read(work, &release, err) < 0 || cache_new(cache, &new, err) < 0)
		return -err->code;
	to = mem_printf("%s/linux", new.path);
	if (files_copy(from, to, err) < 0 || keep_notes(work, new.path, err) < 0)
		return -err->code;
	return cache_add(
		cache, &new,
		&(struct cache_entry){.kind = KERNEL_UML,
				      .name = (char *)name,
				      .release = release,
				      .from = source,
				      .instrumented = work->options->gcov || work->options->debug},
		err);
}

int build_uml(const struct build_options *options, char **ret_name, struct err *err)
{
	_cleanup_(work_free) struct work work = {.lock_fd = -1};
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	_cleanup_free_ char *name = options->name ? mem_strdup(options->name) : build_name(options);

	if (naming_check(name, err) < 0 || source_check(options, err) < 0 ||
	    tools_check(TOOL_BUILD, err) < 0 || cache_open(&cache, err) < 0 ||
	    place_check(&cache, err) < 0 || work_open(&cache, options, &work, err) < 0 ||
	    shadow_link(work.tree, work.src, err) < 0 ||
	    edit_apply(work.tree, work.src, (int)options->hz, err) < 0 ||
	    configure(&work, err) < 0 || make(&work, "linux", err) < 0 ||
	    add(&cache, &work, name, err) < 0)
		return -err->code;
	*ret_name = mem_strdup(name);
	return 0;
}
