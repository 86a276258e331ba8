// SPDX-License-Identifier: GPL-2.0-or-later
/* settings: owns reading a sysctl.conf, and the question which of its lines concern a lab. */
#include "lab/settings.h"
#include "lab/drop_in.h"
#include "lab/knob.h"
#include "lab/sysctl.h"
#include "base/file.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#define FILE_SIZE_MAX (1024 * 1024)
#define ENTRIES_MAX   200000
#define PATTERNS_MAX  1000
#define OF_DEVICE     "net.ipv4.conf.eth0." /* a host's device (lab/link.h) */
#define STARS_MAX     3 /* of a pattern: fnmatch() tries every way to part a name among them */

static char *trimmed(char *s)
{
	size_t len;

	while (isspace((unsigned char)*s))
		s++;
	len = strlen(s);
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

static bool printable(const char *s, bool blanks)
{
	for (; *s; s++) {
		if (!isgraph((unsigned char)*s) && !(blanks && (*s == ' ' || *s == '\t')))
			return false;
	}
	return true;
}

static bool name_valid(const char *name)
{
	return *name && strpbrk(name, "./") && printable(name, false) && !strstr(name, "..");
}

/* Slashes separate where one comes before any dot, as in sysctl(8). */
static void name_to_dots(char *name)
{
	char *separator = strpbrk(name, "./");

	if (!separator || *separator != '/')
		return;
	for (char *c = name; *c; c++) {
		if (*c == '/' || *c == '.')
			*c = *c == '/' ? '.' : '/';
	}
}

bool setting_of_device(const char *name)
{
	return !strncmp(name, OF_DEVICE, strlen(OF_DEVICE));
}

bool setting_exists(const char *name)
{
	_cleanup_free_ char *of_any = NULL;

	if (!setting_of_device(name))
		return sysctl_exists(name);
	of_any = mem_printf("net.ipv4.conf.default.%s", name + strlen(OF_DEVICE));
	return sysctl_exists(of_any);
}

/* None of ours, and this kernel has it neither: that of a guest may. */
static bool is_missing(const char *name)
{
	return !strncmp(name, "net.", 4) && !strpbrk(name, "*?[") && !sysctl_exists(name);
}

enum setting_status setting_status(const char *name, const char *value)
{
	const struct knob *knob = knob_find(name);

	if (!value)
		return SETTING_EXCLUDES;
	if (!knob && !is_missing(name))
		return SETTING_UNRELATED;
	if (!printable(value, true))
		return SETTING_UNPRINTABLE;
	if (knob && knob->scope == KNOB_GLOBAL)
		return SETTING_GLOBAL;
	return knob && setting_exists(name) ? SETTING_APPLIES : SETTING_ABSENT;
}

static struct setting *setting_add(struct settings *settings, const struct setting *like)
{
	struct setting *setting;

	settings->of = mem_grow(settings->of, settings->n, sizeof(*settings->of));
	setting = &settings->of[settings->n++];
	*setting = *like;
	return setting;
}

/* The fields of a value: the kernel prints a tab between them and takes any blanks. */
static char *fields_joined(const char *value)
{
	char *ret = mem_strdup(value), *to = ret;

	for (const char *from = value; *from; from++) {
		bool blank = *from == ' ' || *from == '\t';

		if (!blank || (from[1] != ' ' && from[1] != '\t'))
			*to++ = blank ? ' ' : *from;
	}
	*to = '\0';
	return ret;
}

static void setting_name(struct setting *setting, const char *name, const char *value)
{
	setting->name = mem_strdup(name);
	setting->value = value ? fields_joined(value) : NULL;
	setting->status = setting_status(name, value);
}

/* Dots as slashes: "*" stands for one part of a name, as it does for one directory. */
static bool pattern_meets(const char *pattern, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s", name);
	for (char *c = path; *c; c++)
		*c = *c == '.' ? '/' : *c;
	return !fnmatch(pattern, path, FNM_PATHNAME);
}

/* An entry for each knob that it meets; one for the pattern itself if it meets none. */
static void add_pattern(struct settings *settings, const struct setting *like, const char *name,
			const char *value)
{
	_cleanup_free_ char *pattern = mem_strdup(name);
	size_t n = settings->n;

	for (char *c = pattern; *c; c++)
		*c = *c == '.' ? '/' : *c;
	for (size_t i = 0; value && i < n_knobs; i++) {
		if (pattern_meets(pattern, knobs[i].name))
			setting_name(setting_add(settings, like), knobs[i].name, value);
	}
	if (settings->n == n)
		setting_name(setting_add(settings, like), name, value);
}

static bool pattern_bounded(const char *name)
{
	size_t n_stars = 0;

	for (; *name; name++)
		n_stars += *name == '*';
	return n_stars <= STARS_MAX;
}

static void add_line(struct settings *settings, const char *file, int number, char *line)
{
	struct setting like = {.file = file, .line = number, .status = SETTING_MALFORMED};
	char *equals, *name;

	line = trimmed(line);
	if (!*line || *line == '#' || *line == ';')
		return;
	like.optional = *line == '-';
	if (like.optional)
		line++;
	equals = strchr(line, '=');
	if (equals)
		*equals = '\0';
	name = trimmed(line);
	if ((!equals && !like.optional) || !name_valid(name)) {
		setting_add(settings, &like);
		return;
	}
	name_to_dots(name);
	like.pattern = strpbrk(name, "*?[");
	if (like.pattern && !pattern_bounded(name)) {
		like.status = SETTING_PATTERN;
		setting_add(settings, &like);
		return;
	}
	if (like.pattern)
		add_pattern(settings, &like, name, equals ? trimmed(equals + 1) : NULL);
	else
		setting_name(setting_add(settings, &like), name,
			     equals ? trimmed(equals + 1) : NULL);
}

static int add_file(struct settings *settings, const char *path, struct err *err)
{
	_cleanup_text_ struct text text = {0};
	int rc = file_read(path, FILE_SIZE_MAX, &text, err);
	char *rest = text.data;
	size_t n_patterns = 0;
	char *line;

	if (rc)
		return rc;
	for (int number = 1; (line = strsep(&rest, "\n")); number++) {
		size_t n = settings->n;

		add_line(settings, path, number, line);
		n_patterns += settings->n > n && settings->of[n].pattern;
		if (settings->n > ENTRIES_MAX || n_patterns > PATTERNS_MAX)
			return err_set(err, E2BIG, "%s:%d: more than %d settings, or %d patterns",
				       path, number, ENTRIES_MAX, PATTERNS_MAX);
	}
	return 0;
}

/* Of two entries of one name, which holds? A line with the name before a pattern, a "-NAME" before
 * a pattern, and else the later one. */
static bool holds_before(const struct setting *later, const struct setting *earlier)
{
	if (later->pattern != earlier->pattern)
		return earlier->pattern;
	return later->value || !earlier->value;
}

static int by_name(const void *a, const void *b, void *ctx)
{
	const struct setting *of = ctx;
	size_t left = *(const size_t *)a, right = *(const size_t *)b;
	int order = strcmp(of[left].name ?: "", of[right].name ?: "");

	return order ? order : left < right ? -1 : left > right;
}

/* Which entry of each name holds. */
static void settings_settle(struct settings *settings)
{
	_cleanup_free_ size_t *order = mem_zalloc((settings->n + 1) * sizeof(*order));
	size_t holds = 0, first = 0;

	for (size_t i = 0; i < settings->n; i++)
		order[i] = i;
	qsort_r(order, settings->n, sizeof(*order), by_name, settings->of);
	for (size_t i = 0; i <= settings->n; i++) {
		struct setting *of = settings->of;
		bool same = i > first && i < settings->n && of[order[i]].name &&
			    !strcmp(of[order[i]].name, of[order[first]].name ?: "");

		if (same) {
			holds = holds_before(&of[order[i]], &of[holds]) ? order[i] : holds;
			continue;
		}
		for (size_t j = first; j < i; j++)
			of[order[j]].by = order[j] == holds ? 0 : holds + 1;
		first = i;
		holds = i < settings->n ? order[i] : 0;
	}
}

/* They go to guests and into records, which cannot hold another. */
static int check_names(const struct settings *settings, struct err *err)
{
	for (size_t i = 0; i < settings->n_files; i++) {
		const struct settings_file *file = &settings->files[i];

		if (!file->hidden_by && !file->unread && !text_is_utf8(file->path))
			return err_set(err, EINVAL, "%s: its name is not UTF-8", file->path);
	}
	return 0;
}

/* Is there no reading the file, as of a dangling link? */
static bool is_unopened(int rc)
{
	return rc == -ENOENT || rc == -EACCES || rc == -ELOOP || rc == -ENOTDIR;
}

/* Read them all; what there is no reading is passed over, as long as one is read. */
static int add_files(struct settings *settings, struct err *err)
{
	const char *unread = NULL;
	size_t n_read = 0;

	for (size_t i = 0; i < settings->n_files; i++) {
		struct settings_file *file = &settings->files[i];
		int rc = file->hidden_by || file->unread ? 0 : add_file(settings, file->path, err);

		if (is_unopened(rc))
			file->unread = mem_strdup(err->msg);
		else if (rc)
			return rc;
		unread = unread ?: file->unread;
		n_read += !file->unread;
	}
	return n_read ? 0 : err_set(err, ENOENT, "%s", unread);
}

int settings_load_all(const char *const *paths, size_t n, struct settings *ret, struct err *err)
{
	int rc;

	*ret = (struct settings){.file = mem_strdup(paths[0])};
	rc = drop_in_list(paths, n, &ret->files, &ret->n_files, err);
	if (!rc)
		rc = check_names(ret, err);
	if (!rc)
		rc = add_files(ret, err);
	if (!rc)
		settings_settle(ret);
	return rc;
}

int settings_load(const char *path, struct settings *ret, struct err *err)
{
	return settings_load_all(&path, 1, ret, err);
}

const struct setting *settings_find(const struct settings *settings, const char *name)
{
	for (size_t i = settings->n; i-- > 0;) {
		const struct setting *setting = &settings->of[i];

		if (setting->name && !setting->by && !strcmp(setting->name, name))
			return setting;
	}
	return NULL;
}

const char *setting_file(const struct settings *settings, const struct setting *setting)
{
	return setting->file ?: settings->file;
}

static const char *const status_texts[] = {
	[SETTING_APPLIES] = "applied",
	[SETTING_ABSENT] = "absent: this kernel has no such sysctl",
	[SETTING_GLOBAL] = "not applied: one value for the whole kernel, not per namespace",
	[SETTING_UNRELATED] = "not applied: nothing that a lab sets",
	[SETTING_EXCLUDES] = "no value: patterns leave it alone",
	[SETTING_UNPRINTABLE] = "not applied: its value holds bytes that are no text",
	[SETTING_REFUSED] = "not applied: the kernel refuses it",
	[SETTING_PATTERN] = "not applied: a pattern of more than three stars",
	[SETTING_MALFORMED] = "malformed: not \"name = value\"",
};

const char *setting_status_text(const struct setting *setting)
{
	return setting->by ? "overridden" : status_texts[setting->status];
}

bool setting_of_labs(const struct setting *setting)
{
	return setting->status == SETTING_APPLIES || setting->status == SETTING_ABSENT;
}

int settings_apply(const struct settings *settings, bool of_device, struct err *err)
{
	for (size_t i = 0; settings && i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		/* One that another target's kernel has applies, and may be none of this one's. */
		if (setting->by || setting->status != SETTING_APPLIES ||
		    setting_of_device(setting->name) != of_device || !setting_exists(setting->name))
			continue;
		if (sysctl_take(setting->name, setting->value, err))
			return err_prefix(err, "%s:%d", setting_file(settings, setting),
					  setting->line);
	}
	return 0;
}

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++) {
		free(settings->of[i].name);
		free(settings->of[i].value);
	}
	for (size_t i = 0; i < settings->n_files; i++) {
		free(settings->files[i].path);
		free(settings->files[i].unread);
	}
	free(settings->files);
	free(settings->of);
	free(settings->file);
	*settings = (struct settings){0};
}
