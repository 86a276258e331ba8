/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pit: the PC's old timer (i8254), which a microvm has for its boot only. */
#ifndef AFTERCLOSE_TARGET_PIT_H
#define AFTERCLOSE_TARGET_PIT_H

/* In a guest whose kernel keeps time with the processor's own timer: stop the old one, which nobody
 * hears and which wakes QEMU 36 times a second. Elsewhere, or where that fails, nothing. */
void pit_stop(void);

#endif
