/* SPDX-License-Identifier: GPL-2.0-or-later */
/* baseline: the sysctl files of --sysctl: whose they are, and what becomes of each line. */
#ifndef AFTERCLOSE_CMD_BASELINE_H
#define AFTERCLOSE_CMD_BASELINE_H

#include "cmd/options.h"
#include "lab/lab.h"

struct baseline {
	struct settings files[HOSTS_MAX];
	size_t n_files;
	const struct settings *of[HOSTS_MAX]; /* into files; NULL: none */
};

/* Load them; each line's fate is said on stderr. Errors: EINVAL no such host, or two files for
 * one; those of reading. */
int baseline_load(const struct texts *specs, struct baseline *ret, struct err *err);
void baseline_free(struct baseline *baseline);
#define _cleanup_baseline_ __attribute__((cleanup(baseline_free)))

#endif
