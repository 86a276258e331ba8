/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show_lab: the lab of a cell by hand, as commands for a person. */
#ifndef AFTERCLOSE_REPORT_SHOW_LAB_H
#define AFTERCLOSE_REPORT_SHOW_LAB_H

#include "base/text.h"
#include "scenario/cell.h"

#include <jansson.h>

/* A line of shell each. settings: of --sysctl, as a record has them; NULL: there are none. */
void show_commands(const struct cell *cell, const json_t *settings, struct text *out);

#endif
