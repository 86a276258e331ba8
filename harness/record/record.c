// SPDX-License-Identifier: GPL-2.0-or-later
/* record: owns how a record and a kernel line are built, and how their members are read. */
#include "record/record.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* More than the looks between which an end is taken to lie are ever apart (WATCH_END_NS_MAX). */
#define DURATION_ERROR_NS_MAX NS_PER_S

const char *record_text(const json_t *object, const char *key, const char *preset)
{
	const json_t *member = json_object_get(object, key);

	return json_is_string(member) ? json_string_value(member) : preset;
}

int64_t record_number(const json_t *object, const char *key, int64_t preset)
{
	const json_t *member = json_object_get(object, key);

	return json_is_integer(member) ? json_integer_value(member) : preset;
}

const json_t *record_times(const json_t *record, const char *name)
{
	const json_t *exact = json_object_get(json_object_get(record, "canonical"), name);

	return exact ? exact : json_object_get(json_object_get(record, "volatile"), name);
}

json_t *record_head(const char *type)
{
	json_t *head = json_object();

	json_object_set_new(head, "type", json_string(type));
	json_object_set_new(head, "schema", json_integer(RECORD_SCHEMA));
	json_object_set_new(head, "tool", json_string(AFTERCLOSE_VERSION));
	return head;
}

/* Each dimension's value for a choice of values. New reference. */
static json_t *dimensions_new(const struct scenario *scenario, const size_t *choice)
{
	json_t *ret = json_object();

	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];

		json_object_set_new(ret, dimension->name,
				    json_string(dimension->values[choice[i]]));
	}
	return ret;
}

json_t *record_new(const struct cell *cell, const char *kernel_id, const char *target)
{
	const struct scenario *scenario = cell->scenario;
	json_t *record = record_head("cell");

	json_object_set_new(record, "kernel", json_string(kernel_id));
	json_object_set_new(record, "target", json_string(target));
	json_object_set_new(record, "scenario", json_string(scenario->name));
	json_object_set_new(record, "file", json_string(scenario->file));
	json_object_set_new(record, "hash", json_string(scenario->hash));
	json_object_set_new(record, "cell", json_string(cell->id));
	json_object_set_new(record, "dimensions", dimensions_new(scenario, cell->choice));
	if (cell->control)
		json_object_set_new(record, "judged_as", dimensions_new(scenario, cell->judged));
	return record;
}

static json_t *names_new(char *const *names, size_t n)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(ret, json_string(names[i]));
	return ret;
}

static void kernel_id(const json_t *content, char ret[17])
{
	_cleanup_free_ char *text = json_dumps(content, JSON_COMPACT | JSON_SORT_KEYS);

	if (!text)
		abort();
	hash_format(hash_bytes(text, strlen(text), HASH_START), ret);
}

json_t *record_kernel(const struct features *features)
{
	json_t *content = json_object(), *kernel = record_head("kernel");
	char id[17];

	json_object_set_new(content, "release", json_string(features->release));
	json_object_set_new(content, "version", json_string(features->version));
	json_object_set_new(content, "hz", json_integer(features->hz));
	json_object_set_new(content, "has", names_new(features->has, features->n_has));
	json_object_set_new(content, "counters",
			    names_new(features->counters, features->n_counters));
	/* The tool's version is no part of the kernel: two tools name one kernel alike. */
	kernel_id(content, id);
	json_object_set_new(kernel, "id", json_string(id));
	json_object_update(kernel, content);
	json_decref(content);
	return kernel;
}

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* features_has() searches by halves, and a file may have been edited: sort again. */
static size_t names_read(const json_t *kernel, const char *key, char ***ret)
{
	const json_t *list = json_object_get(kernel, key);
	size_t n = json_array_size(list), n_read = 0;

	*ret = mem_zalloc((n + 1) * sizeof(**ret));
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (name)
			(*ret)[n_read++] = mem_strdup(name);
	}
	qsort(*ret, n_read, sizeof(**ret), name_order);
	return n_read;
}

int record_kernel_features(const json_t *kernel, struct features *ret, struct err *err)
{
	int64_t hz = record_number(kernel, "hz", 0);

	if (hz < 1 || hz > 100000)
		return err_set(err, EINVAL, "kernel %s: its record gives no HZ from 1 to 100000",
			       record_text(kernel, "id", "?"));
	*ret = (struct features){
		.hz = hz,
		.release = mem_strdup(record_text(kernel, "release", "unknown")),
		.version = mem_strdup(record_text(kernel, "version", "unknown")),
	};
	ret->n_has = names_read(kernel, "has", &ret->has);
	ret->n_counters = names_read(kernel, "counters", &ret->counters);
	return 0;
}

/* A member that is an object, made where there is none yet. Borrowed. */
static json_t *object_within(json_t *parent, const char *key)
{
	json_t *child = json_object_get(parent, key);

	if (!child) {
		child = json_object();
		json_object_set_new(parent, key, child);
	}
	return child;
}

static json_t *duration_new(const struct value *value)
{
	json_t *ret = json_pack("{sI}", "ns", (json_int_t)value->number);

	if (value->error_ns)
		json_object_set_new(ret, "error_ns", json_integer(value->error_ns));
	return ret;
}

void record_set_fact(json_t *record, const char *name, const struct value *value)
{
	json_t *facts = object_within(object_within(record, "canonical"), "facts");

	switch (value->type) {
	case FACT_WORD:
		json_object_set_new(facts, name, json_string(value->word));
		break;
	case FACT_NUMBER:
		json_object_set_new(facts, name, json_integer(value->number));
		break;
	case FACT_DURATION:
		json_object_set_new(facts, name, duration_new(value));
		break;
	}
}

void record_add_unsettled(json_t *record, const char *name)
{
	json_t *canonical = object_within(record, "canonical");

	if (!json_object_get(canonical, "unsettled"))
		json_object_set_new(canonical, "unsettled", json_array());
	json_array_append_new(json_object_get(canonical, "unsettled"), json_string(name));
}

bool record_unsettled(const json_t *record, const char *name)
{
	const json_t *names = json_object_get(json_object_get(record, "canonical"), "unsettled"),
		     *one;
	size_t i;

	json_array_foreach(names, i, one)
	{
		if (json_is_string(one) && !strcmp(json_string_value(one), name))
			return true;
	}
	return false;
}

/* "server PAWSEstab": how far it moved; only what moved is recorded, of every host that was there.
 */
static bool counter_moved(const json_t *record, const char *name, struct value *ret)
{
	const json_t *hosts = json_object_get(json_object_get(record, "canonical"), "counters");
	size_t host_len = strcspn(name, " ");
	_cleanup_free_ char *host = mem_strndup(name, host_len);
	const json_t *counters = json_object_get(hosts, host);

	if (!name[host_len] || !json_is_object(counters))
		return false;
	ret->number = record_number(counters, name + host_len + 1, 0);
	return true;
}

/* Whatever a stranger's file says it is. */
static int64_t duration_error_ns(const json_t *duration)
{
	int64_t error_ns = record_number(duration, "error_ns", 0);

	if (error_ns < 0)
		return 0;
	return error_ns > DURATION_ERROR_NS_MAX ? DURATION_ERROR_NS_MAX : error_ns;
}

bool record_fact(const json_t *record, const char *name, const struct fact_spec *spec,
		 struct value *ret)
{
	const json_t *facts = json_object_get(json_object_get(record, "canonical"), "facts");
	const json_t *fact = json_object_get(facts, name);

	*ret = (struct value){.type = spec->type};
	if (spec->owner == NAME_HOST)
		return counter_moved(record, name, ret);
	switch (spec->type) {
	case FACT_WORD:
		ret->word = json_string_value(fact);
		return ret->word;
	case FACT_NUMBER:
		ret->number = json_integer_value(fact);
		return json_is_integer(fact);
	case FACT_DURATION:
		ret->error_ns = duration_error_ns(fact);
		fact = json_object_get(fact, "ns");
		ret->number = json_integer_value(fact);
		return json_is_integer(fact);
	}
	return false;
}
