/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml: single values as YAML has them, for files that this program writes. */
#ifndef AFTERCLOSE_BASE_YAML_H
#define AFTERCLOSE_BASE_YAML_H

#include "base/text.h"

/* As it stands where that reads back as the same text, in block and in flow; in double quotes
 * otherwise. value: one line of UTF-8 without control characters. */
void yaml_value(const char *value, struct text *out);

#endif
