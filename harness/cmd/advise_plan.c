// SPDX-License-Identifier: GPL-2.0-or-later
/* advise_plan: owns the ways in which a line of settings reaches a cell. */
#include "cmd/advise_plan.h"

#include "base/mem.h"
#include "record/applied.h"
#include "record/record.h"

#include <errno.h>
#include <string.h>

/* What one of these changes can be seen in nearly every record; so it is peeled off first. */
static const char *const in_every_handshake[] = {
	"net.ipv4.tcp_timestamps", "net.ipv4.tcp_sack", "net.ipv4.tcp_window_scaling",
	"net.ipv4.tcp_ecn",	   "net.ipv4.tcp_rmem", "net.ipv4.ip_default_ttl",
};

int lines_count(line_set lines)
{
	return __builtin_popcountll(lines) + __builtin_popcountll(lines >> 64);
}

size_t lines_first(line_set lines)
{
	uint64_t low = lines;

	return low ? __builtin_ctzll(low) : 64 + __builtin_ctzll(lines >> 64);
}

static int lines_add(struct plan *plan, const struct settings *settings,
		     const struct features *features, struct err *err)
{
	for (size_t i = 0; i < settings->n; i++) {
		const struct setting *setting = &settings->of[i];

		if (!setting_changes(setting, features))
			continue;
		if (plan->n_lines == PLAN_LINES_MAX)
			return err_set(err, E2BIG,
				       "%s: more than %d settings differ from the baseline",
				       settings->file, PLAN_LINES_MAX);
		plan->lines[plan->n_lines++] =
			(struct plan_line){.setting = setting, .knob = knob_find(setting->name)};
	}
	return 0;
}

static bool is_in_every_handshake(const struct plan_line *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(in_every_handshake); i++) {
		if (!strcmp(line->knob->name, in_every_handshake[i]))
			return true;
	}
	return false;
}

static void lines_order(struct plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_lines; i++) {
		if (is_in_every_handshake(&plan->lines[i]))
			plan->order[n++] = i;
	}
	for (size_t i = 0; i < plan->n_lines; i++) {
		if (!is_in_every_handshake(&plan->lines[i]))
			plan->order[n++] = i;
	}
}

int plan_open(const struct suite *suite, const struct settings *settings,
	      const struct features *features, struct plan *ret, struct err *err)
{
	int r;

	*ret = (struct plan){.suite = suite, .features = features, .index = json_object()};
	ret->all = mem_zalloc((suite->n_cells + 1) * sizeof(*ret->all));
	for (size_t i = 0; i < suite->n_files; i++) {
		for (size_t j = 0; j < suite->files[i].n_cells; j++) {
			const struct cell *cell = &suite->files[i].cells[j];

			json_object_set_new(ret->index, cell->id, json_integer(ret->n_all));
			ret->all[ret->n_all++] = cell;
		}
	}
	r = lines_add(ret, settings, features, err);
	lines_order(ret);
	return r;
}

void plan_close(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_lines; i++)
		free(plan->lines[i].refused);
	json_decref(plan->index);
	free(plan->all);
	cell_list_free(&plan->cells);
}

json_t *plan_refused(const struct plan *plan)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < plan->n_lines; i++) {
		const struct plan_line *line = &plan->lines[i];

		if (line->refused)
			json_array_append_new(
				ret, json_pack("{ss ss ss}", "name", line->setting->name, "value",
					       line->setting->value, "why", line->refused));
	}
	return ret;
}

static void line_refuse(struct plan_line *line, const json_t *refused)
{
	const struct setting *setting = line->setting;

	if (strcmp(record_text(refused, "name", ""), setting->name) != 0 ||
	    strcmp(record_text(refused, "value", "\n"), setting->value) != 0)
		return;
	free(line->refused);
	line->refused = mem_strdup(record_text(refused, "why", "the kernel refuses it"));
}

void plan_refuse(struct plan *plan, const json_t *refused)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(refused, i, entry)
	{
		for (size_t j = 0; j < plan->n_lines; j++)
			line_refuse(&plan->lines[j], entry);
	}
}

line_set plan_all(const struct plan *plan)
{
	line_set ret = 0;

	for (size_t i = 0; i < plan->n_lines; i++)
		ret |= plan->lines[i].refused ? 0 : line_bit(i);
	return ret;
}

line_set plan_rest(const struct plan *plan, size_t n)
{
	line_set ret = plan_all(plan);

	for (size_t i = 0; i < n; i++)
		ret &= ~line_bit(plan->order[i]);
	return ret;
}

/* Does the scenario vary this line's sysctl by this dimension? It may by several, one a host. */
static bool line_has(const struct plan_line *line, const struct dimension *dimension)
{
	return dimension->sysctl && !strcmp(dimension->sysctl, line->knob->name);
}

static bool line_is_varied(const struct plan_line *line, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		if (line_has(line, &scenario->dimensions[i]))
			return true;
	}
	return false;
}

static bool value_is(const char *value, const char *wanted)
{
	return wanted && !strcmp(value, wanted);
}

static bool value_is_baseline(const struct plan_line *line, const char *value)
{
	return value_is(value, "default") || value_is(value, line->knob->baseline);
}

/* The line's value among the dimension's; -1: not there. */
static int dimension_place(const struct dimension *dimension, const char *value)
{
	for (size_t i = 0; i < dimension->n_values; i++) {
		if (!strcmp(dimension->values[i], value))
			return i;
	}
	return -1;
}

/* Does the scenario set it for both ends, in all its cells? */
static bool line_is_set(const struct plan_line *line, const struct scenario *scenario)
{
	bool client = false, server = false;

	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		const struct fixed_sysctl *fixed = &scenario->sysctls[i];

		if (strcmp(fixed->name, line->knob->name) != 0)
			continue;
		client |= side_has_host(fixed->of, HOST_CLIENT);
		server |= side_has_host(fixed->of, HOST_SERVER);
	}
	return client && server;
}

/* By the hosts' baseline? */
static bool line_applies(const struct plan_line *line, const struct cell *cell)
{
	return !line_is_varied(line, cell->scenario) && !line_is_set(line, cell->scenario);
}

/* Have all of its dimensions the baseline's value here? */
static bool line_is_baseline(const struct plan_line *line, const struct cell *cell)
{
	for (size_t i = 0; i < cell->scenario->n_dimensions; i++) {
		const struct dimension *dimension = &cell->scenario->dimensions[i];

		if (line_has(line, dimension) &&
		    !value_is_baseline(line, dimension->values[cell->choice[i]]))
			return false;
	}
	return true;
}

/* From the baseline's value of its dimensions: to the line's along them, or, where one has other
 * values only, to the line's in that place. */
static bool line_moves(const struct plan_line *line, const struct cell *cell)
{
	return line_is_varied(line, cell->scenario) && line_is_baseline(line, cell);
}

/* Move the choice along all dimensions of the line; false, and as it was: one lacks its value. */
static bool line_move(const struct plan_line *line, const struct scenario *scenario,
		      size_t choice[SCENARIO_DIMENSIONS_MAX])
{
	size_t moved[SCENARIO_DIMENSIONS_MAX];

	memcpy(moved, choice, sizeof(moved));
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];
		int place = dimension_place(dimension, line->setting->value);

		if (!line_has(line, dimension))
			continue;
		if (place < 0)
			return false;
		moved[i] = place;
	}
	memcpy(choice, moved, sizeof(moved));
	return true;
}

bool plan_reaches(const struct plan *plan, const struct cell *cell, line_set lines)
{
	for (size_t i = 0; i < plan->n_lines; i++) {
		const struct plan_line *line = &plan->lines[i];

		if ((lines & line_bit(i)) && (line_applies(line, cell) || line_moves(line, cell)))
			return true;
	}
	return false;
}

const struct cell *plan_record(const struct plan *plan, const struct cell *cell, line_set lines,
			       line_set *ret_under)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX];
	_cleanup_free_ char *id = NULL;
	const json_t *at;

	memcpy(choice, cell->choice, sizeof(choice));
	*ret_under = 0;
	for (size_t i = 0; i < plan->n_lines; i++) {
		const struct plan_line *line = &plan->lines[i];

		if (!(lines & line_bit(i)))
			continue;
		if (line_applies(line, cell) ||
		    (line_moves(line, cell) && !line_move(line, cell->scenario, choice)))
			*ret_under |= line_bit(i);
	}
	id = cell_id(cell->scenario, choice);
	at = json_object_get(plan->index, id);
	return at ? plan->all[json_integer_value(at)] : NULL;
}

/* A cell that has the line's value already is where another one moves to. */
static bool cell_is_start(const struct plan *plan, const struct cell *cell)
{
	for (size_t i = 0; i < plan->n_lines; i++) {
		if (!line_is_baseline(&plan->lines[i], cell))
			return false;
	}
	return !cell->control;
}

static bool sysctl_is_missing(const struct plan *plan, const char *name, const char *value)
{
	const struct knob *knob = knob_find(name);

	return knob && strcmp(value, "default") != 0 &&
	       !features_has(plan->features, knob_short(knob));
}

/* Does it set a sysctl that this kernel lacks? */
static bool cell_is_missing(const struct plan *plan, const struct cell *cell)
{
	const struct scenario *scenario = cell->scenario;

	for (size_t i = 0; i < scenario->n_sysctls; i++) {
		if (sysctl_is_missing(plan, scenario->sysctls[i].name, scenario->sysctls[i].value))
			return true;
	}
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		const struct dimension *dimension = &scenario->dimensions[i];

		if (dimension->sysctl &&
		    sysctl_is_missing(plan, dimension->sysctl, dimension->values[cell->choice[i]]))
			return true;
	}
	return false;
}

/* Is it a cell of a scenario that is about a line's sysctl? */
static bool some_line_moves(const struct plan *plan, const struct cell *cell)
{
	for (size_t i = 0; i < plan->n_lines; i++) {
		if ((plan_all(plan) & line_bit(i)) && line_moves(&plan->lines[i], cell))
			return true;
	}
	return false;
}

void plan_choose(struct plan *plan, const struct cell_list *selected, unsigned cover)
{
	struct cell_list moved = {0}, others = {0};

	for (size_t i = 0; i < selected->n; i++) {
		const struct cell *cell = selected->of[i];

		if (cell_is_start(plan, cell) && !cell_is_missing(plan, cell) &&
		    plan_reaches(plan, cell, plan_all(plan)))
			cell_list_add(some_line_moves(plan, cell) ? &moved : &others, cell);
	}
	plan->n_reached = moved.n + others.n;
	plan->cover = cover;
	if (cover)
		cell_list_cover(&others, cover);
	for (size_t i = 0; i < others.n; i++)
		cell_list_add(&moved, others.of[i]);
	cell_list_free(&others);
	plan->cells = moved;
}

struct settings plan_settings(const struct plan *plan, line_set lines)
{
	struct settings ret = {0};

	ret.of = mem_zalloc((plan->n_lines + 1) * sizeof(*ret.of));
	for (size_t i = 0; i < plan->n_lines; i++) {
		if (!(lines & line_bit(i)))
			continue;
		ret.of[ret.n] = *plan->lines[i].setting;
		ret.of[ret.n].status = SETTING_APPLIES;
		ret.of[ret.n++].over = true;
	}
	ret.file = (char *)(ret.n ? ret.of[0].file : "no settings");
	return ret;
}
