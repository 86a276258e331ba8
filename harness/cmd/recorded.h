/* SPDX-License-Identifier: GPL-2.0-or-later */
/* recorded: a cell's last record in a file, as the commands about one cell are given it. */
#ifndef AFTERCLOSE_CMD_RECORDED_H
#define AFTERCLOSE_CMD_RECORDED_H

#include "cmd/suite.h"
#include "record/record.h"

struct recorded {
	struct records records;	       /* the whole file */
	const json_t *record, *kernel; /* in it */
};

/* Errors: ENOENT the file has no record of that cell; those of records_load(). Free in any case. */
int recorded_find(const char *path, const char *id, struct recorded *ret, struct err *err);
void recorded_free(struct recorded *recorded);
#define _cleanup_recorded_ __attribute__((cleanup(recorded_free)))

/*
 * The cell as it was when the record was made; NULL: an error. Errors: ENOENT the suite has no such
 * cell; EINVAL it is a negative control, or the scenario's file has changed since.
 */
const struct cell *recorded_cell(const struct suite *suite, const json_t *record, struct err *err);

/* A cell that is judged as what it plays. Errors: as above. */
const struct cell *suite_find_judged(const struct suite *suite, const char *id, struct err *err);

#endif
