// SPDX-License-Identifier: GPL-2.0-or-later
/* identity: owns what "the same" means of two records of one cell, and the count of those that are
 * not. */
#include "cmd/identity.h"

#include "base/hash.h"
#include "base/mem.h"
#include "record/record.h"

#include <string.h>

/* What hangs on a clock that is not virtual, on numbers that the kernel draws, or on the order of
 * all segments together, wherever it stands in the canonical part. */
static const char *const clocked[] = {
	"ns",  "error_ns", "tsval",    "tsecr", "timer_ms", "seq",
	"ack", "window",   "counters", "cause", "after",    "of",
};

/* A load's connections a second are a time, too. */
static bool is_rate(const char *fact)
{
	const char *dot = strrchr(fact, '.');

	return dot && !strcmp(dot, ".rate");
}

static bool is_clocked(const char *key)
{
	if (is_rate(key))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(clocked); i++) {
		if (!strcmp(clocked[i], key))
			return true;
	}
	return false;
}

/* PSH says only where a sender's buffer was empty (RFC 9293, 3.9.1.2), thus how its writes and the
 * window's openings fell together. */
static void strip_push(json_t *segments)
{
	json_t *segment;
	size_t i;

	json_array_foreach(segments, i, segment)
	{
		_cleanup_free_ char *flags = mem_strdup(record_text(segment, "flags", ""));
		char *push = strchr(flags, 'P');

		if (!push)
			continue;
		memmove(push, push + 1, strlen(push));
		json_object_set_new(segment, "flags", json_string(flags));
	}
}

static void strip_clocks(json_t *value)
{
	json_t *member;
	const char *key;
	void *next;
	size_t i;

	json_array_foreach(value, i, member)
	{
		strip_clocks(member);
	}
	json_object_foreach_safe(value, next, key, member)
	{
		if (is_clocked(key))
			json_object_del(value, key);
		else
			strip_clocks(member);
	}
}

static int text_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each as a text, sorted. New reference; takes the one that it is given. */
static json_t *sorted(json_t *array)
{
	size_t n = json_array_size(array), i;
	_cleanup_free_ char **texts = mem_zalloc((n + 1) * sizeof(*texts));
	json_t *ret = json_array(), *one;

	json_array_foreach(array, i, one)
	{
		texts[i] = json_dumps(one, JSON_COMPACT | JSON_SORT_KEYS);
	}
	qsort(texts, n, sizeof(*texts), text_order);
	for (i = 0; i < n; i++) {
		json_array_append_new(ret, json_string(texts[i]));
		free(texts[i]);
	}
	json_decref(array);
	return ret;
}

/* Connections side by side go on in whatever order: the same is what happened to each, whichever
 * number it has among those without a name ("#7"). New reference. */
static json_t *by_connection(const json_t *events)
{
	json_t *connections = json_object(), *lists = json_array(), *event, *list;
	const char *name;
	size_t i;

	json_array_foreach(events, i, event)
	{
		name = record_text(event, "conn", "");
		list = json_object_get(connections, name);
		if (!list) {
			list = json_array();
			json_object_set_new(connections, name, list);
			json_array_append(lists, list);
		}
		json_object_del(event, "n");
		if (*name == '#')
			json_object_del(event, "conn");
		json_array_append(list, event);
	}
	json_decref(connections);
	return sorted(lists);
}

static void strip_order(json_t *canonical, const char *member)
{
	const json_t *events = json_object_get(canonical, member);

	if (events)
		json_object_set_new(canonical, member, by_connection(events));
}

/* Ends that are processes of their own race each other at a kill or a close: what was under way at
 * that moment is one segment more or less. */
static bool has_programs(const json_t *record)
{
	return json_object_get(json_object_get(record, "volatile"), "loads");
}

/* What is to be the same of a record. New reference. */
static json_t *same_part(const json_t *record, bool exact)
{
	json_t *canonical = json_object_get(record, "canonical"), *part;

	if (!exact && json_object_get(canonical, "random"))
		return json_incref(json_object_get(record, "verdict"));
	part = json_deep_copy(canonical);
	if (!exact) {
		if (has_programs(record)) {
			json_object_del(part, "segments");
			json_object_del(part, "states");
		}
		strip_clocks(part);
		strip_push(json_object_get(part, "segments"));
		strip_order(part, "segments");
		strip_order(part, "states");
	}
	return part;
}

static void part_hash(const json_t *record, bool exact, char ret[17])
{
	json_t *part = same_part(record, exact);
	_cleanup_free_ char *text =
		json_dumps(part, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);

	json_decref(part);
	hash_format(hash_bytes(text ? text : "", text ? strlen(text) : 0, HASH_START), ret);
}

void identity_add(struct identity *identity, const json_t *record, bool exact)
{
	_cleanup_free_ char *name = mem_printf("%s on %s", record_text(record, "cell", "?"),
					       record_text(record, "target", "?"));
	char hash[17];
	json_t *set;

	if (!identity->seen)
		identity->seen = json_object();
	set = json_object_get(identity->seen, name);
	if (!set) {
		set = json_object();
		json_object_set_new(identity->seen, name, set);
	}
	part_hash(record, exact, hash);
	json_object_set_new(set, hash, json_true());
}

struct identity_sum identity_sum(const struct identity *identity)
{
	struct identity_sum sum = {.worst = ""};
	const char *name;
	json_t *set;

	json_object_foreach(identity->seen, name, set)
	{
		size_t n = json_object_size(set);

		sum.n_cells++;
		sum.n_several += n > 1;
		if (n > 1 && n > sum.n_most)
			sum.worst = name;
		if (n > sum.n_most)
			sum.n_most = n;
	}
	return sum;
}

void identity_free(struct identity *identity)
{
	json_decref(identity->seen);
	identity->seen = NULL;
}
