/* SPDX-License-Identifier: GPL-2.0-or-later */
/* turn: what a cell turns: the sysctls of its hosts, and of the whole kernel where it has one to
 * itself.
 */
#ifndef AFTERCLOSE_PLAY_TURN_H
#define AFTERCLOSE_PLAY_TURN_H

#include "play/stage.h"

/* Set every sysctl that the scenario fixes or varies, in one host. Errors: -ECANCELED where `skip`
 * in the record says what this kernel or machine lacks. */
int turn_host(struct stage *stage, enum host_id host, struct err *err);

/* Set one sysctl in the host whose namespace the caller is in. -ECANCELED as above; -EINVAL: the
 * kernel refuses the value. */
int turn_sysctl(struct stage *stage, const char *name, const char *value, struct err *err);

/* Give back what was the whole kernel's. */
void turn_back(struct stage *stage);

#endif
