// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_explain: owns `afterclose explain`: one cell in prose, and what would change its outcome. */
#include "cmd/cmd.h"
#include "cmd/recorded.h"
#include "cmd/session.h"

#include "base/mem.h"
#include "base/text.h"
#include "compare/neighbour.h"
#include "record/outline.h"
#include "report/explain.h"

#include <errno.h>
#include <string.h>

struct explain_args {
	struct session_options session;
	const char *records;
};

static const struct option_row explain_options[] = {
	{"records", OPTION_TEXT, offsetof(struct explain_args, records), "RECORDS",
	 "explain its last record in this file, and look there for other outcomes: play nothing"},
	TARGET_OPTION(struct explain_args),
	SEED_OPTION(struct explain_args),
	NETEM_OPTION(struct explain_args),
	TIMEOUT_OPTION(struct explain_args),
	BASELINE_OPTION(struct explain_args),
	{NULL},
};

/* Is it of the same scenario, on the same kernel, under the same --sysctl? What else differs is its
 * dimensions then. */
static bool record_belongs(const json_t *record, const json_t *found)
{
	static const char *const keys[] = {"scenario", "hash", "kernel", "target"};
	const json_t *settings = json_object_get(record, "settings");
	const json_t *theirs = json_object_get(found, "settings");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(record_text(record, keys[i], ""), record_text(found, keys[i], "")) != 0)
			return false;
	}
	return settings == theirs || json_equal(settings, theirs);
}

static int explain_print(const json_t *kernel, const json_t *outline, const json_t *found,
			 json_t *const *records, size_t n_records)
{
	const char *id = record_text(found, "cell", "");
	_cleanup_half_ struct half half;
	_cleanup_text_ struct text out = {0};
	size_t counts[N_VERDICTS] = {0};
	json_t *neighbours;

	half_init(&half, "");
	half_add(&half, kernel);
	for (size_t i = 0; i < n_records; i++) {
		bool repeat =
			records[i] != found && !strcmp(record_text(records[i], "cell", ""), id);

		if (!repeat && record_belongs(records[i], found))
			half_add(&half, records[i]);
	}
	neighbours = neighbours_find(&half, id);
	explain_record(kernel, outline, found, neighbours, &out);
	json_decref(neighbours);
	fputs(text_str(&out), stdout);
	if (cmd_flush())
		return EXIT_HARNESS;
	counts[record_verdict(found)]++;
	return judge_exit_code(counts);
}

/* The scenario's line among the records, or else of its file as it is now; NULL: neither. New
 * reference. */
static json_t *outline_find(const struct records *records, const json_t *found,
			    const struct texts *paths)
{
	const char *hash = record_text(found, "hash", "");
	_cleanup_suite_ struct suite suite = {0};

	for (size_t i = 0; i < records->n_scenarios; i++) {
		if (!strcmp(record_text(records->scenarios[i], "id", ""), hash))
			return json_incref(records->scenarios[i]);
	}
	suite_load_found(paths, &suite);
	for (size_t i = 0; i < suite.n_files; i++) {
		if (!strcmp(suite.files[i].scenario->hash, hash))
			return record_scenario(suite.files[i].scenario);
	}
	return NULL;
}

static int explain_recorded(const char *path, const char *id, const struct texts *paths)
{
	_cleanup_recorded_ struct recorded found = {0};
	json_t *outline;
	struct err err;
	int code;

	if (recorded_find(path, id, &found, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	outline = outline_find(&found.records, found.record, paths);
	code = explain_print(found.kernel, outline, found.record, found.records.cells,
			     found.records.n_cells);
	json_decref(outline);
	return code;
}

/* A control is judged as if it were another cell: it has no neighbours. */
static bool cells_adjoin(const struct cell *a, const struct cell *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->scenario->n_dimensions; i++)
		n += a->choice[i] != b->choice[i];
	return n == 1 && !a->control && !b->control;
}

/* The cell itself, and those that differ in one dimension. */
static void cells_choose(const struct suite *suite, const struct cell *cell, struct cell_list *ret)
{
	cell_list_add(ret, cell);
	for (size_t i = 0; i < suite->n_files; i++) {
		const struct suite_file *file = &suite->files[i];

		for (size_t j = 0; file->scenario == cell->scenario && j < file->n_cells; j++) {
			if (cells_adjoin(cell, &file->cells[j]))
				cell_list_add(ret, &file->cells[j]);
		}
	}
}

static bool played_keep(void *ctx, const struct cell *cell, json_t *record)
{
	(void)cell;
	json_array_append(ctx, record);
	return true;
}

static int explain_listed(const struct cell *cell, const struct session *session, json_t *list)
{
	size_t n = json_array_size(list);
	_cleanup_free_ json_t **records = mem_zalloc((n + 1) * sizeof(*records));
	json_t *found, *outline = record_scenario(cell->scenario);
	int code = cmd_nothing_ran();

	for (size_t i = 0; i < n; i++)
		records[i] = json_array_get(list, i);
	found = record_find(records, n, cell->id);
	if (found)
		code = explain_print(session->targets->kernel, outline, found, records, n);
	json_decref(outline);
	return code;
}

static int explain_played(const struct explain_args *args, const struct suite *suite,
			  const struct cell *cell)
{
	_cleanup_session_ struct session session = {0};
	_cleanup_cell_list_ struct cell_list cells = {0};
	json_t *list = json_array();
	struct err err;
	int code = session_open_one(&args->session, "explain plays cells", &session);
	int status;

	if (!code) {
		cells_choose(suite, cell, &cells);
		status = target_run(session.targets, cells.of, cells.n, played_keep, list, &err);
		if (status < 0)
			code = cmd_fail(&err,
					status == -EINTR ? EXIT_INTERRUPTED : cmd_nothing_ran());
		else
			code = explain_listed(cell, &session, list);
	}
	json_decref(list);
	return code;
}

static int cmd_explain(void *ctx, const struct texts *operands)
{
	const struct explain_args *args = ctx;
	const struct texts paths = {operands->of + 1, operands->n - 1};
	_cleanup_suite_ struct suite suite = {0};
	const struct cell *cell;
	struct err err;
	int code;

	if (args->records)
		return explain_recorded(args->records, operands->of[0], &paths);
	code = suite_load(&paths, &suite);
	if (code)
		return code;
	cell = suite_find(&suite, operands->of[0], &err);
	return cell ? explain_played(args, &suite, cell) : cmd_fail(&err, EXIT_USAGE);
}

static const struct explain_args explain_presets = {.session.seed = -1};

const struct command command_explain = {
	.name = "explain",
	.operands = "CELL [FILE|DIR...]",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.what = "one cell in prose: what happened, which rule decided it, what would change it",
	.options = explain_options,
	COMMAND_ARGS(explain_presets),
	.run = cmd_explain,
};
