/* SPDX-License-Identifier: GPL-2.0-or-later */
/* config: a guest kernel's configuration: what is asked for, and whether the tree took it. */
#ifndef AFTERCLOSE_KERNEL_CONFIG_H
#define AFTERCLOSE_KERNEL_CONFIG_H

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>

/* The lines that are asked for (ci/kernels), for KCONFIG_ALLCONFIG. */
void config_fragment(bool gcov, bool debug, struct text *ret);

/* Each line that is needed stands in the .config that came out; ENOTSUP names those that do not. */
int config_check(const char *fragment, const char *dot_config, struct err *err);

#endif
