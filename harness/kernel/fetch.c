// SPDX-License-Identifier: GPL-2.0-or-later
/* fetch: owns the way from a distribution's name and a series to an image in the cache. */
#include "kernel/fetch.h"

#include "base/mem.h"
#include "base/nearest.h"
#include "kernel/cache.h"
#include "kernel/files.h"
#include "kernel/image.h"
#include "kernel/naming.h"
#include "kernel/tools.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#define WORDS_MAX 40

/* How a distribution calls the packages of a kernel: PREFIX SERIES ... SUFFIX. */
static const struct distribution {
	const char *name;
	const char *image_prefix, *image_suffix;
	const char *modules_prefix; /* a package of its own; NULL: they are in the image's */
} distributions[] = {
	{"debian", "linux-image-", "-cloud-amd64", NULL},
	{"ubuntu", "linux-image-unsigned-", "-generic", "linux-modules-"},
};

/* An apt command in the making: its words, and those that are ours to free. */
struct apt {
	const char *words[WORDS_MAX + 1];
	size_t n;
	char *dir; /* where packages are put and unpacked, and where private state is */
	char *root_option;
	char *state_option;
	char *sources_option;
	bool private;
};

static void apt_free(struct apt *apt)
{
	free(apt->dir);
	free(apt->root_option);
	free(apt->state_option);
	free(apt->sources_option);
}

static void apt_word(struct apt *apt, const char *word)
{
	if (apt->n < WORDS_MAX)
		apt->words[apt->n++] = word;
}

/* The options that every call has: a sandbox user could not write here, and the machine's own
 * lists are neither used nor touched where a mirror is named. */
static void apt_begin(struct apt *apt, const char *program)
{
	apt->n = 0;
	memset(apt->words, 0, sizeof(apt->words));
	apt_word(apt, program);
	apt_word(apt, "-o");
	apt_word(apt, "APT::Sandbox::User=root");
	apt_word(apt, "-o");
	apt_word(apt, "APT::Architecture=amd64");
	if (!apt->private)
		return;
	apt_word(apt, "-o");
	apt_word(apt, apt->state_option);
	apt_word(apt, "-o");
	apt_word(apt, apt->root_option);
	apt_word(apt, "-o");
	apt_word(apt, apt->sources_option);
	apt_word(apt, "-o");
	apt_word(apt, "Dir::Etc::SourceParts=-");
	apt_word(apt, "-o");
	apt_word(apt, "Dir::State::Status=/dev/null");
}

static int apt_run(struct apt *apt, const struct fetch_options *options, struct text *ret_output,
		   struct err *err)
{
	struct program program = {.argv = apt->words,
				  .noise = " ", /* hashes and the like, below what is wrong */
				  .dir = apt->dir,
				  .ret_output = ret_output,
				  .progress = ret_output ? NULL : &options->progress};

	return program_run(&program, err);
}

/* An apt state of our own, with one source, signed with one keyring. */
static int apt_private(struct apt *apt, const struct fetch_options *options, struct err *err)
{
	_cleanup_free_ char *lists = mem_printf("%s/state/lists/partial", apt->dir);
	_cleanup_free_ char *archives = mem_printf("%s/cache/archives/partial", apt->dir);
	_cleanup_free_ char *sources = mem_printf("%s/sources.list", apt->dir), *line = NULL;
	_cleanup_free_ char *keyring = realpath(options->keyring, NULL);

	if (!keyring)
		return err_sys(err, "%s", options->keyring);
	line = mem_printf("deb [signed-by=%s] %s\n", keyring, options->mirror);
	apt->private = true;
	apt->state_option = mem_printf("Dir::State=%s/state", apt->dir);
	apt->root_option = mem_printf("Dir::Cache=%s/cache", apt->dir);
	apt->sources_option = mem_printf("Dir::Etc::SourceList=%s", sources);
	if (files_mkdir(lists, err) < 0 || files_mkdir(archives, err) < 0 ||
	    files_write(sources, line, strlen(line), err) < 0)
		return -err->code;
	apt_begin(apt, "apt-get");
	apt_word(apt, "-o");
	apt_word(apt, "APT::Update::Error-Mode=any");
	apt_word(apt, "update");
	return apt_run(apt, options, NULL, err);
}

static const char *nth_distribution(size_t i, const void *ctx)
{
	(void)ctx;
	return distributions[i].name;
}

/* "debian:6.1" */
static const struct distribution *distribution_find(const char *what, const char **ret_series,
						    struct err *err)
{
	size_t len = strcspn(what, ":");
	_cleanup_free_ char *name = mem_strndup(what, len);

	*ret_series = what[len] ? what + len + 1 : "";
	for (size_t i = 0; i < ARRAY_SIZE(distributions); i++) {
		if (strcmp(distributions[i].name, name))
			continue;
		if (**ret_series && strspn(*ret_series, "0123456789.") == strlen(*ret_series))
			return &distributions[i];
		err_set(err, EINVAL, "fetch takes a kernel series, as in %s:6.1, not \"%s\"", name,
			what);
		return NULL;
	}
	err_set(err, EINVAL, "no distribution \"%s\"; the nearest is %s (as in debian:6.1)", name,
		nearest(name, nth_distribution, ARRAY_SIZE(distributions), NULL));
	return NULL;
}

/* PREFIX, a dot or a dash (6.1 is not 6.12), a version that begins with a digit, SUFFIX. */
static bool is_candidate(const char *name, size_t len, const char *prefix, const char *suffix)
{
	size_t before = strlen(prefix), after = strlen(suffix);

	return len > before + after + 1 && !strncmp(name, prefix, before) &&
	       (name[before] == '.' || name[before] == '-') &&
	       isdigit((unsigned char)name[before + 1]) &&
	       !strncmp(name + len - after, suffix, after);
}

char *fetch_newest(const char *lines, const char *prefix, const char *suffix)
{
	char *best = NULL;

	for (const char *line = lines; *line; line += strspn(line, "\n")) {
		size_t len = strcspn(line, " \n");

		if (is_candidate(line, len, prefix, suffix)) {
			char *name = mem_strndup(line, len);
			bool newer = !best || strverscmp(name, best) > 0;

			free(newer ? best : name);
			best = newer ? name : best;
		}
		line += strcspn(line, "\n");
	}
	return best;
}

static int package_find(struct apt *apt, const struct fetch_options *options, const char *prefix,
			const char *suffix, char **ret, struct err *err)
{
	_cleanup_text_ struct text found = {0};
	/* A pattern of apt's own; what it lets through is looked at again. */
	_cleanup_free_ char *pattern = mem_printf("^%s.*%s$", prefix, suffix);

	apt_begin(apt, "apt-cache");
	apt_word(apt, "search");
	apt_word(apt, "--names-only");
	apt_word(apt, pattern);
	if (apt_run(apt, options, &found, err) < 0)
		return -err->code;
	*ret = fetch_newest(text_str(&found), prefix, suffix);
	if (*ret)
		return 0;
	return err_set(err, ENOENT, "no package %s*%s in %s (%s)", prefix, suffix,
		       options->mirror ? options->mirror : "apt's sources",
		       options->mirror ? "does it have this series?"
				       : "apt-get update, or --mirror URL --keyring FILE");
}

/* Download one package, checked by apt, and unpack it beside the others. */
static int package_get(struct apt *apt, const struct fetch_options *options, const char *package,
		       struct err *err)
{
	_cleanup_free_ char *pattern = mem_printf("%s/*.deb", apt->dir);
	_cleanup_free_ char *root = mem_printf("%s/root", apt->dir);
	glob_t debs = {0};
	int ret;

	apt_begin(apt, "apt-get");
	apt_word(apt, "download");
	apt_word(apt, package);
	if (options->progress.say)
		options->progress.say(package, options->progress.ctx);
	if (apt_run(apt, options, NULL, err) < 0)
		return err->code == EINTR ? -EINTR : err_prefix(err, "%s", package);
	if (glob(pattern, 0, NULL, &debs))
		return err_set(err, ENOENT, "%s: apt-get downloaded nothing", package);
	const char *const argv[] = {"dpkg-deb", "-x", debs.gl_pathv[0], root, NULL};

	ret = program_run(&(struct program){.argv = argv}, err);
	if (ret >= 0 && unlink(debs.gl_pathv[0]))
		ret = err_sys(err, "%s", debs.gl_pathv[0]);
	globfree(&debs);
	return ret;
}

/* The one path that matches, below where packages were unpacked. */
static int unpacked_find(const struct apt *apt, const char *what, char **ret)
{
	_cleanup_free_ char *pattern = mem_printf("%s/root/%s", apt->dir, what);
	glob_t found = {0};

	if (glob(pattern, GLOB_BRACE, NULL, &found) || found.gl_pathc != 1) {
		globfree(&found);
		return -ENOENT;
	}
	*ret = mem_strdup(found.gl_pathv[0]);
	globfree(&found);
	return 0;
}

static int image_take(struct cache *cache, const struct apt *apt, const char *package,
		      const char *name, struct err *err)
{
	_cleanup_free_ char *vmlinuz = NULL, *modules = NULL;

	if (unpacked_find(apt, "boot/vmlinuz-*", &vmlinuz) < 0)
		return err_set(err, ENOENT, "%s has no boot/vmlinuz-*", package);
	if (unpacked_find(apt, "{usr/lib,lib}/modules/*", &modules) < 0)
		return err_set(err, ENOENT, "%s has no lib/modules", package);
	return image_add_qemu(cache, vmlinuz, modules, name, package, err);
}

static int fetch_into(struct cache *cache, struct apt *apt, const struct fetch_options *options,
		      const char *name, struct err *err)
{
	_cleanup_free_ char *prefix = NULL, *package = NULL, *modules = NULL;
	const struct distribution *from;
	const char *series;

	from = distribution_find(options->what, &series, err);
	if (!from)
		return -err->code;
	prefix = mem_printf("%s%s", from->image_prefix, series);
	if ((options->mirror && apt_private(apt, options, err) < 0) ||
	    package_find(apt, options, prefix, from->image_suffix, &package, err) < 0 ||
	    package_get(apt, options, package, err) < 0)
		return -err->code;
	if (from->modules_prefix) {
		modules = mem_printf("%s%s", from->modules_prefix,
				     package + strlen(from->image_prefix));
		if (package_get(apt, options, modules, err) < 0)
			return -err->code;
	}
	return image_take(cache, apt, package, name, err);
}

int fetch_kernel(const struct fetch_options *options, char **ret_name, struct err *err)
{
	_cleanup_cache_ struct cache cache = {.lock_fd = -1};
	_cleanup_new_ struct cache_new work = {.fd = -1};
	_cleanup_(apt_free) struct apt apt = {0};
	_cleanup_free_ char *name = mem_strdup(options->name ? options->name : options->what);
	const char *series;

	if (!options->name && strchr(name, ':'))
		*strchr(name, ':') = '-';
	if (!distribution_find(options->what, &series, err) || naming_check(name, err) < 0)
		return -err->code;
	if (!options->mirror != !options->keyring)
		return err_set(err, EINVAL, "--mirror and --keyring go together");
	if (tools_check(TOOL_FETCH, err) < 0 || cache_open(&cache, err) < 0 ||
	    cache_new(&cache, &work, err) < 0)
		return -err->code;
	apt.dir = mem_strdup(work.path);
	if (fetch_into(&cache, &apt, options, name, err) < 0)
		return -err->code;
	*ret_name = mem_strdup(name);
	return 0;
}
