// SPDX-License-Identifier: GPL-2.0-or-later
/* recorded: owns how a cell's record is found in a file, and the cell that it is of. */
#include "cmd/recorded.h"

#include "record/judge.h"

#include <errno.h>

int recorded_find(const char *path, const char *id, struct recorded *ret, struct err *err)
{
	int status;

	*ret = (struct recorded){0};
	status = records_load(path, &ret->records, err);
	if (status < 0)
		return status;
	ret->record = record_find(ret->records.cells, ret->records.n_cells, id);
	if (!ret->record)
		return err_set(err, ENOENT, "%s has no record of %s", path, id);
	ret->kernel = records_kernel(&ret->records, ret->record);
	return 0;
}

void recorded_free(struct recorded *recorded)
{
	records_free(&recorded->records);
}

const struct cell *suite_find_judged(const struct suite *suite, const char *id, struct err *err)
{
	const struct cell *cell = suite_find(suite, id, err);

	if (!cell || !cell->control)
		return cell;
	err_set(err, EINVAL,
		"%s is a negative control: it plays one cell and is judged as another, and its "
		"failure is wanted",
		id);
	return NULL;
}

const struct cell *recorded_cell(const struct suite *suite, const json_t *record, struct err *err)
{
	const char *id = record_text(record, "cell", "");
	const struct cell *cell = suite_find_judged(suite, id, err);

	if (!cell || !record_scenario_changed(record, cell->scenario))
		return cell;
	err_set(err, EINVAL, "%s has changed since this record of %s was made; run the cell again",
		cell->scenario->file, id);
	return NULL;
}
