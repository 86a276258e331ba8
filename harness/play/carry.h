/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carry: a cell's link on the wire: its rule is carried out by the wire, or by the kernel. */
#ifndef AFTERCLOSE_PLAY_CARRY_H
#define AFTERCLOSE_PLAY_CARRY_H

#include "play/stage.h"

/* Put the cell's link on the wire. Errors: ECANCELED where this kernel's netem cannot do it; then
 * the record says so under "skip". */
int carry_open(struct stage *stage, struct err *err);

/* Obey another link from now on. Errors: those of carry_open(). */
int carry_link(struct stage *stage, const char *text, struct err *err);

/* Find out what can be known by now of the frames that the kernel was given. */
int carry_settle(struct stage *stage, struct err *err);

/* A host has been replaced: its link goes to the new one. */
int carry_replaced(struct stage *stage, enum host_id host, struct err *err);

#endif
