/* SPDX-License-Identifier: GPL-2.0-or-later */
/* output: where records go while they come: the file of --out, and each --report. */
#ifndef AFTERCLOSE_CMD_OUTPUT_H
#define AFTERCLOSE_CMD_OUTPUT_H

#include "cmd/select.h"
#include "record/known.h"
#include "report/report.h"

struct output_options {
	const char *out;
	const char *known;
	struct texts reports;
};

/* The rows of these options in a command's table; type has a struct output_options as `output`. */
#define OUTPUT_OPTIONS(type)                                                                       \
	{"out", OPTION_TEXT, offsetof(type, output.out), "FILE.jsonl",                             \
	 "write the records there, anew"},                                                         \
		{"known", OPTION_TEXT, offsetof(type, output.known), "FILE.yaml",                  \
		 "what is known to fail, why, and until when: shown and not counted"},             \
	{                                                                                          \
		"report", OPTION_TEXTS, offsetof(type, output.reports), "FORMAT[:FILE]",           \
			"terminal, ktap, junit, json, markdown, github, html, or pcapng:DIR; to "  \
			"stdout if no FILE; may be repeated"                                       \
	}

struct output {
	FILE *file; /* of --out; NULL: none */
	const char *path;
	struct report **reports;
	size_t n_reports;
	size_t counts[N_VERDICTS];
	size_t n_cells;
	struct known known; /* of --known; empty: none */
	struct err err;	    /* the first thing that went wrong in writing; code 0: nothing */
};

/* Open everything; FILE is truncated only now. Errors: EINVAL and those of opening. */
int output_open_plan(const struct output_options *options, const struct report_plan *plan,
		     struct output *ret, struct err *err);

/* Before anything is opened: what is emptied must not be what is read. paths: of the command;
 * --known is among the inputs of itself. Errors: EINVAL --out or a --report's FILE is one of them.
 */
int output_check_inputs(const struct output_options *options, const struct texts *paths,
			struct err *err);

/* A line that cells refer to: of a kernel, or of a scenario. */
void output_reference(struct output *output, const json_t *line);

/* Holds the record against --known first, which may change its verdict. False if it could not be
 * kept: the run is to stop. */
bool output_cell(struct output *output, json_t *record);

/* The same of one that was played just now: what its programs wrote goes into files beside it. */
bool output_played(struct output *output, json_t *record);
void output_progress(struct output *output, size_t waiting);

/* Finish the reports and the file; elapsed_ns: -1 where nothing was run. Returns 0, or the first
 * error of all that was written. */
int output_close(struct output *output, int64_t elapsed_ns, struct err *err);

#endif
