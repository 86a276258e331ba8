/* SPDX-License-Identifier: GPL-2.0-or-later */
/* qmp: QEMU's control channel: a command and its answer, and the two events that are waited for. */
#ifndef AFTERCLOSE_TARGET_QMP_H
#define AFTERCLOSE_TARGET_QMP_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum qmp_migration { MIGRATION_NONE, MIGRATION_COMPLETED, MIGRATION_FAILED };

struct qmp {
	int fd; /* a stream socket, which goes with this */
	char *data;
	size_t len, size;
	bool stopped; /* the machine stands still */
	enum qmp_migration migration;
};

/* Read QEMU's greeting and leave the negotiation. Errors: EPIPE wherever QEMU has ended. */
int qmp_open(int fd, struct qmp *ret, struct err *err);
void qmp_close(struct qmp *qmp);

/* One command, with its arguments (NULL or a reference that is taken); a descriptor goes with it
 * unless it is -1. */
int qmp_do(struct qmp *qmp, const char *command, json_t *arguments, int fd, struct err *err);

/* Until the machine stands still; until a migration has ended, where failure is EIO. */
int qmp_wait_stopped(struct qmp *qmp, struct err *err);
int qmp_wait_migrated(struct qmp *qmp, struct err *err);

/* Let a machine that stands still go on. */
int qmp_continue(struct qmp *qmp, struct err *err);

#endif
