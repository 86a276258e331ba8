/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * draft: a scenario of one cell, part by part: that chance decides as in the cell, the settings off
 * the baseline, the lab's dimensions off their presets, the steps with that cell's values put in,
 * their optional arguments, and what is expected. Any set of parts may be left out; what is left is
 * written as a scenario's file, and the loader says whether it is one.
 */
#ifndef AFTERCLOSE_MINIMISE_DRAFT_H
#define AFTERCLOSE_MINIMISE_DRAFT_H

#include "base/text.h"
#include "scenario/cell.h"

/* In the order in which they are best left out. */
enum part_kind { PART_DRAWS, PART_SETTING, PART_LAB, PART_STEP, PART_ARG, PART_RULE };

struct part {
	enum part_kind kind;
	size_t index; /* of a setting, a dimension of the lab, a step, a rule */
	size_t arg;   /* PART_ARG: which of the step's */
};

struct draft_setting {
	enum side of;
	char *name, *value;
};

struct draft_step {
	const struct step *step;
	char *args[STEP_ARGS_MAX]; /* NULL: left out, or as its preset */
};

struct draft_rule {
	char *fact;
	char **items;
	size_t n_items;
};

struct draft {
	const struct cell *cell; /* the caller's */
	char *name;		 /* the scenario's; its file is NAME.yaml */
	struct draft_setting *settings;
	size_t n_settings;
	size_t labs[SCENARIO_DIMENSIONS_MAX]; /* dimensions of the cell's scenario */
	size_t n_labs;
	struct draft_step *steps; /* those that the cell plays */
	size_t n_steps;
	struct draft_rule *rules;
	size_t n_rules;
	struct part *parts;
	size_t n_parts;
};

/* The cell's own settings and steps, and of each host's baseline what the cell does not set itself.
 * baseline: HOSTS_MAX of them, NULL where there is none. No rules yet. */
void draft_init(const struct cell *cell, const char *name, const struct settings *const *baseline,
		struct draft *ret);
void draft_free(struct draft *draft);
#define _cleanup_draft_ __attribute__((cleanup(draft_free)))

/* Expect of a fact what a rule of the cell's scenario does. part: may it be left out? */
void draft_add_rule(struct draft *draft, const char *fact, const struct outcome *as, bool part);

/* Leave a part out, with the steps and arguments that cannot be there without it. */
void draft_leave_out(const struct draft *draft, size_t part, bool *out);

/* What is left, as a file of YAML. */
void draft_write(const struct draft *draft, const bool *out, struct text *file);

/* The same, loaded and proved. Errors: EINVAL what is left is no scenario. */
int draft_load(const struct draft *draft, const bool *out, struct scenario **ret, struct err *err);

/* How many parts of a kind there are, and how many of them are left out. */
size_t draft_count(const struct draft *draft, enum part_kind kind, const bool *out,
		   size_t *ret_out);

#endif
