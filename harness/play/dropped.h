/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dropped: which segments of the log a kernel freed as dropped, and why, where a rule asks. */
#ifndef AFTERCLOSE_PLAY_DROPPED_H
#define AFTERCLOSE_PLAY_DROPPED_H

#include "play/stage.h"

/* Before the lab is built: ECANCELED with the record's `skip` where a rule asks and nobody tells.
 */
int dropped_check(struct stage *stage);

/* Listen from now on, where a rule of the scenario asks. */
int dropped_open(struct stage *stage, struct err *err);

/* The play is over: write the reasons into the log. */
int dropped_settle(struct stage *stage, struct err *err);

void dropped_close(struct stage *stage);

/* The facts of it, where a rule asks. */
void dropped_yield_conn(struct stage *stage, const struct conn *conn);
void dropped_yield_kept(struct stage *stage, const struct kept *kept);

#endif
