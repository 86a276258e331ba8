/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cover: a few cells of a scenario that show as much as few cells can. */
#ifndef AFTERCLOSE_SCENARIO_COVER_H
#define AFTERCLOSE_SCENARIO_COVER_H

#include "scenario/cell.h"

#define COVER_STRENGTH_MAX 3

/*
 * Choose, of some cells of one scenario, so few that every combination of the values of any
 * `strength` dimensions that occurs in the cells occurs in the chosen ones (a covering array:
 * D. R. Kuhn, R. N. Kacker, Y. Lei, NIST SP 800-142). Greedy: always the cell with most that is
 * new, the first of them; so the same cells give the same choice. Controls are neither counted
 * nor chosen. strength: 1 to COVER_STRENGTH_MAX. ret_chosen: n flags, written.
 */
void cover_choose(const struct cell *const *cells, size_t n, unsigned strength, bool *ret_chosen);

#endif
