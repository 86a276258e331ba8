// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * port: owns the use of I/O ports. A guest is an x86-64 kernel: built for another machine, this
 * program is never in one.
 */
#include "target/port.h"

#ifdef __x86_64__

#include <sys/io.h>

int port_allow(uint16_t first, unsigned n, struct err *err)
{
	return ioperm(first, n, 1) < 0 ? err_sys(err, "use the guest's port 0x%x", first) : 0;
}

void port_write(uint16_t port, uint8_t value)
{
	outb(value, port);
}

#else

#include <errno.h>

int port_allow(uint16_t first, unsigned n, struct err *err)
{
	(void)n;
	return err_set(err, ENOSYS, "use the guest's port 0x%x: this machine has none", first);
}

void port_write(uint16_t port, uint8_t value)
{
	(void)port, (void)value;
}

#endif
