// SPDX-License-Identifier: GPL-2.0-or-later
/* import: owns the run of an imported scenario, and its diagnosis. */
#include "cmd/import.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/diagnosis.h"
#include "record/outline.h"
#include "scenario/rules.h"

#include <errno.h>
#include <string.h>

/* 0: some cell reproduces it; 1: none does. */
static int diagnosis_tell(const struct import_args *args, struct plot *plot, json_t *const *records,
			  size_t n)
{
	_cleanup_text_ struct text out = {0};
	json_t *diagnosis;
	struct err err;
	int r = diagnosis_make(plot, records, n, &diagnosis, &err), code;

	if (r) {
		json_decref(diagnosis);
		return cmd_fail(&err, EXIT_USAGE);
	}
	json_object_set_new(diagnosis, "connection", json_integer(plot->trail->number));
	if (args->format && !strcmp(args->format, "json")) {
		cmd_print_json(diagnosis);
	} else {
		diagnosis_text(diagnosis, &out);
		fputs(text_str(&out), stdout);
	}
	code = record_number(diagnosis, "reproduced", 0) ? EXIT_PASS : EXIT_FAIL;
	json_decref(diagnosis);
	return cmd_flush() ? EXIT_HARNESS : code;
}

struct keeping {
	json_t *list;
	FILE *file; /* of --out; NULL: none */
	const char *path;
	struct err err;
};

static bool keep(void *ctx, const struct cell *cell, json_t *record)
{
	struct keeping *keeping = ctx;

	(void)cell;
	json_array_append(keeping->list, record);
	return !keeping->file ||
	       record_write(keeping->file, keeping->path, record, &keeping->err) == 0;
}

static int run_cells(const struct import_args *args, const struct scenario *scenario,
		     struct session *session, struct keeping *keeping, struct err *err)
{
	_cleanup_free_ const struct cell **list = NULL;
	struct cell *cells;
	size_t n = matrix_cells(scenario, &cells);
	json_t *outline = record_scenario(scenario);
	int r = 0;

	list = mem_zalloc((n + 1) * sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = &cells[i];
	if (args->out) {
		keeping->path = args->out;
		keeping->file = fopen(args->out, "we");
		r = keeping->file
			    ? record_write(keeping->file, args->out, session->targets->kernel, err)
			    : err_sys(err, "cannot write %s", args->out);
		if (!r)
			r = record_write(keeping->file, args->out, outline, err);
	}
	if (!r)
		r = target_run(session->targets, list, n, keep, keeping, err);
	if (!r && keeping->err.code) {
		*err = keeping->err;
		r = -err->code;
	}
	if (keeping->file && fclose(keeping->file) && !r)
		r = err_sys(err, "cannot write %s", args->out);
	json_decref(outline);
	matrix_free(cells, n);
	return r;
}

static int run_scenario(const struct import_args *args, struct plot *plot,
			const struct scenario *scenario)
{
	struct session_options options = args->session;
	_cleanup_session_ struct session session = {0};
	struct keeping keeping = {.list = json_array()};
	_cleanup_free_ json_t **records = NULL;
	struct err err;
	size_t n;
	int code, r;

	options.sysctl = (struct texts){0}; /* the scenario has them */
	code = session_open_one(&options, "import --run plays", &session);
	if (!code) {
		r = run_cells(args, scenario, &session, &keeping, &err);
		if (r)
			code = cmd_fail(&err, r == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran());
	}
	n = json_array_size(keeping.list);
	records = mem_zalloc((n + 1) * sizeof(*records));
	for (size_t i = 0; i < n; i++)
		records[i] = json_array_get(keeping.list, i);
	if (!code)
		code = diagnosis_tell(args, plot, records, n);
	json_decref(keeping.list);
	return code;
}

int import_run(const struct import_args *args, struct plot *plot, const char *name,
	       const char *text)
{
	struct scenario *scenario = NULL;
	struct err err;
	int code;

	if (scenario_parse(name, text, strlen(text), &scenario, &err) < 0 ||
	    scenario_prove(scenario, &err) < 0)
		code = cmd_fail(&err, EXIT_HARNESS);
	else
		code = run_scenario(args, plot, scenario);
	scenario_free(scenario);
	return code;
}

int import_check(const struct import_args *args, struct plot *plot, const char *name)
{
	_cleanup_free_ json_t **records = NULL;
	struct records all;
	struct err err;
	size_t n = 0;
	int code;

	if (records_load(args->check, &all, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	records = mem_zalloc((all.n_cells + 1) * sizeof(*records));
	for (size_t i = 0; i < all.n_cells; i++) {
		/* The last record of a cell is what it came to; and one scenario at a time. */
		if ((!name || !strcmp(record_text(all.cells[i], "scenario", ""), name)) &&
		    record_find(all.cells, all.n_cells, record_text(all.cells[i], "cell", "")) ==
			    all.cells[i])
			records[n++] = all.cells[i];
	}
	if (n) {
		code = diagnosis_tell(args, plot, records, n);
	} else {
		err_set(&err, ENOENT, "%s has no record of a cell to hold the capture against",
			args->check);
		code = cmd_fail(&err, EXIT_USAGE);
	}
	records_free(&all);
	return code;
}
