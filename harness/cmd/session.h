/* SPDX-License-Identifier: GPL-2.0-or-later */
/* session: what every command that plays cells needs first: targets, a seed, a baseline. */
#ifndef AFTERCLOSE_CMD_SESSION_H
#define AFTERCLOSE_CMD_SESSION_H

#include "cmd/baseline.h"
#include "cmd/select.h"
#include "cmd/with_ends.h"
#include "target/target.h"

struct session_options {
	struct texts targets; /* none: host */
	struct texts sysctl;
	const struct with_ends *with; /* NULL: no programs */
	int64_t jobs;
	int64_t seed;	   /* -1: draw one */
	const char *netem; /* NULL: the wire */
	int64_t timeout_ns;
	int64_t late_ns;
	bool fail_fast;
	bool spares_refused; /* a line that a kernel refuses is passed over, also without "-" */
	struct coverage *coverage; /* NULL: lines are not counted */
};

#define SEED_OPTION(type)                                                                          \
	{                                                                                          \
		"seed", OPTION_NUMBER, offsetof(type, session.seed), "N",                          \
			"draw chance from this seed; a random one if left out", 0, INT64_MAX       \
	}

#define NETEM_OPTION(type)                                                                         \
	{                                                                                          \
		"netem", OPTION_TEXT, offsetof(type, session.netem), "wire|kernel",                \
			"who carries the links' rules out; wire if left out"                       \
	}

#define TIMEOUT_OPTION(type)                                                                       \
	{                                                                                          \
		"timeout", OPTION_DURATION, offsetof(type, session.timeout_ns), "DURATION",        \
			"how long a cell may take, instead of its scenario's limit"                \
	}

#define LATE_OPTION(type)                                                                          \
	{                                                                                          \
		"late", OPTION_DURATION, offsetof(type, session.late_ns), "DURATION",              \
			"be late by up to this now and then, at most 5ms"                          \
	}

#define BASELINE_OPTION(type)                                                                      \
	{                                                                                          \
		"sysctl", OPTION_TEXTS, offsetof(type, session.sysctl), "[HOST=]FILE",             \
			"a host's baseline: a sysctl.conf, a directory of them, or sysctl -a"      \
	}

#define TARGET_OPTION(type)                                                                        \
	{                                                                                          \
		"target", OPTION_TEXTS, offsetof(type, session.targets), "TARGET",                 \
			"host, or a kernel in virtual time: uml[:KERNEL]; may be repeated"         \
	}

struct session {
	struct target *targets;
	size_t n_targets;
	struct baseline baseline;
	struct run_options run;
};

/* Every target is open then, its kernel probed. Returns 0, or the exit code with its error said;
 * ret stays where it is. */
int session_open(const struct session_options *options, struct session *ret);

/* The same, for a command that plays on one target; what: "show plays a cell". */
int session_open_one(const struct session_options *options, const char *what, struct session *ret);
void session_close(struct session *session);
#define _cleanup_session_ __attribute__((cleanup(session_close)))

#endif
