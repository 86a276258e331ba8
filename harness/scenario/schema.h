/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schema: the JSON Schema (draft 2020-12) of a scenario file, made from the grammar's tables. */
#ifndef AFTERCLOSE_SCENARIO_SCHEMA_H
#define AFTERCLOSE_SCENARIO_SCHEMA_H

#include <jansson.h>

json_t *schema_scenario(void); /* a new reference */

#endif
