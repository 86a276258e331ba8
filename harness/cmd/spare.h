/* SPDX-License-Identifier: GPL-2.0-or-later */
/* spare: a file that a command reads is never the one that it writes. */
#ifndef AFTERCLOSE_CMD_SPARE_H
#define AFTERCLOSE_CMD_SPARE_H

#include "cmd/options.h"

/*
 * Is what an option has written, at path, none of the inputs, by whatever name or link? An input
 * may be [HOST=]FILE or DURATION:FILE. Devices and pipes may be both. spec: the option's value, for
 * the error. Errors: EINVAL it is one of them.
 */
int spare_inputs(const char *option, const char *spec, const char *path, const struct texts *inputs,
		 struct err *err);

#endif
