// SPDX-License-Identifier: GPL-2.0-or-later
/* identity: owns what "the same" means of two records of one cell, and the count of those that are
 * not. */
#include "cmd/identity.h"

#include "base/hash.h"
#include "base/mem.h"
#include "record/record.h"

#include <string.h>

/* What hangs on a clock that is not virtual, wherever it stands in the canonical part. */
static const char *const clocked[] = {
	"ns", "tsval", "tsecr", "timer_ms", "window", "counters", "cause", "after",
};

static bool is_clocked(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(clocked); i++) {
		if (!strcmp(clocked[i], key))
			return true;
	}
	return false;
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

static void canonical_hash(const json_t *record, bool exact, char ret[17])
{
	json_t *canonical = json_deep_copy(json_object_get(record, "canonical"));
	_cleanup_free_ char *text = NULL;

	if (!exact)
		strip_clocks(canonical);
	text = json_dumps(canonical, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(canonical);
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
	canonical_hash(record, exact, hash);
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
