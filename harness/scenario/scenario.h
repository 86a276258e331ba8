/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * scenario: a YAML file, read and checked: what to vary, what to play, what to expect, and why.
 * It is data from a stranger: bounded in size, depth and aliases; it names no file, no command and
 * no host outside its lab. Everything here is immutable once loaded.
 */
#ifndef AFTERCLOSE_SCENARIO_SCENARIO_H
#define AFTERCLOSE_SCENARIO_SCENARIO_H

#include "base/err.h"
#include "lab/lab.h"
#include "scenario/grammar.h"
#include "scenario/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCENARIO_SIZE_MAX	(256 * 1024)
#define SCENARIO_DEPTH_MAX	16
#define SCENARIO_NODES_MAX	20000 /* aliases counted each time they are used */
#define SCENARIO_DIMENSIONS_MAX 16
#define SCENARIO_VALUES_MAX	64
#define SCENARIO_CELLS_MAX	20000
#define SCENARIO_STEPS_MAX	200
#define SCENARIO_LIMIT_NS_BASE	(30 * 1000000000LL) /* of a cell, beside what its steps wait */

struct place {
	int line, column; /* from 1 */
};

struct dimension {
	char *name;
	char *sysctl;  /* the knob it sets before the play; NULL: none */
	enum side of;  /* whose */
	char **values; /* as written; "default" leaves a sysctl alone */
	size_t n_values;
	bool reserved; /* the lab understands it: family, topology, link */
	struct place at;
};

/* A sysctl that every cell of the scenario has. */
struct fixed_sysctl {
	enum side of;
	char *name;
	char *value;
	struct place at;
};

/* `dimension: value(s)`; has:, counter:, hz: of the kernel; `fact: value(s)` of what was observed.
 */
enum condition_kind { COND_DIMENSION, COND_HAS, COND_COUNTER, COND_HZ, COND_FACT };

struct condition {
	enum condition_kind kind;
	size_t dimension; /* COND_DIMENSION */
	char *fact;	  /* COND_FACT: its full name; so the next two */
	const struct fact_spec *spec;
	struct matcher matcher;
	bool negate;   /* "not VALUE", of all but facts */
	char **values; /* any of them */
	size_t n_values;
	struct place at;
};

/* One argument of a step as written; "$dimension" is put in for each cell. */
struct arg {
	char *text; /* NULL: left out, and no preset */
	struct place at;
};

struct step {
	const struct step_spec *spec;
	struct condition *when; /* conditions on dimensions only; none: it is always played */
	size_t n_when;
	struct arg args[STEP_ARGS_MAX];
	struct place at;
};

/* A name that the play defines. */
struct name {
	char *name;
	enum name_class class;
	size_t step; /* index of the step that defines it */
};

/* One fact of a rule's `then`, its name and items as written ("$closer TCPTimeWaitOverflow"). */
struct outcome {
	char *fact;
	char **items;
	size_t n_items;
	struct place at;
};

struct rule {
	struct condition *when;
	size_t n_when;
	struct outcome *then;
	size_t n_then;
	char *source;  /* rfc rules: the section */
	bool programs; /* it holds whichever programs play the ends, not only for stand-ins */
	struct place at;
};

/* Cells of which there is something to say, and what: that they make no sense (`omit`), or what the
 * kernel draws at random there (`random`). */
struct remark {
	struct condition *when;
	size_t n_when;
	char *why;
	struct place at;
};

/* A negative control: plays with these dimension values, is judged as if it had those, and passes
 * if exactly the facts in `fails` fail. */
struct control {
	size_t *play;  /* a value's index for each dimension */
	size_t *judge; /* the same */
	char **fails;
	size_t n_fails;
	struct place at;
};

struct scenario {
	char *file;
	char *name;
	char *title;
	char *why; /* NULL if left out */
	char **sources;
	size_t n_sources;
	char *bytes; /* the file itself: a guest reads it again */
	size_t n_bytes;
	char hash[17];	  /* of the file's bytes, 64 bits in hex */
	bool heavy;	  /* its cells want a core each */
	char *draws_as;	  /* the cell as in which chance decides; NULL: each cell as itself */
	int64_t limit_ns; /* how long one cell may take */
	int64_t waits_ns; /* how long its steps wait, at most and all together */
	struct dimension *dimensions;
	size_t n_dimensions;
	struct fixed_sysctl *sysctls;
	size_t n_sysctls;
	struct remark *omissions;
	size_t n_omissions;
	struct remark *draws;
	size_t n_draws;
	struct step *steps;
	size_t n_steps;
	struct name *names;
	size_t n_names;
	bool client2; /* the play uses the host client2 */
	bool drops;   /* its rules ask what the kernel dropped */
	struct rule *expect;
	size_t n_expect;
	struct rule *rfc;
	size_t n_rfc;
	struct control *controls;
	size_t n_controls;
};

/* Read and check one file: everything but the proof of check.h. The error's message begins with
 * FILE:LINE:COLUMN. Errors: EINVAL bad file, ENOENT, EACCES, EISDIR, E2BIG too large or deep. */
int scenario_load(const char *path, struct scenario **ret, struct err *err);
void scenario_free(struct scenario *scenario);
const struct dimension *scenario_dimension(const struct scenario *scenario, const char *name);
const struct name *scenario_name(const struct scenario *scenario, const char *name);

/* Has any of its labs a router? */
bool scenario_has_router(const struct scenario *scenario);

/* The same from memory; name is what errors call it, and its stem is the scenario's name. */
int scenario_parse(const char *name, const char *bytes, size_t len, struct scenario **ret,
		   struct err *err);

/* Errors of a place in a scenario's file: "FILE:LINE:COLUMN: ". Returns -EINVAL. */
int scenario_err(const struct scenario *scenario, struct place at, struct err *err, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));

#endif
