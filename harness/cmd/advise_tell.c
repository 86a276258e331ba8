// SPDX-License-Identifier: GPL-2.0-or-later
/* advise_tell: owns what advice says of a line. */
#include "cmd/advise_tell.h"

#include "advise/claims.h"
#include "advise/evidence.h"
#include "advise/history.h"
#include "base/mem.h"
#include "base/text.h"
#include "compare/change.h"
#include "lab/host.h"

#include <stdlib.h>
#include <string.h>

struct telling {
	const struct settings *settings;
	const struct plan *plan;
	const struct runs *runs;
	const struct features *features;
	json_t *single; /* outcomes that single lines changed */
};

/* The cells that these lines reach, without and with them. Returns in how many of them the lines
 * were not played, since they are among some that together are the same there as none. */
static size_t halves_fill(const struct runs *runs, line_set lines, struct half *without,
			  struct half *with)
{
	const struct plan *plan = runs->plan;
	size_t n_same = 0;

	half_init(without, "without");
	half_init(with, "with");
	for (size_t i = 0; i < plan->cells.n; i++) {
		const struct cell *cell = plan->cells.of[i];
		const struct half_cell *base = runs_find(runs, cell, 0);
		const struct half_cell *there = runs_find(runs, cell, lines);
		line_set ignored;

		if (!base || base->verdict == VERDICT_SKIP || !plan_reaches(plan, cell, lines) ||
		    !plan_record(plan, cell, lines, &ignored))
			continue;
		if (!there && runs_idle(runs, cell, lines)) {
			there = base;
			n_same++;
		}
		half_add_as(without, base, base);
		if (there)
			half_add_as(with, there, base);
	}
	return n_same;
}

/* Which outcomes that one line changed all lines together change, too. */
static json_t *rest_new(const json_t *alone, const json_t *together)
{
	size_t kept = 0;
	const char *key;
	json_t *ignored;

	json_object_foreach((json_t *)alone, key, ignored)
	{
		kept += json_object_get(together, key) != NULL;
	}
	return json_pack("{sI sI}", "kept", (json_int_t)kept, "undone",
			 (json_int_t)(json_object_size(alone) - kept));
}

/* A router forwards whatever a line says. */
static bool is_the_routers(const char *name)
{
	for (size_t i = 0; i < n_router_knobs; i++) {
		if (!strcmp(router_knobs[i].name, name))
			return true;
	}
	return false;
}

static void tell_tried(struct telling *telling, size_t number, json_t *line, const json_t *together)
{
	const struct plan_line *planned = &telling->plan->lines[number];
	_cleanup_half_ struct half without = {0}, with = {0};
	json_t *seen = json_object(), *alone;
	size_t n_same = halves_fill(telling->runs, line_bit(number), &without, &with);

	alone = evidence_new(&without, &with, &(struct compare_options){.seen = seen});
	json_object_set_new(alone, "same", json_integer(n_same));
	json_object_set_new(alone, "untold",
			    json_integer(without.n_cells - record_number(alone, "cells", 0)));
	json_object_set_new(line, "alone", alone);
	json_object_set_new(line, "rest", rest_new(seen, together));
	if (is_the_routers(planned->knob->name))
		json_object_set_new(line, "but_router", json_true());
	json_object_set_new(line, "claims", claims_settle(planned->knob->name, &without, &with));
	json_object_update(telling->single, seen);
	json_decref(seen);
}

/* The number of the entry's line in the plan; -1: it changes nothing here. */
static int planned_number(const struct plan *plan, const struct setting *setting)
{
	for (size_t i = 0; i < plan->n_lines; i++) {
		if (plan->lines[i].setting == setting)
			return i;
	}
	return -1;
}

/* Why a line was not tried. */
static const char *untried_reason(const struct telling *telling, const struct setting *setting)
{
	const struct knob *knob = knob_find(setting->name);

	if (knob->scope == KNOB_GLOBAL)
		return "one value for the whole kernel, which is never touched: not tried";
	if (!features_has(telling->features, knob_short(knob)))
		return "this kernel has no such sysctl: nothing to try";
	if (setting->status == SETTING_UNPRINTABLE)
		return "its value holds bytes that are no text: not tried";
	return "that is what every lab has without it: nothing to try";
}

/* A value with the kernel's numbers (proc_get_long(): as C writes them, so that 030 is 24); NULL:
 * it is the same. The caller frees. */
static char *as_read(const char *value)
{
	_cleanup_text_ struct text out = {0};

	for (const char *at = value; *at;) {
		size_t len = strspn(at, "0123456789abcdefABCDEFxX") ?: 1;
		char *end = NULL;
		unsigned long long n = *at >= '0' && *at <= '9' ? strtoull(at, &end, 0) : 0;

		if (end == at + len)
			text_add(&out, "%llu", n);
		else
			text_addn(&out, at, len);
		at += len;
	}
	return strcmp(text_str(&out), value) != 0 ? text_take(&out) : NULL;
}

static void tell_as_read(const struct setting *setting, json_t *line)
{
	_cleanup_free_ char *numbers = NULL;

	if (!setting->value || setting->status == SETTING_UNPRINTABLE)
		return;
	numbers = as_read(setting->value);
	if (numbers)
		json_object_set_new(line, "read", json_string(numbers));
}

static void tell_knob(struct telling *telling, const struct setting *setting, json_t *line,
		      const json_t *together)
{
	const struct knob *knob = knob_find(setting->name);
	int number = planned_number(telling->plan, setting);

	tell_as_read(setting, line);
	json_object_set_new(line, "history", history_json(setting->name));
	json_object_set_new(
		line, "present",
		json_boolean(knob->scope == KNOB_GLOBAL
				     ? setting->status != SETTING_ABSENT
				     : features_has(telling->features, knob_short(knob))));
	json_object_set_new(line, "namespace", json_boolean(knob->scope == KNOB_NETNS));
	if (knob->baseline)
		json_object_set_new(line, "baseline", json_string(knob->baseline));
	if (setting->by)
		return;
	if (setting->status == SETTING_EXCLUDES)
		json_object_set_new(line, "untried", json_string(setting_status_text(setting)));
	else if (number < 0)
		json_object_set_new(line, "untried", json_string(untried_reason(telling, setting)));
	else if (telling->plan->lines[number].refused)
		json_object_set_new(line, "untried",
				    json_string(telling->plan->lines[number].refused));
	else
		tell_tried(telling, number, line, together);
}

static json_t *line_new(struct telling *telling, const struct setting *setting,
			const json_t *together)
{
	const struct settings *settings = telling->settings;
	const struct setting *by = setting->by ? &settings->of[setting->by - 1] : NULL;
	json_t *line = json_pack("{ss si}", "file", setting_file(settings, setting), "line",
				 setting->line);

	if (setting->name)
		json_object_set_new(line, "name", json_string(setting->name));
	if (setting->value && setting->status != SETTING_UNPRINTABLE)
		json_object_set_new(line, "value", json_string(setting->value));
	if (setting->optional)
		json_object_set_new(line, "optional", json_true());
	if (by)
		json_object_set_new(
			line, "by",
			json_pack("{ss si}", "file", setting_file(settings, by), "line", by->line));
	if (setting->name && knob_find(setting->name))
		tell_knob(telling, setting, line, together);
	else
		json_object_set_new(line, "untried", json_string(setting_status_text(setting)));
	if (setting->status == SETTING_ABSENT && !knob_find(setting->name))
		json_object_set_new(line, "nearest", json_string(knob_nearest(setting->name)));
	return line;
}

/* Is the line about something else than what a lab sets? */
static bool is_other(const struct setting *setting)
{
	return setting->status == SETTING_UNRELATED ||
	       (setting->status == SETTING_EXCLUDES && !knob_find(setting->name));
}

static json_t *lines_new(struct telling *telling, const json_t *together, json_t *others)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < telling->settings->n; i++) {
		const struct setting *setting = &telling->settings->of[i];

		if (!is_other(setting)) {
			json_array_append_new(ret, line_new(telling, setting, together));
			continue;
		}
		if (!json_object_size(others))
			json_object_set_new(others, "first", line_new(telling, setting, together));
		json_object_set_new(others, "n", json_integer(record_number(others, "n", 0) + 1));
	}
	return ret;
}

static json_t *files_new(const struct settings *settings)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < settings->n_files; i++) {
		const struct settings_file *file = &settings->files[i];
		json_t *entry = json_pack("{ss}", "path", file->path);

		if (file->unread)
			json_object_set_new(entry, "unread", json_string(file->unread));
		if (file->hidden_by)
			json_object_set_new(entry, "hidden_by",
					    json_string(settings->files[file->hidden_by - 1].path));
		json_array_append_new(ret, entry);
	}
	return ret;
}

json_t *advise_tell(const struct settings *settings, const struct plan *plan,
		    const struct runs *runs, const struct features *features, const char *place)
{
	struct telling telling = {settings, plan, runs, features, json_object()};
	_cleanup_half_ struct half without = {0}, with = {0};
	json_t *together = json_object(), *others = json_object(), *lines, *all, *whole;

	halves_fill(runs, plan_all(plan), &without, &with);
	all = evidence_new(&without, &with, &(struct compare_options){.seen = together});
	lines = lines_new(&telling, together, others);
	whole = evidence_new(&without, &with,
			     &(struct compare_options){.seen = telling.single, .skip_seen = true});
	json_object_set(all, "more", json_object_get(whole, "findings"));
	json_object_del(all, "findings");
	json_decref(whole);
	json_decref(together);
	json_decref(telling.single);
	return json_pack("{ss so so so so sI sI sI sI}", "place", place, "files",
			 files_new(settings), "lines", lines, "others", others, "together", all,
			 "played", (json_int_t)runs->n_played, "reached",
			 (json_int_t)plan->n_reached, "chosen", (json_int_t)plan->cells.n, "cover",
			 (json_int_t)plan->cover);
}

struct sets_held advise_sets_hold(const struct runs *runs, line_set a, line_set b)
{
	struct sets_held ret = {0};

	for (size_t i = 0; i < runs->plan->cells.n; i++) {
		const struct cell *cell = runs->plan->cells.of[i];
		const struct half_cell *left = runs_find(runs, cell, a);
		const struct half_cell *right = runs_find(runs, cell, b);

		if (runs_skipped(runs, cell))
			continue;
		if (change_comparable(left, right)) {
			ret.compared++;
			ret.differ += evidence_outcome_differs(left, right);
		} else {
			ret.untold++;
		}
	}
	return ret;
}

void advise_tell_shortest(json_t *advice, const struct runs *runs, line_set lines)
{
	json_t *list = json_array();
	struct sets_held held = advise_sets_hold(runs, lines, plan_all(runs->plan));
	json_t *shortest =
		json_pack("{so sI sI sI}", "lines", list, "cells", (json_int_t)held.compared,
			  "differ", (json_int_t)held.differ, "untold", (json_int_t)held.untold);

	for (size_t i = 0; i < runs->plan->n_lines; i++) {
		const struct setting *setting = runs->plan->lines[i].setting;

		if (lines & line_bit(i))
			json_array_append_new(list, json_pack("{ss ss}", "name", setting->name,
							      "value", setting->value));
	}
	json_object_set_new(advice, "shortest", shortest);
}
