/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cell: one combination of a scenario's dimension values, its id, and its steps' arguments. */
#ifndef AFTERCLOSE_SCENARIO_CELL_H
#define AFTERCLOSE_SCENARIO_CELL_H

#include "scenario/scenario.h"

struct cell {
	const struct scenario *scenario;
	const struct control *control; /* NULL: not a negative control */
	char *id; /* "third-segment/closer=client,timestamps=0"; a control ends in "/control=1" */
	size_t choice[SCENARIO_DIMENSIONS_MAX]; /* a value's index for each dimension: the play's */
	size_t judged[SCENARIO_DIMENSIONS_MAX]; /* what it is judged as; differs in a control */
};

/* All cells of a scenario in order of its dimensions, the last one fastest; omissions left out;
 * then its controls. The caller frees with matrix_free(). */
size_t matrix_cells(const struct scenario *scenario, struct cell **ret);
void matrix_free(struct cell *cells, size_t n);

/* The cell as in which chance decides: that and the seed are all that a draw hangs on. */
const char *cell_draws_as(const struct cell *cell);

/* The value of a dimension; preset where the scenario has no such dimension. */
const char *cell_value(const struct cell *cell, const char *dimension, const char *preset);

/* The id of a combination of values. The caller frees. */
char *cell_id(const struct scenario *scenario, const size_t *choice);

/* Is it one of the hosts whose sysctls a side's dimension sets? client2 is on the client's side. */
bool side_has_host(enum side side, enum host_id host);

/* Is there a host whose sysctls both set? */
bool sides_meet(enum side a, enum side b);

enum topology cell_topology(const struct cell *cell);
int cell_family(const struct cell *cell); /* AF_INET, AF_INET6 */

/* The link at the play's start: a profile or a rule inline. "clean" where there is no such
 * dimension, or where a step sets the link. */
const char *cell_link(const struct cell *cell);

/* "$name" anywhere in text is replaced by that dimension's value; "$$" is a dollar sign. The
 * caller frees. choice: cell->choice or cell->judged. */
char *cell_expand(const struct scenario *scenario, const size_t *choice, const char *text);

struct endpoint {
	enum host_id host;
	unsigned address; /* from 1; 0: the wildcard */
	bool has_port;
	uint16_t port;
};

/* One argument of a step, for one cell. */
struct argval {
	bool set;
	bool is_word; /* ARG_WORD_OR_NUMBER */
	int64_t number;
	const struct name *name; /* ARG_DEFINE, ARG_REF */
	struct endpoint endpoint;
	char *text;
};

/* Is this host a raw peer here? */
bool cell_host_is_raw(const struct cell *cell, enum host_id host);

/* Is this step played in this cell? */
bool cell_plays(const struct cell *cell, const struct step *step);

/* The step's arguments in its spec's order. The loader proved that this cannot fail for any cell
 * of a loaded scenario. Free with args_free(). */
void cell_args(const struct cell *cell, const struct step *step, struct argval ret[STEP_ARGS_MAX]);
void args_free(struct argval args[STEP_ARGS_MAX]);

/* A fact's full name ("old.time_wait", "server PAWSEstab") to its spec and owner. Counter facts
 * have the spec counter_fact. Errors: EINVAL says what was allowed. */
extern const struct fact_spec counter_fact;
int fact_resolve(const struct scenario *scenario, const char *fact, const struct fact_spec **ret,
		 struct err *err);

#endif
