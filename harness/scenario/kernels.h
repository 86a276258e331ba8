/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernels: every kernel that the conditions of some rules can tell apart: each feature and counter
 * they mention there or not, each HZ they mention and one other.
 */
#ifndef AFTERCLOSE_SCENARIO_KERNELS_H
#define AFTERCLOSE_SCENARIO_KERNELS_H

#include "base/text.h"
#include "scenario/scenario.h"

#define KERNELS_MAX	 512
#define KERNELS_WORDS	 (KERNELS_MAX / 64)
#define KERNEL_ASKED_MAX 9 /* features and counters; 2^9 kernels */
#define KERNEL_HZ_MAX	 16

/* Bit k: kernel k is in the set. */
struct kernel_set {
	uint64_t bits[KERNELS_WORDS];
};

struct kernels {
	struct kernel_ask {
		enum condition_kind kind; /* COND_HAS, COND_COUNTER */
		const char *name;
	} asked[KERNEL_ASKED_MAX];
	size_t n_asked;
	const char *hz[KERNEL_HZ_MAX]; /* the HZs mentioned */
	size_t n_hz;
	size_t n; /* kernels in all */
};

/* Errors: EINVAL with a place where the rules mention too many features. */
int kernels_collect(const struct scenario *scenario, const struct rule *rules, size_t n_rules,
		    struct kernels *ret, struct err *err);

/* The kernels on which a rule's conditions on the kernel hold. */
void kernels_meet(const struct kernels *kernels, const struct rule *rule, struct kernel_set *ret);

/* " on a kernel with tcp_tw_reuse_delay, without the counter PAWSTimewait"; nothing where no rule
 * asks. */
void kernels_describe(const struct kernels *kernels, size_t kernel, struct text *out);

#endif
