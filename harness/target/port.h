/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port: the x86's I/O ports, in a guest, whose process 1 may use them all. */
#ifndef AFTERCLOSE_TARGET_PORT_H
#define AFTERCLOSE_TARGET_PORT_H

#include "base/err.h"

#include <stdint.h>

/* Have this process use n ports from the first on (ioperm(2)). Errors: ENOSYS on another machine.
 */
int port_allow(uint16_t first, unsigned n, struct err *err);

void port_write(uint16_t port, uint8_t value);

#endif
