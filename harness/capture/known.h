/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known: what is known of the machines that a capture was made between. */
#ifndef AFTERCLOSE_CAPTURE_KNOWN_H
#define AFTERCLOSE_CAPTURE_KNOWN_H

#include "capture/script.h"

/* Is the sysctl's value known of: both, client or server? */
bool known_has(const struct script_known *known, const char *of, const char *name);

/* Of the ends that are asked for, those whose value nobody's file says; NULL: none. */
const char *known_lacks(const struct script_known *known, const char *of, const char *name);

/* A scenario's `set`: what is known and not what every lab has. */
void known_write(const struct plot *plot, const struct script_known *known, struct text *out);

#endif
