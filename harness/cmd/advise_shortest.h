/* SPDX-License-Identifier: GPL-2.0-or-later */
/* advise_shortest: the fewest lines that have the same outcomes as all. */
#ifndef AFTERCLOSE_CMD_ADVISE_SHORTEST_H
#define AFTERCLOSE_CMD_ADVISE_SHORTEST_H

#include "cmd/advise_runs.h"

/* Once each line was played alone where it makes a difference. Plays what it must: the set that it
 * gives was seen in all cells. Returns 0 or the exit code with its error said. */
int advise_shortest(struct runs *runs, line_set *ret);

#endif
