// SPDX-License-Identifier: GPL-2.0-or-later
/* baseline: owns how --sysctl is read, and what a person is told of each line. */
#include "cmd/baseline.h"

#include "base/nearest.h"
#include "lab/knob.h"

#include <errno.h>
#include <string.h>

static void setting_say(const struct settings *settings, const struct setting *setting)
{
	const struct setting *by = setting->by ? &settings->of[setting->by - 1] : NULL;

	fprintf(stderr, "%s:%d: ", setting_file(settings, setting), setting->line);
	if (setting->name && setting->value)
		fprintf(stderr, "%s = %s: ", setting->name, setting->value);
	else if (setting->name)
		fprintf(stderr, "%s: ", setting->name);
	fprintf(stderr, "%s", setting_status_text(setting));
	if (by)
		fprintf(stderr, " by %s:%d", setting_file(settings, by), by->line);
	fprintf(stderr, "\n");
}

/* The output of sysctl -a has a thousand lines about something else: these are only counted. */
static void settings_say(const struct settings *settings)
{
	const struct setting *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < settings->n_files; i++) {
		if (settings->files[i].unread)
			fprintf(stderr, "%s: passed over\n", settings->files[i].unread);
	}
	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (setting->status != SETTING_UNRELATED) {
			setting_say(settings, setting);
			continue;
		}
		if (!first)
			first = setting;
		n++;
	}
	if (n)
		fprintf(stderr, "%s:%d: %s and %zu more: %s\n", setting_file(settings, first),
			first->line, first->name, n - 1, setting_status_text(first));
}

/* HOST= in front of FILE. Returns the file's name; -1 in ret_host stands for all hosts. */
static const char *spec_parse(const char *spec, int *ret_host, struct err *err)
{
	const char *equals = strchr(spec, '=');
	const char *slash = strchr(spec, '/');

	*ret_host = -1;
	if (!equals || (slash && slash < equals))
		return spec;
	for (int i = 0; i < HOSTS_MAX; i++) {
		if (strlen(host_names[i]) == (size_t)(equals - spec) &&
		    !strncmp(host_names[i], spec, equals - spec))
			*ret_host = i;
	}
	if (*ret_host >= 0)
		return equals + 1;
	err_set(err, EINVAL,
		"--sysctl %s: no such host; there are client, server, client2 and router", spec);
	return NULL;
}

static int baseline_load_one(struct baseline *baseline, const char *spec, struct err *err)
{
	struct settings *settings = &baseline->files[baseline->n_files];
	const char *file;
	int host, ret;

	file = spec_parse(spec, &host, err);
	if (!file)
		return -err->code;
	for (int i = 0; i < HOSTS_MAX; i++) {
		if ((host < 0 || i == host) && baseline->of[i])
			return err_set(err, EINVAL, "--sysctl %s: %s has its baseline from %s",
				       spec, host_names[i], baseline->of[i]->file);
	}
	baseline->n_files++;
	ret = settings_load(file, settings, err);
	if (ret < 0)
		return ret;
	for (int i = 0; i < HOSTS_MAX; i++) {
		if (host < 0 || i == host)
			baseline->of[i] = settings;
	}
	return 0;
}

int baseline_load(const struct texts *specs, struct baseline *ret, struct err *err)
{
	*ret = (struct baseline){0};
	for (size_t i = 0; i < specs->n; i++) {
		int status = baseline_load_one(ret, specs->of[i], err);

		if (status < 0)
			return status;
	}
	return 0;
}

/* A sysctl of ours that is there, or is not: that hangs on the kernel. */
static void setting_settle(struct setting *setting, const struct target *targets, size_t n_targets)
{
	const struct knob *knob = setting->name ? knob_find(setting->name) : NULL;
	bool there = false;

	if (!knob || !setting_of_labs(setting))
		return;
	for (size_t i = 0; i < n_targets; i++)
		there |= features_has(&targets[i].features, knob_short(knob));
	setting->status = there ? SETTING_APPLIES : SETTING_ABSENT;
}

static void baseline_settle_for(struct baseline *baseline, const struct target *targets,
				size_t n_targets)
{
	for (size_t i = 0; i < baseline->n_files; i++) {
		for (size_t j = 0; j < baseline->files[i].n; j++)
			setting_settle(&baseline->files[i].of[j], targets, n_targets);
	}
}

static bool setting_may_be_refused(const struct setting *setting, bool every)
{
	return !setting->by && (setting->optional || every) && setting_of_labs(setting);
}

/* Open the target with one line alone, for the hosts whose file has it. */
static int setting_try(const struct baseline *baseline, const struct settings *file,
		       const struct setting *setting, const char *target,
		       const struct run_options *run, struct err *err)
{
	struct setting copy = *setting;
	struct settings alone = {.file = file->file, .of = &copy, .n = 1};
	struct run_options options = *run;
	struct target opened = {0};
	int ret;

	for (size_t i = 0; i < HOSTS_MAX; i++)
		options.baseline[i] = baseline->of[i] == file ? &alone : NULL;
	ret = target_open(target, &options, &opened, err);
	if (!ret)
		target_close(&opened);
	return ret;
}

int baseline_refuse(struct baseline *baseline, const char *target, const struct run_options *run,
		    bool every, bool *ret_marked, struct err *err)
{
	*ret_marked = false;
	for (size_t i = 0; i < baseline->n_files; i++) {
		struct settings *file = &baseline->files[i];

		for (size_t j = 0; j < file->n; j++) {
			struct setting *setting = &file->of[j];
			int ret = setting_may_be_refused(setting, every)
					  ? setting_try(baseline, file, setting, target, run, err)
					  : 0;

			if (ret && ret != -EINVAL)
				return ret;
			if (ret)
				setting->status = SETTING_REFUSED;
			*ret_marked |= ret != 0;
		}
	}
	return 0;
}

void baseline_say(const struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->n_files; i++)
		settings_say(&baseline->files[i]);
}

void baseline_settle(struct baseline *baseline, const struct target *targets, size_t n_targets)
{
	for (size_t i = 0; i < n_targets && baseline->n_files; i++) {
		if (n_targets > 1)
			fprintf(stderr, "afterclose: on %s:\n", targets[i].name);
		baseline_settle_for(baseline, &targets[i], 1);
		baseline_say(baseline);
	}
	baseline_settle_for(baseline, targets, n_targets);
}

void baseline_free(struct baseline *baseline)
{
	for (size_t i = 0; i < baseline->n_files; i++)
		settings_free(&baseline->files[i]);
}
