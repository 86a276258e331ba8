// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sysctls: the pages docs/sysctls/ from docs/effects.json, and that file from records.
 *
 *   sysctls take EFFECTS RECORDS...   enter what these records say; scenarios are those in
 * ./scenarios sysctls stale EFFECTS             list the scenarios that it has nothing of as they
 * are now sysctls trials [FILE...]          what claims are settled by: lines NAME VALUE FILE, by
 * tabs sysctls pages EFFECTS DIRECTORY   write the pages
 */
#include "advise/claims.h"
#include "advise/effect.h"
#include "advise/extract.h"
#include "advise/page.h"
#include "base/file.h"
#include "base/mem.h"
#include "cmd/suite.h"
#include "record/judge.h"
#include "record/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The records of one kernel under one baseline. */
struct run {
	char *kernel;	/* "Linux 6.12.117, HZ 250, uml" */
	char *settings; /* JSON of what --sysctl changed; "" */
	struct half half;
	json_t *rfc;
};

struct taking {
	const struct suite *suite;
	json_t *kernels;
	struct run *runs;
	size_t n_runs;
};

static int fail(const struct err *err)
{
	fprintf(stderr, "sysctls: %s\n", err->msg);
	return 1;
}

static char *kernel_words(const struct taking *taking, const json_t *record)
{
	const json_t *kernel = json_object_get(taking->kernels, record_text(record, "kernel", ""));
	const char *target = record_text(record, "target", "?");

	return mem_printf("Linux %s, HZ %lld, %.*s", record_text(kernel, "release", "?"),
			  (long long)record_number(kernel, "hz", 0), (int)strcspn(target, ":"),
			  target);
}

/* The run that a record is of; a new one perhaps. */
static struct run *run_of(struct taking *taking, const json_t *record)
{
	_cleanup_free_ char *kernel = kernel_words(taking, record);
	_cleanup_free_ char *settings =
		json_dumps(json_object_get(record, "settings"), JSON_COMPACT | JSON_SORT_KEYS);
	struct run *run;
	json_t *line;
	const char *id;

	for (size_t i = 0; i < taking->n_runs; i++) {
		run = &taking->runs[i];
		if (!strcmp(run->kernel, kernel) && !strcmp(run->settings, settings ?: ""))
			return run;
	}
	taking->runs = mem_resize(taking->runs, taking->n_runs + 1, sizeof(*taking->runs));
	run = &taking->runs[taking->n_runs++];
	*run = (struct run){mem_strdup(kernel), mem_strdup(settings ?: ""), .rfc = json_object()};
	half_init(&run->half, kernel);
	json_object_foreach(taking->kernels, id, line)
	{
		half_add(&run->half, line);
	}
	return run;
}

static const struct suite_file *file_of(const struct suite *suite, const char *scenario)
{
	for (size_t i = 0; i < suite->n_files; i++) {
		if (!strcmp(suite->files[i].scenario->name, scenario))
			return &suite->files[i];
	}
	return NULL;
}

static int line_take(void *ctx, json_t *line, struct err *err)
{
	struct taking *taking = ctx;
	const struct suite_file *file;
	struct run *run;

	(void)err;
	if (record_is_kernel(line))
		json_object_set(taking->kernels, record_text(line, "id", ""), line);
	if (!record_is_cell(line) || json_object_get(line, "judged_as"))
		return 0;
	file = file_of(taking->suite, record_text(line, "scenario", ""));
	if (!file || record_scenario_changed(line, file->scenario))
		return 0;
	run = run_of(taking, line);
	half_add(&run->half, line);
	json_object_set(run->rfc, record_text(line, "cell", ""), json_object_get(line, "rfc"));
	return 0;
}

static struct effect_ground ground_of(const struct run *run, const struct suite_file *file)
{
	return (struct effect_ground){file->scenario, file->cells, file->n_cells, &run->half,
				      run->rfc};
}

/* Has the run each cell of the scenario? Otherwise its counts would be of a part. */
static bool run_whole(const struct run *run, const struct suite_file *file)
{
	for (size_t i = 0; i < file->n_cells; i++) {
		if (!file->cells[i].control && !half_find(&run->half, file->cells[i].id))
			return false;
	}
	return true;
}

static void put_varied(json_t *extract, const struct run *run, const struct suite_file *file)
{
	const struct effect_ground ground = ground_of(run, file);
	json_t *effects = effects_varied(&ground), *effect;
	size_t i;

	extract_renew(extract, file->scenario);
	json_array_foreach(effects, i, effect)
	{
		extract_put(extract, file->scenario, run->kernel, json_incref(effect));
	}
	json_decref(effects);
}

/* Of a run under one setting that all of its hosts had. */
static void put_applied(json_t *extract, const struct taking *taking, const struct run *with,
			const struct suite_file *file)
{
	json_t *settings = json_loads(with->settings, 0, NULL);
	json_t *applied = json_object_get(settings, "client");
	const char *name = json_object_iter_key(json_object_iter(applied));

	for (size_t i = 0; i < taking->n_runs && json_object_size(applied) == 1; i++) {
		const struct run *without = &taking->runs[i];
		const struct effect_ground a = ground_of(without, file), b = ground_of(with, file);
		json_t *effect;

		if (*without->settings || strcmp(without->kernel, with->kernel) != 0 ||
		    !run_whole(without, file))
			continue;
		effect = effect_applied(&a, &b, name, record_text(applied, name, ""));
		if (effect)
			extract_put(extract, file->scenario, with->kernel, effect);
	}
	json_decref(settings);
}

static bool is_tried(const char *scenario)
{
	struct claim_trial trial;

	for (size_t i = 0; claims_trial(i, &trial); i++) {
		if (!strcmp(trial.scenario, scenario))
			return true;
	}
	return false;
}

/* Has docs/effects.json to say something of it? */
static bool is_asked(const struct scenario *scenario)
{
	return effect_scenario_varies(scenario, NULL) || is_tried(scenario->name);
}

static void put_all(json_t *extract, const struct taking *taking)
{
	for (size_t i = 0; i < taking->n_runs; i++) {
		for (size_t j = 0; j < taking->suite->n_files; j++) {
			const struct run *run = &taking->runs[i];
			const struct suite_file *file = &taking->suite->files[j];

			if (!is_asked(file->scenario) || !run_whole(run, file))
				continue;
			if (*run->settings)
				put_applied(extract, taking, run, file);
			else
				put_varied(extract, run, file);
		}
	}
}

static void taking_free(struct taking *taking)
{
	for (size_t i = 0; i < taking->n_runs; i++) {
		free(taking->runs[i].kernel);
		free(taking->runs[i].settings);
		half_free(&taking->runs[i].half);
		json_decref(taking->runs[i].rfc);
	}
	free(taking->runs);
	json_decref(taking->kernels);
}

static void prune(json_t *extract, const struct suite *suite)
{
	const char *name;
	json_t *ignored;
	void *next;

	json_object_foreach_safe(extract, next, name, ignored)
	{
		const struct suite_file *file = file_of(suite, name);

		if (!file || !is_asked(file->scenario))
			json_object_del(extract, name);
	}
}

static int take(const struct suite *suite, char **argv)
{
	struct taking taking = {.suite = suite, .kernels = json_object()};
	json_t *extract = NULL;
	struct err err;
	size_t cut;
	int ret = 0;

	if (access(argv[0], F_OK))
		extract = json_object();
	else
		ret = extract_load(argv[0], &extract, &err);
	for (char **path = argv + 1; *path && !ret; path++)
		ret = records_read(*path, true, line_take, &taking, &cut, &err);
	if (!ret) {
		put_all(extract, &taking);
		prune(extract, suite);
		ret = extract_store(extract, argv[0], &err);
	}
	taking_free(&taking);
	json_decref(extract);
	return ret ? fail(&err) : 0;
}

static int stale(const struct suite *suite, char **argv)
{
	json_t *extract = NULL, *ignored;
	const char *name;
	struct err err;
	int n = 0;

	if (extract_load(argv[0], &extract, &err) < 0)
		return fail(&err);
	for (size_t i = 0; i < suite->n_files; i++) {
		const struct scenario *scenario = suite->files[i].scenario;

		if (is_asked(scenario) && !extract_current(extract, scenario))
			n += printf("%s\n", scenario->file) > 0;
	}
	json_object_foreach(extract, name, ignored)
	{
		const struct suite_file *file = file_of(suite, name);

		if (!file || !is_asked(file->scenario))
			n += fprintf(stderr, "%s: has effects, and is no more\n", name) > 0;
	}
	json_decref(extract);
	return n ? 1 : 0;
}

static bool among(char **paths, const char *path)
{
	for (char **p = paths; *p; p++) {
		if (!strcmp(*p, path))
			return true;
	}
	return !*paths;
}

/* A scenario that varies the sysctl itself needs no other records. */
static int trials(const struct suite *suite, char **argv)
{
	struct claim_trial trial;

	for (size_t i = 0; claims_trial(i, &trial); i++) {
		const struct suite_file *file = file_of(suite, trial.scenario);

		if (file && among(argv, file->path) &&
		    !effect_scenario_varies(file->scenario, trial.name))
			printf("%s\t%s\t%s\n", trial.name, trial.value, file->path);
	}
	return 0;
}

static int page_write(const char *directory, const char *name, const char *page, struct err *err)
{
	_cleanup_free_ char *path = mem_printf("%s/%s.md", directory, name);

	return file_write(path, page, strlen(page), err);
}

static int pages(const struct suite *suite, char **argv)
{
	json_t *extract = NULL, *names, *name;
	_cleanup_text_ struct text index = {0};
	struct err err;
	size_t i;
	int ret;

	(void)suite;
	if (extract_load(argv[0], &extract, &err) < 0)
		return fail(&err);
	names = page_sysctls(extract);
	page_index(extract, names, &index);
	ret = page_write(argv[1], "README", text_str(&index), &err);
	json_array_foreach(names, i, name)
	{
		_cleanup_text_ struct text page = {0};

		page_sysctl(extract, json_string_value(name), &page);
		if (!ret)
			ret = page_write(argv[1], json_string_value(name), text_str(&page), &err);
	}
	json_decref(names);
	json_decref(extract);
	return ret ? fail(&err) : 0;
}

static const struct action {
	const char *name;
	int operands_min;
	int (*run)(const struct suite *suite, char **argv);
} actions[] = {
	{"take", 2, take},
	{"stale", 1, stale},
	{"trials", 0, trials},
	{"pages", 2, pages},
};

int main(int argc, char **argv)
{
	_cleanup_suite_ struct suite suite = {0};
	const struct texts none = {0};

	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(actions); i++) {
		if (strcmp(argv[1], actions[i].name) || argc - 2 < actions[i].operands_min)
			continue;
		return suite_load(&none, &suite) ?: actions[i].run(&suite, argv + 2);
	}
	fprintf(stderr,
		"usage: sysctls take EFFECTS RECORDS... | stale EFFECTS | trials [FILE...] | "
		"pages EFFECTS DIRECTORY\n");
	return 2;
}
