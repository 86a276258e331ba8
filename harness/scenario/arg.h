/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arg: one argument's text, its dimensions put in, to the value that its spec asks for. */
#ifndef AFTERCLOSE_SCENARIO_ARG_H
#define AFTERCLOSE_SCENARIO_ARG_H

#include "scenario/cell.h"

/* A name is looked up in the scenario for ARG_REF only. Errors: EINVAL says what was allowed,
 * without a place. ret->text is the caller's to free, also after an error. */
int arg_parse(const struct scenario *scenario, const struct arg_spec *spec, const char *text,
	      struct argval *ret, struct err *err);

/* "[a-z][a-z0-9-]*", not longer than 40, and not what a host or a side is called. */
int name_check(const char *name, struct err *err);

/* A known knob: one that a kernel has, or had. */
int knob_check(const char *name, struct err *err);

/* A pcap filter that can be compiled without looking up any name. */
int filter_check(const char *filter, struct err *err);

bool yes_or_no(const char *text, bool *ret);

extern const char *const class_names[]; /* by enum name_class: "a connection", ... */

#endif
