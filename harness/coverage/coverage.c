// SPDX-License-Identifier: GPL-2.0-or-later
/* coverage: owns the counts of a run by scenario and file, and what is written of them. */
#include "coverage/coverage.h"

#include "base/mem.h"
#include "coverage/close_path.h"
#include "coverage/gcda.h"
#include "coverage/gcov.h"
#include "coverage/tracefile.h"
#include "kernel/files.h"
#include "kernel/tools.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOTES ".gcno"

struct counted {
	char *scenario;
	struct text *sums; /* one a source */
};

struct coverage {
	char *dir;
	char *gcov_dir;		/* of the kernel, NULL before it is known */
	struct source *sources; /* what it counts, by name */
	size_t n_sources;
	struct counted *scenarios;
	size_t n_scenarios;
};

int coverage_open(const char *dir, struct coverage **ret, struct err *err)
{
	if (files_mkdir(dir, err) < 0)
		return -err->code;
	*ret = mem_zalloc(sizeof(**ret));
	(*ret)->dir = mem_strdup(dir);
	return 0;
}

void coverage_close(struct coverage *coverage)
{
	if (!coverage)
		return;
	for (size_t i = 0; i < coverage->n_scenarios; i++) {
		for (size_t j = 0; j < coverage->n_sources; j++)
			text_free(&coverage->scenarios[i].sums[j]);
		free(coverage->scenarios[i].sums);
		free(coverage->scenarios[i].scenario);
	}
	for (size_t i = 0; i < coverage->n_sources; i++)
		source_free(&coverage->sources[i]);
	free(coverage->scenarios);
	free(coverage->sources);
	free(coverage->gcov_dir);
	free(coverage->dir);
	free(coverage);
}

/* "GCOV_DIR/net/ipv4/tcp.gcno" */
static int source_load(struct coverage *coverage, const char *notes, struct err *err)
{
	const char *name = notes + strlen(coverage->gcov_dir) + 1;
	_cleanup_free_ char *c = mem_printf("%.*s.c", (int)(strlen(name) - strlen(NOTES)), name);
	_cleanup_free_ char *path = mem_printf("%s/%s", coverage->gcov_dir, c);
	_cleanup_text_ struct text text = {0};

	if (files_read(path, &text, err) < 0)
		return -err->code;
	coverage->sources =
		mem_resize(coverage->sources, coverage->n_sources + 1, sizeof(*coverage->sources));
	source_read(c, mem_strdup(text_str(&text)), &coverage->sources[coverage->n_sources++]);
	return 0;
}

static int sources_load(struct coverage *coverage, struct err *err)
{
	_cleanup_free_ char *pattern = mem_printf("%s/net/*/*" NOTES, coverage->gcov_dir);
	glob_t found;
	int ret = 0;

	if (glob(pattern, 0, NULL, &found))
		return err_set(err, ENOENT, "there is no %s", pattern);
	for (size_t i = 0; !ret && i < found.gl_pathc; i++)
		ret = source_load(coverage, found.gl_pathv[i], err);
	globfree(&found);
	return ret;
}

int coverage_of(struct coverage *coverage, const struct kernel *kernel, struct err *err)
{
	if (coverage->gcov_dir)
		return err_set(err, EDOM, "--coverage takes one kernel at a time, not %s as well",
			       kernel->name);
	if (!kernel->gcov_dir)
		return err_set(err, EDOM,
			       "--coverage: %s:%s does not count its lines; `afterclose kernel "
			       "build uml:SOURCE --gcov` builds one that does",
			       kernel_kind_name(kernel->kind), kernel->name);
	if (tools_check(TOOL_GCOV, err) < 0)
		return -err->code;
	coverage->gcov_dir = mem_strdup(kernel->gcov_dir);
	return sources_load(coverage, err);
}

static struct counted *counted_find(struct coverage *coverage, const char *scenario)
{
	struct counted *counted;

	for (size_t i = coverage->n_scenarios; i; i--) {
		if (!strcmp(coverage->scenarios[i - 1].scenario, scenario))
			return &coverage->scenarios[i - 1];
	}
	coverage->scenarios = mem_resize(coverage->scenarios, coverage->n_scenarios + 1,
					 sizeof(*coverage->scenarios));
	counted = &coverage->scenarios[coverage->n_scenarios++];
	counted->scenario = mem_strdup(scenario);
	counted->sums = mem_zalloc(coverage->n_sources * sizeof(*counted->sums));
	return counted;
}

/* "/sys/kernel/debug/gcov/WHERE/IT/WAS/BUILT/net/ipv4/tcp.gcda" is that of net/ipv4/tcp.c. */
static bool is_counts_of(const char *path, const struct source *source)
{
	_cleanup_free_ char *end =
		mem_printf("/%.*sgcda", (int)strlen(source->name) - 1, source->name);
	size_t len = strlen(path), end_len = strlen(end);

	return len > end_len && !strcmp(path + len - end_len, end);
}

int coverage_add(struct coverage *coverage, const char *scenario, const char *bytes, size_t len,
		 struct err *err)
{
	size_t path_len = strnlen(bytes, len);
	struct counted *counted = counted_find(coverage, scenario);

	for (size_t i = 0; path_len < len && i < coverage->n_sources; i++) {
		if (!is_counts_of(bytes, &coverage->sources[i]))
			continue;
		if (gcda_add(&counted->sums[i], bytes + path_len + 1, len - path_len - 1, err) < 0)
			return err_prefix(err, "%s", coverage->sources[i].name);
		return 0;
	}
	return err_set(err, EPROTO, "a guest counted %.*s, which is none of its kernel's files",
		       (int)path_len, bytes);
}

/* The directory that gcov works in: notes and counts side by side. */
static int work_make(const struct coverage *coverage, const char *work, struct err *err)
{
	for (size_t i = 0; i < coverage->n_sources; i++) {
		const char *name = coverage->sources[i].name;
		int stem_len = (int)strlen(name) - (int)strlen(".c");
		_cleanup_free_ char *from =
			mem_printf("%s/%.*s" NOTES, coverage->gcov_dir, stem_len, name);
		_cleanup_free_ char *to = mem_printf("%s/%.*s" NOTES, work, stem_len, name);
		_cleanup_free_ char *dir = mem_strndup(to, strrchr(to, '/') - to);

		if (files_mkdir(dir, err) < 0 || files_copy(from, to, err) < 0)
			return -err->code;
	}
	return 0;
}

static int work_count(struct coverage *coverage, const struct counted *counted, const char *work,
		      struct err *err)
{
	for (size_t i = 0; i < coverage->n_sources; i++) {
		const char *name = coverage->sources[i].name;
		const struct text *sum = &counted->sums[i];
		_cleanup_free_ char *path =
			mem_printf("%s/%.*sgcda", work, (int)strlen(name) - 1, name);

		if (files_write(path, text_str(sum), sum->len, err) < 0)
			return -err->code;
		source_clear(&coverage->sources[i]);
	}
	return gcov_run(work, coverage->sources, coverage->n_sources, err);
}

static int write_in(const struct coverage *coverage, const char *name, const struct text *text,
		    struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s/%s", coverage->dir, name);

	return files_write(path, text_str(text), text->len, err);
}

static int write_tracefile(const struct coverage *coverage, const char *test, struct err *err)
{
	_cleanup_free_ char *name = mem_printf("%s.info", test);
	_cleanup_text_ struct text text = {0};

	tracefile_add(test, coverage->sources, coverage->n_sources, &text);
	return write_in(coverage, name, &text, err);
}

static int all_add(struct coverage *coverage, const struct counted *counted, struct counted *all,
		   struct err *err)
{
	for (size_t i = 0; i < coverage->n_sources; i++) {
		const struct text *sum = &counted->sums[i];

		if (!sum->len)
			return err_set(err, EPROTO, "%s: its guests did not count %s",
				       counted->scenario, coverage->sources[i].name);
		if (gcda_add(&all->sums[i], sum->data, sum->len, err) < 0)
			return -err->code;
	}
	return 0;
}

static int write_scenarios(struct coverage *coverage, const char *work, struct counted *all,
			   struct err *err)
{
	for (size_t i = 0; i < coverage->n_scenarios; i++) {
		const struct counted *counted = &coverage->scenarios[i];

		if (all_add(coverage, counted, all, err) < 0 ||
		    work_count(coverage, counted, work, err) < 0 ||
		    write_tracefile(coverage, counted->scenario, err) < 0)
			return -err->code;
	}
	return 0;
}

/* The sources have the counts of all scenarios. */
static int write_close_path(const struct coverage *coverage, struct err *err)
{
	_cleanup_text_ struct text summary = {0}, unexecuted = {0};

	close_path_summary(coverage->sources, coverage->n_sources, &summary);
	close_path_unexecuted(coverage->sources, coverage->n_sources, &unexecuted);
	if (write_in(coverage, "summary.txt", &summary, err) < 0)
		return -err->code;
	return write_in(coverage, "unexecuted.txt", &unexecuted, err);
}

static int write_all(struct coverage *coverage, const char *work, struct err *err)
{
	struct counted all = {
		.sums = mem_zalloc(coverage->n_sources * sizeof(*all.sums)),
	};
	int ret = work_make(coverage, work, err);

	if (!ret)
		ret = write_scenarios(coverage, work, &all, err);
	if (!ret)
		ret = work_count(coverage, &all, work, err);
	if (!ret)
		ret = write_tracefile(coverage, "all", err);
	if (!ret)
		ret = write_close_path(coverage, err);
	for (size_t i = 0; i < coverage->n_sources; i++)
		text_free(&all.sums[i]);
	free(all.sums);
	return ret;
}

int coverage_write(struct coverage *coverage, char **ret_told, struct err *err)
{
	_cleanup_free_ char *work = mem_printf("%s/.gcov.XXXXXX", coverage->dir);
	struct share share;
	int ret;

	if (!coverage->n_scenarios)
		return err_set(err, ENODATA, "no cell was counted");
	if (!mkdtemp(work))
		return err_sys(err, "%s", work);
	ret = write_all(coverage, work, err);
	files_remove(work, &(struct err){0});
	if (ret < 0)
		return ret;
	share = close_path_share(coverage->sources, coverage->n_sources);
	*ret_told = mem_printf("%zu of %zu lines of the close path executed: %s/summary.txt",
			       share.executed, share.all, coverage->dir);
	return 0;
}
