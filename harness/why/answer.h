/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer: what `why` found, as one JSON object, from which every format is drawn. */
#ifndef AFTERCLOSE_WHY_ANSWER_H
#define AFTERCLOSE_WHY_ANSWER_H

#include "why/flip.h"
#include "why/mixes.h"
#include "why/question.h"

struct answering {
	const struct mixes *mixes;
	const struct question *question;
	const struct flip *flip;
	const char *places[2]; /* of A and B, for a person: "host, Linux 6.18.44" */
	size_t n_runs;
	/* The command that plays a mix alone. */
	void (*command)(void *ctx, const struct mix *mix, struct text *out);
	void *ctx;
};

/*
 *   {"a": {"cell": ID, "place": TEXT, "verdict": "pass" | "fail"}, "b": ...,
 *    "facts": [{"fact": NAME, "a": TEXT, "b": TEXT}...], "other": N,
 *    "differences": [{"name": NAME, "a": TEXT, "b": TEXT, "sets": TEXT,
 *                     "in_a": TRIAL, "in_b": TRIAL}...],
 *    "answers": [{"facts": [NAME...], "in_a": FLIP, "in_b": FLIP}...],
 *    "in_none": [NAME...],
 *    "commands": [{"of": TEXT, "command": TEXT}...],
 *    "runs": N, "stopped": false}
 *
 * TRIAL, one difference changed in A (or in B): {"change": "timestamps=0", "cell": ID, "untold":
 * why, or "flips": N, "facts": [{"fact", "was", "now", "as": "a" | "b" | "other"}...]}; flips: so
 * many facts are as at the other end; facts: those that are other than before.
 * FLIP: {"changes": [["timestamps=0"...]...], "size": N, "smallest": true, "untold": N}. New
 * reference.
 */
json_t *answer_json(const struct answering *answering);

/* Is there a change for every fact, from both sides? */
bool answer_complete(const struct flip *flip);

/* The same told to a person. */
void answer_text(const json_t *answer, struct text *out);
void answer_markdown(const json_t *answer, struct text *out);

#endif
