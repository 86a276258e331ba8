/* SPDX-License-Identifier: GPL-2.0-or-later */
/* narrate: what happened in a cell, told in sentences from its record. */
#ifndef AFTERCLOSE_REPORT_NARRATE_H
#define AFTERCLOSE_REPORT_NARRATE_H

#include "base/text.h"

#include <jansson.h>

/*
 * A paragraph for each step of the play in which something happened on the wire or to a socket;
 * steps that did something else (an ICMP message, a listener closed) are named between them.
 * outline: the scenario's line, whose steps are quoted with this cell's values; NULL: they are not.
 */
void narrate_events(const json_t *record, const json_t *outline, struct text *out);

#endif
