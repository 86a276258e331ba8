// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_minimise: owns `afterclose minimise`: the smallest scenario that still shows an outcome. */
#include "cmd/cmd.h"
#include "cmd/smaller.h"

#include "base/mem.h"

#include <errno.h>
#include <string.h>

static const struct option_row minimise_options[] = {
	{"fact", OPTION_TEXTS, offsetof(struct minimise_args, facts), "FACT",
	 "what is to be kept: how this fact was judged, and what it was; may be repeated; "
	 "everything that failed if left out"},
	{"out", OPTION_TEXT, offsetof(struct minimise_args, out), "FILE.yaml",
	 "write the scenario there; it is called as the file is"},
	{"runs", OPTION_NUMBER, offsetof(struct minimise_args, runs_max), "N",
	 "stop after so many runs, with the smallest that was found", 1, 100000},
	TARGET_OPTION(struct minimise_args),
	{"jobs", OPTION_NUMBER, offsetof(struct minimise_args, session.jobs), "N",
	 "runs at work at once, waiting ones apart; 2 a processor", 1, 600},
	SEED_OPTION(struct minimise_args),
	NETEM_OPTION(struct minimise_args),
	TIMEOUT_OPTION(struct minimise_args),
	BASELINE_OPTION(struct minimise_args),
	{NULL},
};

/* The cell as it was when the record was made. */
static int cell_of(const struct suite *suite, const json_t *record, const struct cell **ret,
		   struct err *err)
{
	const char *id = record_text(record, "cell", "");

	*ret = suite_find(suite, id, err);
	if (!*ret)
		return -err->code;
	if ((*ret)->control)
		return err_set(err, EINVAL,
			       "%s is a negative control: it plays one cell and is "
			       "judged as another, and its failure is wanted",
			       id);
	if (record_scenario_changed(record, (*ret)->scenario))
		return err_set(err, EINVAL,
			       "%s has changed since this record of %s was made; run "
			       "the cell again",
			       (*ret)->scenario->file, id);
	return 0;
}

static int minimise_found(const struct minimise_args *args, const struct records *records,
			  const json_t *found, const struct suite *suite)
{
	_cleanup_session_ struct session session = {0};
	_cleanup_showing_ struct showing showing = {0};
	struct subject subject = {.kernel = records_kernel(records, found), .record = found};
	struct err err;
	int code;

	if (cell_of(suite, found, &subject.cell, &err) < 0 ||
	    showing_take(found, args->facts.of, args->facts.n, &showing, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	code = session_open(&args->session, &session);
	if (!code && session.n_targets > 1) {
		err_set(&err, EINVAL, "minimise plays on one target");
		code = cmd_fail(&err, EXIT_USAGE);
	}
	return code ? code : smaller_find(args, &session, &subject, &showing);
}

static int minimise_operands(const struct minimise_args *args, const struct texts *operands)
{
	const struct texts paths = {operands->of + 2, operands->n - 2};
	const char *path = operands->of[0], *id = operands->of[1];
	_cleanup_suite_ struct suite suite = {0};
	struct records records;
	const json_t *found;
	struct err err;
	int code = suite_load(&paths, &suite);

	if (code)
		return code;
	if (records_load(path, &records, &err) < 0)
		return cmd_fail(&err, EXIT_USAGE);
	found = record_find(records.cells, records.n_cells, id);
	if (found) {
		code = minimise_found(args, &records, found, &suite);
	} else {
		err_set(&err, ENOENT, "%s has no record of %s", path, id);
		code = cmd_fail(&err, EXIT_USAGE);
	}
	records_free(&records);
	return code;
}

static int cmd_minimise(const struct command *command, char **argv)
{
	struct minimise_args args = {.session.seed = -1, .runs_max = 1000};
	_cleanup_texts_ struct texts operands = {0};
	struct err err;
	int code;

	if (options_parse(command, argv, &args, &operands, &err) < 0)
		code = cmd_fail(&err, EXIT_USAGE);
	else
		code = minimise_operands(&args, &operands);
	texts_free(&args.facts);
	texts_free(&args.session.sysctl);
	texts_free(&args.session.targets);
	return code;
}

const struct command command_minimise = {
	.name = "minimise",
	.operands = "RECORDS CELL [FILE|DIR...]",
	.operands_min = 2,
	.operands_max = SIZE_MAX,
	.what = "the smallest scenario that still shows what a cell showed",
	.options = minimise_options,
	.run = cmd_minimise,
};
