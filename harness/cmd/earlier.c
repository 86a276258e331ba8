// SPDX-License-Identifier: GPL-2.0-or-later
/* earlier: owns what of an earlier run's records picks a cell. */
#include "cmd/earlier.h"

#include "base/clock.h"
#include "base/mem.h"
#include "record/judge.h"

#include <errno.h>
#include <string.h>

static bool record_left_open(const json_t *record)
{
	enum verdict verdict = record_verdict(record);

	return verdict == VERDICT_FAIL || verdict == VERDICT_ERROR ||
	       verdict == VERDICT_INCONCLUSIVE;
}

/* Leave what `ids` has true for. */
static void list_keep(struct cell_list *list, const json_t *ids)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (json_is_true(json_object_get(ids, list->of[i]->id)))
			list->of[n++] = list->of[i];
	}
	list->n = n;
}

/* ctx: cells' ids by target and id, null where the last record is settled. */
static int note_open(void *ctx, json_t *record, struct err *err)
{
	const char *id = record_text(record, "cell", "");
	_cleanup_free_ char *place = NULL;

	(void)err;
	if (!record_is_cell(record))
		return 0;
	place = mem_printf("%s %s", record_text(record, "target", ""), id);
	json_object_set_new(ctx, place, record_left_open(record) ? json_string(id) : json_null());
	return 0;
}

int earlier_failed(const char *path, struct cell_list *list, struct err *err)
{
	json_t *last = json_object(), *ids = json_object(), *id;
	const char *key;
	size_t cut;
	int ret = records_read_heads(path, note_open, last, &cut, err);

	json_object_foreach(last, key, id)
	{
		if (json_is_string(id))
			json_object_set_new(ids, json_string_value(id), json_true());
	}
	if (!ret)
		list_keep(list, ids);
	json_decref(ids);
	json_decref(last);
	return ret;
}

struct quick {
	int64_t at_most_us;
	json_t *ids; /* true: every record so far was quick */
};

static int note_quick(void *ctx, json_t *record, struct err *err)
{
	struct quick *quick = ctx;
	const char *id = record_text(record, "cell", "");
	const json_t *volatile_part = json_object_get(record, "volatile");
	int64_t wall_us = record_number(volatile_part, "wall_us", 0);
	bool fits = record_number(volatile_part, "inside_us", wall_us) <= quick->at_most_us;

	(void)err;
	if (record_is_cell(record) && !json_is_false(json_object_get(quick->ids, id)))
		json_object_set_new(quick->ids, id, json_boolean(fits));
	return 0;
}

int earlier_took(const char *arg, struct cell_list *list, struct err *err)
{
	const char *colon = strchr(arg, ':');
	_cleanup_free_ char *text = mem_strndup(arg, colon ? (size_t)(colon - arg) : 0);
	struct quick quick;
	int64_t at_most_ns;
	size_t cut;
	int ret;

	if (!colon || !colon[1] || !duration_parse(text, &at_most_ns) || at_most_ns < 0)
		return err_set(err, EINVAL,
			       "--took %s: not DURATION:RECORDS, such as 2s:records.jsonl", arg);
	quick = (struct quick){at_most_ns / NS_PER_US, json_object()};
	ret = records_read(colon + 1, true, note_quick, &quick, &cut, err);
	if (!ret)
		list_keep(list, quick.ids);
	json_decref(quick.ids);
	return ret;
}
