/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * neighbour: the cells of a scenario that lie near one of them, and what is otherwise there. How
 * far apart two cells lie is the number of dimensions whose values differ.
 */
#ifndef AFTERCLOSE_COMPARE_NEIGHBOUR_H
#define AFTERCLOSE_COMPARE_NEIGHBOUR_H

#include "compare/half.h"

/*
 * What records show of other settings, for a cell that the half has:
 *
 *   {"alone": [{"dimension": NAME, "same": [VALUE...], "other": [...], "untold": [...]}...],
 *    "apart": 1,
 *    "nearest": [{"differs": {NAME: [VALUE...]}, "cells": [ID...],
 *                 "facts": [{"fact": NAME, "here": TEXT, "there": TEXT}...]}...]}
 *
 * alone: the values that another cell differs by in this dimension only: with the same outcome,
 * with another, and where no cell of both passed or failed. nearest: the cells with another
 * outcome (compare/change.h) that lie nearest, `apart` dimensions away; those that differ in one
 * dimension and by the same facts are told together. NULL: the half has no such cell. New
 * reference.
 */
json_t *neighbours_find(const struct half *half, const char *id);

#endif
