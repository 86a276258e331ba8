/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dist: the shapes of jitter that tc gives to sch_netem, as its tables have them. */
#ifndef AFTERCLOSE_NETEM_DIST_H
#define AFTERCLOSE_NETEM_DIST_H

#include "netem/rule.h"

#include <stdint.h>

#define DIST_SCALE 8192 /* of a table's values: 1 jitter (NETEM_DIST_SCALE) */
#define DIST_SIZE  4096 /* values of a table, each as likely as another */

/* The table's value for a random number, which picks one of DIST_SIZE. A uniform jitter needs no
 * table; one stands for it where a table cannot be taken away. */
int dist_value(enum netem_distribution distribution, uint32_t random);

#endif
