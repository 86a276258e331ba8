/* SPDX-License-Identifier: GPL-2.0-or-later */
/* steer: who connects to a port is handed to a listener that is bound elsewhere, by BPF. */
#ifndef AFTERCLOSE_LAB_STEER_H
#define AFTERCLOSE_LAB_STEER_H

#include "base/err.h"

#include <stdint.h>

struct steer;

/* In the current namespace, until steer_close() or the listener's end. Errors: EOPNOTSUPP where the
 * kernel has no BPF_PROG_TYPE_SK_LOOKUP (before 5.9) or does not let one in. */
int steer_open(uint16_t port, int listener_fd, struct steer **ret, struct err *err);
void steer_close(struct steer *steer); /* takes NULL */

#endif
