// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pit: owns the i8254. Firmware leaves it in mode 3, a square wave for ever. On a PC the kernel
 * stops it (pit_shutdown()); on a machine of ACPI's reduced hardware, as a microvm is, it has no
 * driver for it and only calibrates by it.
 */
#include "target/pit.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "target/port.h"

#include <string.h>

#define EVENTS		 "/sys/devices/system/clockevents/clockevent0/current_device"
#define NAME_SIZE	 64

#define PORT_CHANNEL_0	 0x40
#define PORT_MODE	 0x43
#define MODE_ONCE	 0x30	 /* channel 0, both bytes, mode 0: counts down once */
#define LOCAL_APIC_TIMER "lapic" /* and "lapic-deadline" */

static bool kernel_needs_none(void)
{
	_cleanup_text_ struct text device = {0};
	struct err ignored;

	return !file_read(EVENTS, NAME_SIZE, &device, &ignored) &&
	       !strncmp(text_str(&device), LOCAL_APIC_TIMER, strlen(LOCAL_APIC_TIMER));
}

void pit_stop(void)
{
	struct err ignored;

	if (!kernel_needs_none() ||
	    port_allow(PORT_CHANNEL_0, PORT_MODE - PORT_CHANNEL_0 + 1, &ignored) < 0)
		return;
	port_write(PORT_MODE, MODE_ONCE);
	port_write(PORT_CHANNEL_0, 0);
	port_write(PORT_CHANNEL_0, 0);
}
