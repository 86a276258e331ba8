/* SPDX-License-Identifier: GPL-2.0-or-later */
/* show_router: what a play does to its router, as commands for a person: nft, ipvsadm, conntrack.
 */
#ifndef AFTERCLOSE_REPORT_SHOW_ROUTER_H
#define AFTERCLOSE_REPORT_SHOW_ROUTER_H

#include "scenario/cell.h"

struct text;

/* In the order of the cell's steps. What is done in the middle of a play is a comment's. */
void show_router(const struct cell *cell, struct text *out);

#endif
