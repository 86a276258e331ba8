// SPDX-License-Identifier: GPL-2.0-or-later
/* cell: owns the matrix of a scenario, the ids of its cells, and what a step's arguments are there.
 */
#include "scenario/cell.h"
#include "scenario/arg.h"
#include "scenario/condition.h"
#include "scenario/expand.h"
#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>

static int by_name(const void *a, const void *b)
{
	const struct dimension *const *left = a, *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

char *cell_id(const struct scenario *scenario, const size_t *choice)
{
	const struct dimension *sorted[SCENARIO_DIMENSIONS_MAX];
	struct text id = {0};
	const char *before = "/";

	for (size_t d = 0; d < scenario->n_dimensions; d++)
		sorted[d] = &scenario->dimensions[d];
	qsort(sorted, scenario->n_dimensions, sizeof(*sorted), by_name);
	text_add(&id, "%s", scenario->name);
	for (size_t i = 0; i < scenario->n_dimensions; i++) {
		size_t value = choice[sorted[i] - scenario->dimensions];

		if (!value)
			continue;
		text_add(&id, "%s%s=%s", before, sorted[i]->name, sorted[i]->values[value]);
		before = ",";
	}
	return text_take(&id);
}

static void add_cell(struct cell **cells, size_t *n, const struct scenario *scenario,
		     const size_t *choice)
{
	struct cell *cell;

	*cells = mem_grow(*cells, *n, sizeof(**cells));
	cell = &(*cells)[(*n)++];
	*cell = (struct cell){.scenario = scenario, .id = cell_id(scenario, choice)};
	memcpy(cell->choice, choice, scenario->n_dimensions * sizeof(*choice));
	memcpy(cell->judged, choice, scenario->n_dimensions * sizeof(*choice));
}

static void add_control(struct cell **cells, size_t *n, const struct scenario *scenario, size_t i)
{
	const struct control *control = &scenario->controls[i];
	struct cell *cell;
	char *id;

	add_cell(cells, n, scenario, control->play);
	cell = &(*cells)[*n - 1];
	cell->control = control;
	memcpy(cell->judged, control->judge, scenario->n_dimensions * sizeof(*control->judge));
	id = mem_printf("%s/control=%zu", cell->id, i + 1);
	free(cell->id);
	cell->id = id;
}

size_t matrix_cells(const struct scenario *scenario, struct cell **ret)
{
	size_t choice[SCENARIO_DIMENSIONS_MAX] = {0};
	size_t n = 0;

	*ret = NULL;
	do {
		if (!choice_omission(scenario, choice))
			add_cell(ret, &n, scenario, choice);
	} while (expand_next(scenario, UINT32_MAX, choice));
	for (size_t i = 0; i < scenario->n_controls; i++)
		add_control(ret, &n, scenario, i);
	return n;
}

void matrix_free(struct cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(cells[i].id);
	free(cells);
}

const char *cell_draws_as(const struct cell *cell)
{
	return cell->scenario->draws_as ? cell->scenario->draws_as : cell->id;
}

const char *cell_value(const struct cell *cell, const char *dimension, const char *preset)
{
	const struct dimension *found = scenario_dimension(cell->scenario, dimension);

	return found ? found->values[cell->choice[found - cell->scenario->dimensions]] : preset;
}

bool side_has_host(enum side side, enum host_id host)
{
	if (side == SIDE_ROUTER || host == HOST_ROUTER)
		return side == SIDE_ROUTER && host == HOST_ROUTER;
	return side == SIDE_BOTH || (side == SIDE_SERVER) == (host == HOST_SERVER);
}

bool sides_meet(enum side a, enum side b)
{
	if (a == SIDE_ROUTER || b == SIDE_ROUTER)
		return a == b;
	return a == b || a == SIDE_BOTH || b == SIDE_BOTH;
}

enum topology cell_topology(const struct cell *cell)
{
	const char *name = cell_value(cell, "topology", topology_names[TOPOLOGY_LINK]);
	enum topology topology = 0;

	while (strcmp(topology_names[topology], name)) /* the loader knows no other */
		topology++;
	return topology;
}

int cell_family(const struct cell *cell)
{
	return strcmp(cell_value(cell, "family", "ipv4"), "ipv6") ? AF_INET : AF_INET6;
}

const char *cell_link(const struct cell *cell)
{
	const struct scenario *scenario = cell->scenario;

	for (size_t i = 0; i < scenario->n_steps; i++) {
		if (scenario->steps[i].spec->kind == STEP_LINK)
			return "clean";
	}
	return cell_value(cell, "link", "clean");
}

void cell_args(const struct cell *cell, const struct step *step, struct argval ret[STEP_ARGS_MAX])
{
	for (size_t i = 0; i < STEP_ARGS_MAX; i++) {
		_cleanup_free_ char *text = NULL;
		struct err err;
		int status;

		ret[i] = (struct argval){0};
		if (!step->args[i].text)
			continue;
		text = cell_expand(cell->scenario, cell->choice, step->args[i].text);
		status = arg_parse(cell->scenario, &step->spec->args[i], text, &ret[i], &err);
		assert(!status); /* the loader tried every value */
	}
}

void args_free(struct argval args[STEP_ARGS_MAX])
{
	for (size_t i = 0; i < STEP_ARGS_MAX; i++) {
		free(args[i].text);
		args[i].text = NULL;
	}
}

bool cell_plays(const struct cell *cell, const struct step *step)
{
	return when_meets_choice(cell->scenario, step->when, step->n_when, cell->choice);
}

bool cell_host_is_raw(const struct cell *cell, enum host_id host)
{
	bool raw = false;

	for (size_t i = 0; !raw && i < cell->scenario->n_steps; i++) {
		const struct step *step = &cell->scenario->steps[i];
		struct argval args[STEP_ARGS_MAX];

		if (step->spec->kind != STEP_RAW || !cell_plays(cell, step))
			continue;
		cell_args(cell, step, args);
		raw = args[RAW_HOST].number == host;
		args_free(args);
	}
	return raw;
}
