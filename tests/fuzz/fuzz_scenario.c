// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * fuzz_scenario: whatever a stranger's file holds, it is refused with one error or loaded; and what
 * is loaded can be proved or refused, and every cell's arguments exist. Seed it with
 * tests/data/good/third-segment.yaml, whose name the input must have.
 */
#include "scenario/rules.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool observe(const void *ctx, const char *name, const struct fact_spec *spec,
		    struct value *ret)
{
	(void)ctx;
	(void)name;
	*ret = (struct value){.type = spec->type, .number = 2, .word = "none"};
	return true;
}

static void use_cell(const struct cell *cell)
{
	const struct features none = {0};
	const struct observed observed = {.fact = observe};
	struct expectation *expectations;
	size_t n;

	for (size_t i = 0; i < cell->scenario->n_steps; i++) {
		struct argval args[STEP_ARGS_MAX];

		cell_args(cell, &cell->scenario->steps[i], args);
		args_free(args);
	}
	n = rules_settle(cell->scenario, cell->scenario->expect, cell->scenario->n_expect,
			 cell->judged, &none, &observed, &expectations);
	expectations_free(expectations, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char file[] = "third-segment.yaml";
	struct scenario *scenario = NULL;
	struct err err = {0};
	struct cell *cells;
	size_t n;

	if (scenario_parse(file, (const char *)data, size, &scenario, &err)) {
		assert(err.code && !strncmp(err.msg, file, sizeof(file) - 1));
		return 0;
	}
	if (!scenario_prove(scenario, &err)) {
		n = matrix_cells(scenario, &cells);
		for (size_t i = 0; i < n && i < 20; i++)
			use_cell(&cells[i]);
		matrix_free(cells, n);
	} else {
		assert(err.code && !strncmp(err.msg, file, sizeof(file) - 1));
	}
	scenario_free(scenario);
	return 0;
}
