/* SPDX-License-Identifier: GPL-2.0-or-later */
/* baseline: the sysctl files of --sysctl: whose they are, and what becomes of each line. */
#ifndef AFTERCLOSE_CMD_BASELINE_H
#define AFTERCLOSE_CMD_BASELINE_H

#include "cmd/options.h"
#include "lab/lab.h"
#include "target/target.h"

struct baseline {
	struct settings files[HOSTS_MAX];
	size_t n_files;
	const struct settings *of[HOSTS_MAX]; /* into files; NULL: none */
};

/* Load them. Errors: EINVAL no such host, or two files for one; those of reading. */
int baseline_load(const struct texts *specs, struct baseline *ret, struct err *err);
/* Each line's status as the targets' kernels have it, and not this machine's; it is said on stderr.
 * Of several targets a line applies where one has its sysctl. */
void baseline_settle(struct baseline *baseline, const struct target *targets, size_t n_targets);
/*
 * Where a target does not open with the baseline: play each line alone there and mark those that
 * its kernel refuses, so that they are passed over; only "-" lines where every is not set.
 * ret_marked: is there one? Errors: those of target_open() but EINVAL.
 */
int baseline_refuse(struct baseline *baseline, const char *target, const struct run_options *run,
		    bool every, bool *ret_marked, struct err *err);
void baseline_say(const struct baseline *baseline);
void baseline_free(struct baseline *baseline);
#define _cleanup_baseline_ __attribute__((cleanup(baseline_free)))

#endif
