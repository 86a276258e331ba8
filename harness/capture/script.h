/* SPDX-License-Identifier: GPL-2.0-or-later */
/* script: a plot written down as a scenario: what is known is set, what is not is varied, and what
 * the capture shows is expected. */
#ifndef AFTERCLOSE_CAPTURE_SCRIPT_H
#define AFTERCLOSE_CAPTURE_SCRIPT_H

#include "capture/nstat.h"
#include "capture/plot.h"
#include "capture/ss.h"
#include "lab/sysctl.h"

/* What else is known of the machines; NULL: nothing. Index 0 is the client's. */
struct script_known {
	const struct settings *sysctl[2];
	const struct nstat *nstat[2];
	const struct ss *ss;
};

/* A scenario's text; name is its own; of the path of the capture the name is told. */
void script_write(struct plot *plot, const struct script_known *known, const char *name,
		  const char *path, struct text *out);

#endif
