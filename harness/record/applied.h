/* SPDX-License-Identifier: GPL-2.0-or-later */
/* applied: what a settings file changed of the baseline that a cell was played under. */
#ifndef AFTERCLOSE_RECORD_APPLIED_H
#define AFTERCLOSE_RECORD_APPLIED_H

#include "lab/feature.h"
#include "lab/lab.h"

#include <jansson.h>

/* Would the baseline be another one with this entry, on a kernel with these features? */
bool setting_changes(const struct setting *setting, const struct features *features);

/* {HOST: {NAME: VALUE...}...} of each host that has a file, with what it changes of the lab's own
 * baseline on that kernel; NULL: nothing at all. New reference. */
json_t *applied_settings(const struct settings *const baseline[HOSTS_MAX],
			 const struct features *features);

#endif
