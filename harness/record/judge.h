/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge: a cell's verdict: a pure function of its scenario and its record. */
#ifndef AFTERCLOSE_RECORD_JUDGE_H
#define AFTERCLOSE_RECORD_JUDGE_H

#include "base/text.h"
#include "record/record.h"
#include "scenario/rules.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,
	VERDICT_INCONCLUSIVE,
	VERDICT_ERROR,
	VERDICT_KNOWN, /* it failed, and a file of known failures covers that: record/known.h */
	N_VERDICTS
};
extern const char *const verdict_names[N_VERDICTS];

#define JUDGE_NOT_REACHED "not reached" /* observed: the row of an await that was not */

/* Above this, the machine's noise could explain any miss: a quarter of TCP's shortest timer, the
 * delayed ACK's 40 ms (TCP_DELACK_MIN). */
#define JUDGE_NOISE_NS_MAX (10 * 1000000LL)

/*
 * Sets "verdict", "judged" and "rfc" of the record. Each expectation of the cell is held against
 * its fact; a fact that the record lacks fails. A miss of a timing fact that the noise measured
 * while the cell ran could explain, or any miss under noise above JUDGE_NOISE_NS_MAX, is
 * inconclusive. An rfc rule's miss is a deviation: shown, never failed. A control passes if
 * exactly the facts it names fail.
 */
enum verdict judge_record(const struct cell *cell, const struct features *features, json_t *record);
enum verdict record_verdict(const json_t *record);

/* A pass or a fail, known or not: the facts can be held against others. */
bool verdict_conclusive(enum verdict verdict);

/* One expectation held against a record's facts; what was seen goes to ret_observed ("nothing"
 * where the record lacks the fact). */
enum verdict judge_fact(const struct expectation *expectation, const json_t *record, unsigned hz,
			struct text *ret_observed);

/* The facts of a record, as rules ask for them. */
struct observed record_observed(const json_t *record);

/* Was the record made from another state of the scenario's file than the one loaded now? */
bool record_scenario_changed(const json_t *record, const struct scenario *scenario);

/* The exit code of a whole run (design section 8) from how many cells had each verdict. */
int judge_exit_code(const size_t counts[N_VERDICTS]);

#endif
