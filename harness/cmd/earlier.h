/* SPDX-License-Identifier: GPL-2.0-or-later */
/* earlier: cells chosen by what came of them in an earlier run: --failed, --took. */
#ifndef AFTERCLOSE_CMD_EARLIER_H
#define AFTERCLOSE_CMD_EARLIER_H

#include "cmd/select.h"

/* Both leave in the list only the cells that are meant, in its order. Errors: those of reading the
 * records. */

/* Whose last record failed or leaves it open, at any target. */
int earlier_failed(const char *path, struct cell_list *list, struct err *err);

/* arg: "DURATION:RECORDS". Whose every record there says that it took at most so long, by the
 * cell's own clock: of a guest's records, what it will wait for real where time is not virtual. A
 * cell without a record is left out, one that was skipped is not. Errors also: EINVAL no such form.
 */
int earlier_took(const char *arg, struct cell_list *list, struct err *err);

#endif
