/* SPDX-License-Identifier: GPL-2.0-or-later */
/* venue: a target whose hosts have some settings, kept open from one batch of cells to the next. */
#ifndef AFTERCLOSE_CMD_VENUE_H
#define AFTERCLOSE_CMD_VENUE_H

#include "target/target.h"

struct venue {
	struct run_options run; /* the caller's choice; its baseline is the venue's */
	struct settings baseline[HOSTS_MAX];
	json_t *settings; /* {HOST: {NAME: VALUE}} */
	char *spec;	  /* NULL: nothing is open */
	struct target target;
};

/*
 * Be at this target, under these settings; what was open elsewhere is closed. A guest is told its
 * baseline when it boots, so other settings are another venue. Errors: as target_open().
 */
int venue_open(struct venue *venue, const char *spec, json_t *settings, struct err *err);
void venue_close(struct venue *venue);
#define _cleanup_venue_ __attribute__((cleanup(venue_close)))

#endif
