// SPDX-License-Identifier: GPL-2.0-or-later
/* records: owns the file of records: one line written, a whole file read and checked. */
#include "record/record.h"
#include "record/prune.h"
#include "base/mem.h"

#include <errno.h>
#include <string.h>

/* What a line must have so that no reader needs to ask again. */
struct member {
	const char *name;
	json_type type;
};

static const struct member kernel_members[] = {
	{"id", JSON_STRING}, {"release", JSON_STRING}, {"hz", JSON_INTEGER},
	{"has", JSON_ARRAY}, {"counters", JSON_ARRAY},
};

static const struct member scenario_members[] = {
	{"id", JSON_STRING},	    {"scenario", JSON_STRING}, {"title", JSON_STRING},
	{"dimensions", JSON_ARRAY}, {"steps", JSON_ARRAY},
};

static const struct member cell_members[] = {
	{"kernel", JSON_STRING},  {"scenario", JSON_STRING}, {"file", JSON_STRING},
	{"hash", JSON_STRING},	  {"cell", JSON_STRING},     {"dimensions", JSON_OBJECT},
	{"verdict", JSON_STRING},
};

static const struct line_type {
	const char *name;
	const struct member *members;
	size_t n_members;
} line_types[] = {
	{"kernel", kernel_members, ARRAY_SIZE(kernel_members)},
	{"scenario", scenario_members, ARRAY_SIZE(scenario_members)},
	{"cell", cell_members, ARRAY_SIZE(cell_members)},
};

int record_write(FILE *file, const char *path, const json_t *record, struct err *err)
{
	errno = 0;
	if (json_dumpf(record, file, JSON_COMPACT) < 0 || fputc('\n', file) == EOF || fflush(file))
		return errno ? err_sys(err, "cannot write %s", path)
			     : err_set(err, EIO, "cannot write %s", path);
	return 0;
}

static const struct line_type *line_type_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(line_types); i++) {
		if (!strcmp(line_types[i].name, name))
			return &line_types[i];
	}
	return NULL;
}

static int line_check(const json_t *line, const char *path, size_t number, struct err *err)
{
	const struct line_type *type = line_type_find(record_text(line, "type", ""));

	if (!type)
		return err_set(err, EINVAL,
			       "%s:%zu: no record: its \"type\" is not \"kernel\", \"scenario\" or "
			       "\"cell\"",
			       path, number);
	if (record_number(line, "schema", 0) != RECORD_SCHEMA)
		return err_set(err, EINVAL,
			       "%s:%zu: a record of schema %lld; this version reads schema %d",
			       path, number, (long long)record_number(line, "schema", 0),
			       RECORD_SCHEMA);
	for (size_t i = 0; i < type->n_members; i++) {
		const json_t *member = json_object_get(line, type->members[i].name);

		if (!member || json_typeof(member) != type->members[i].type)
			return err_set(err, EINVAL, "%s:%zu: a %s record without a proper \"%s\"",
				       path, number, type->name, type->members[i].name);
	}
	return 0;
}

static void append(json_t ***list, size_t *n, json_t *line)
{
	*list = mem_resize(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = line;
}

static const json_t *line_find(json_t *const *lines, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(record_text(lines[i], "id", ""), id))
			return lines[i];
	}
	return NULL;
}

const json_t *records_kernel(const struct records *records, const json_t *cell)
{
	return line_find(records->kernels, records->n_kernels, record_text(cell, "kernel", ""));
}

bool record_is_cell(const json_t *line)
{
	return !strcmp(record_text(line, "type", ""), "cell");
}

bool record_is_kernel(const json_t *line)
{
	return !strcmp(record_text(line, "type", ""), "kernel");
}

json_t *record_find(json_t *const *records, size_t n, const char *cell)
{
	json_t *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!strcmp(record_text(records[i], "cell", ""), cell))
			found = records[i];
	}
	return found;
}

/* Files joined by cat repeat what cells refer to: the first line stays. */
static void reference_keep(json_t ***list, size_t *n, json_t *line)
{
	if (!line_find(*list, *n, record_text(line, "id", "")))
		append(list, n, json_incref(line));
}

int records_keep(void *ctx, json_t *line, struct err *err)
{
	struct records *records = ctx;

	(void)err;
	if (record_is_cell(line))
		append(&records->cells, &records->n_cells, json_incref(line));
	else if (record_is_kernel(line))
		reference_keep(&records->kernels, &records->n_kernels, line);
	else
		reference_keep(&records->scenarios, &records->n_scenarios, line);
	return 0;
}

/* A file while it is read. */
struct reading {
	const char *path;
	size_t number;				 /* of the line, from 1 */
	size_t (*prune)(char *line, size_t len); /* NULL: read it whole */
	record_line_fn fn;
	record_line_at_fn fn_at; /* or this one */
	void *ctx;
	int64_t offset; /* of the line */
	size_t *ret_cut;
};

static int line_read(const struct reading *reading, char *bytes, size_t len, struct err *err)
{
	bool whole = len && bytes[len - 1] == '\n';
	json_error_t why;
	json_t *line;
	int r;

	if (whole && len == 1)
		return 0;
	if (reading->prune)
		len = reading->prune(bytes, len);
	line = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &why);
	if (!line && !whole) {
		++*reading->ret_cut;
		return 0;
	}
	if (!line)
		return err_set(err, EINVAL, "%s:%zu:%d: not a line of JSON: %s", reading->path,
			       reading->number, why.column, why.text);
	r = line_check(line, reading->path, reading->number, err);
	if (!r && reading->fn)
		r = reading->fn(reading->ctx, line, err);
	else if (!r)
		r = reading->fn_at(reading->ctx, line, reading->offset, err);
	json_decref(line);
	return r;
}

static void file_cleanup(FILE **file)
{
	if (*file)
		fclose(*file);
}

static int lines_read(struct reading *reading, struct err *err)
{
	_cleanup_(file_cleanup) FILE *file = fopen(reading->path, "re");
	_cleanup_free_ char *bytes = NULL;
	size_t size = 0;
	ssize_t len;
	int r = 0;

	*reading->ret_cut = 0;
	if (!file)
		return err_sys(err, "cannot read %s", reading->path);
	errno = 0;
	while (!r && (len = getline(&bytes, &size, file)) >= 0) {
		reading->number++;
		r = line_read(reading, bytes, len, err);
		reading->offset += len;
	}
	if (!r && ferror(file))
		r = err_sys(err, "cannot read %s", reading->path);
	return r;
}

int records_read(const char *path, bool without_segments, record_line_fn fn, void *ctx,
		 size_t *ret_cut, struct err *err)
{
	struct reading reading = {.path = path,
				  .prune = without_segments ? line_prune : NULL,
				  .fn = fn,
				  .ctx = ctx,
				  .ret_cut = ret_cut};

	return lines_read(&reading, err);
}

int records_read_heads(const char *path, record_line_fn fn, void *ctx, size_t *ret_cut,
		       struct err *err)
{
	struct reading reading = {
		.path = path, .prune = line_prune_bodies, .fn = fn, .ctx = ctx, .ret_cut = ret_cut};

	return lines_read(&reading, err);
}

int records_read_at(const char *path, record_line_at_fn fn, void *ctx, size_t *ret_cut,
		    struct err *err)
{
	struct reading reading = {
		.path = path, .prune = line_prune, .fn_at = fn, .ctx = ctx, .ret_cut = ret_cut};

	return lines_read(&reading, err);
}

int record_read_at(FILE *file, const char *path, int64_t offset, json_t **ret, struct err *err)
{
	_cleanup_free_ char *bytes = NULL;
	size_t size = 0;
	ssize_t len;

	errno = 0;
	if (fseeko(file, offset, SEEK_SET) < 0 || (len = getline(&bytes, &size, file)) < 0)
		return err_set(err, errno ? errno : EIO, "cannot read %s again", path);
	*ret = json_loadb(bytes, len, 0, NULL);
	return *ret ? 0 : err_set(err, EINVAL, "%s was changed while it was read", path);
}

int records_load(const char *path, struct records *ret, struct err *err)
{
	int r;

	*ret = (struct records){0};
	r = records_read(path, false, records_keep, ret, &ret->cut, err);
	if (r < 0)
		records_free(ret);
	return r;
}

void records_free(struct records *records)
{
	for (size_t i = 0; i < records->n_kernels; i++)
		json_decref(records->kernels[i]);
	for (size_t i = 0; i < records->n_scenarios; i++)
		json_decref(records->scenarios[i]);
	for (size_t i = 0; i < records->n_cells; i++)
		json_decref(records->cells[i]);
	free(records->kernels);
	free(records->scenarios);
	free(records->cells);
	*records = (struct records){0};
}
