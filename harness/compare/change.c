// SPDX-License-Identifier: GPL-2.0-or-later
/* change: owns the question whether two observations of one fact are the same. */
#include "compare/change.h"
#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define TICKS	  2
#define HZ_COARSE 100 /* where a record does not say */

const char *const change_class_names[N_CHANGE_CLASSES] = {
	[CHANGE_OUTCOME] = "outcome",	[CHANGE_OTHER] = "other",
	[CHANGE_TIME] = "time",		[CHANGE_COUNTER] = "counter",
	[CHANGE_UNSTEADY] = "unsteady", [CHANGE_UNCOMPARED] = "uncompared",
};

char *change_range(enum half_kind kind, int64_t min, int64_t max)
{
	char from[32], to[32];

	if (kind == HALF_TIME) {
		duration_format(min, from, sizeof(from));
		duration_format(max, to, sizeof(to));
	} else {
		snprintf(from, sizeof(from), "%lld", (long long)min);
		snprintf(to, sizeof(to), "%lld", (long long)max);
	}
	return strcmp(from, to) ? mem_printf("%s..%s", from, to) : mem_strdup(from);
}

/* The two halves of one cell, while they are compared. */
struct pairing {
	const struct half_cell *a, *b;
	change_fn fn;
	void *ctx;
	bool outcome_changed;
};

bool change_comparable(const struct half_cell *a, const struct half_cell *b)
{
	return a && b && half_cell_conclusive(a) && half_cell_conclusive(b);
}

/* Do facts of this cell hang on what is drawn: by the kernel, or, by another seed, by its link? */
static bool pairing_random(const struct pairing *pairing)
{
	const struct half_cell *a = pairing->a, *b = pairing->b;

	return a->random || b->random || (a->seed != b->seed && (a->link_drew || b->link_drew));
}

static bool same_rule(const struct pairing *pairing, const struct half_fact *a,
		      const struct half_fact *b)
{
	return !strcmp(pairing->a->hash, pairing->b->hash) && a->line == b->line &&
	       a->column == b->column;
}

/* Is what a rule asks of this fact another thing now? */
static bool outcome_differs(const struct pairing *pairing, const struct half_fact *a,
			    const struct half_fact *b)
{
	const char *expected_a = a ? a->expected : NULL, *expected_b = b ? b->expected : NULL;
	bool two_kernels = strcmp(pairing->a->kernel, pairing->b->kernel) != 0;

	if (!expected_a && !expected_b)
		return false;
	if ((a && a->missed) || (b && b->missed))
		return true;
	/* What is drawn may decide which rule it is that asks. */
	if ((two_kernels || pairing->a->seed != pairing->b->seed) && pairing_random(pairing))
		return false;
	if (!expected_a || !expected_b)
		return true;
	/* One that reckons with other facts, as of a load, asks each kernel for its own. */
	return strcmp(expected_a, expected_b) && !(two_kernels && same_rule(pairing, a, b));
}

static void tell(struct pairing *pairing, struct change *change, const struct half_fact *a,
		 const struct half_fact *b, enum change_class otherwise)
{
	change->class = outcome_differs(pairing, a, b) ? CHANGE_OUTCOME : otherwise;
	if (change->class != CHANGE_OUTCOME && pairing_random(pairing))
		return;
	pairing->outcome_changed |= change->class == CHANGE_OUTCOME;
	pairing->fn(pairing->ctx, change);
}

/* Some repeats agree; is that all that hides a changed outcome? */
static void tell_unsteady(struct pairing *pairing, struct change *change, const struct half_fact *a,
			  const struct half_fact *b)
{
	if (!outcome_differs(pairing, a, b))
		return;
	change->class = CHANGE_UNSTEADY;
	pairing->fn(pairing->ctx, change);
}

/* Have two lists "a or b" a value in common? */
static bool values_overlap(const char *a, const char *b)
{
	while (a) {
		const char *next = strstr(a, " or ");
		size_t len = next ? (size_t)(next - a) : strlen(a);

		for (const char *at = b; at;
		     at = strstr(at, " or ") ? strstr(at, " or ") + 4 : NULL) {
			if (!strncmp(at, a, len) && (!at[len] || !strncmp(at + len, " or ", 4)))
				return true;
		}
		a = next ? next + strlen(" or ") : NULL;
	}
	return false;
}

static void compare_plain(struct pairing *pairing, const struct half_fact *a,
			  const struct half_fact *b)
{
	struct change change = {
		.fact = (a ? a : b)->name,
		.was = a ? a->value : half_absent(b),
		.now = b ? b->value : half_absent(a),
	};

	if (!strcmp(change.was, change.now))
		return;
	if (!values_overlap(change.was, change.now)) {
		tell(pairing, &change, a, b, CHANGE_OTHER);
	} else {
		tell_unsteady(pairing, &change, a, b);
	}
}

static int64_t tick_ns(const struct half_cell *cell)
{
	return NS_PER_S / (cell->hz ? cell->hz : HZ_COARSE);
}

/* By how much two times may differ and be the same. */
static int64_t time_margin_ns(const struct pairing *pairing, int64_t longer_ns)
{
	return longer_ns / 8 + TICKS * (tick_ns(pairing->a) + tick_ns(pairing->b)) +
	       pairing->a->noise_ns + pairing->b->noise_ns;
}

/* The gap between two ranges; 0 where they touch. Files of strangers may hold any number. */
static int64_t range_gap(const struct change *change)
{
	int64_t gap = 0;
	bool overflow = false;

	if (change->now_min > change->was_max)
		overflow = __builtin_sub_overflow(change->now_min, change->was_max, &gap);
	else if (change->was_min > change->now_max)
		overflow = __builtin_sub_overflow(change->was_min, change->now_max, &gap);
	return overflow ? INT64_MAX : gap;
}

static struct change range_change(const struct half_fact *a, const struct half_fact *b,
				  enum half_kind range)
{
	struct change change = {
		.fact = (a ? a : b)->name,
		.was = "",
		.range = range,
		.was_min = a ? a->min : 0,
		.was_max = a ? a->max : 0,
		.now_min = b ? b->min : 0,
		.now_max = b ? b->max : 0,
	};

	if (!change.was_max)
		change.now = "appeared";
	else if (!change.now_max)
		change.now = "gone";
	else
		change.now = change.now_max > change.was_max ? "more" : "less";
	return change;
}

static void compare_time(struct pairing *pairing, const struct half_fact *a,
			 const struct half_fact *b)
{
	struct change change = range_change(a, b, HALF_TIME);
	int64_t longer_ns = change.was_max > change.now_max ? change.was_max : change.now_max;
	bool flipped = a && b && a->expected && b->expected && a->missed != b->missed;
	/* Where one side lacks it, so must some repeat of the other. */
	bool shared = (a && b) || (!change.was_min && !change.now_min);

	if (!flipped && shared && range_gap(&change) <= time_margin_ns(pairing, longer_ns))
		return;
	tell(pairing, &change, a, b, CHANGE_TIME);
}

static void compare_counter(struct pairing *pairing, const struct half_fact *a,
			    const struct half_fact *b)
{
	struct change change = range_change(a, b, HALF_COUNTER);

	if (change.was_min == change.now_min && change.was_max == change.now_max)
		return;
	if (range_gap(&change)) {
		tell(pairing, &change, a, b, CHANGE_COUNTER);
	} else {
		tell_unsteady(pairing, &change, a, b);
	}
}

/* One of the two may be NULL; kind is that of the other. */
static void compare_fact(struct pairing *pairing, enum half_kind kind, const struct half_fact *a,
			 const struct half_fact *b)
{
	switch (kind) {
	case HALF_PLAIN:
		compare_plain(pairing, a, b);
		break;
	case HALF_TIME:
		compare_time(pairing, a, b);
		break;
	case HALF_COUNTER:
		compare_counter(pairing, a, b);
		break;
	}
}

/* Both lists of facts are sorted by name. */
static void compare_facts(struct pairing *pairing)
{
	const struct half_cell *a = pairing->a, *b = pairing->b;
	size_t i = 0, j = 0;

	for (;;) {
		const struct half_fact *left = i < a->n_facts ? &a->facts[i] : NULL;
		const struct half_fact *right = j < b->n_facts ? &b->facts[j] : NULL;
		int order;

		if (!left && !right)
			return;
		order = !left ? 1 : !right ? -1 : strcmp(left->name, right->name);
		if (order > 0)
			left = NULL;
		else if (order < 0)
			right = NULL;
		compare_fact(pairing, left ? left->kind : right->kind, left, right);
		i += left != NULL;
		j += right != NULL;
	}
}

/* A known failure is a failure. */
static const char *verdict_word(const struct half_cell *cell)
{
	return verdict_names[cell->verdict == VERDICT_PASS ? VERDICT_PASS : VERDICT_FAIL];
}

/* The same facts, and yet another verdict: the rules or what they ask about differ. */
static void compare_verdict(struct pairing *pairing)
{
	const struct change change = {
		.class = CHANGE_OUTCOME,
		.fact = CHANGE_VERDICT,
		.was = verdict_word(pairing->a),
		.now = verdict_word(pairing->b),
	};

	if (pairing->a->mixed || pairing->b->mixed)
		return;
	if (!pairing->outcome_changed && strcmp(change.was, change.now))
		pairing->fn(pairing->ctx, &change);
}

/* What there is instead of facts. The caller frees. */
static char *status_text(const struct half_cell *cell)
{
	if (!cell)
		return mem_strdup("not there");
	if (half_cell_conclusive(cell))
		return mem_strdup("ran");
	return mem_printf("%s%s%s", verdict_names[cell->verdict], *cell->reason ? ": " : "",
			  cell->reason);
}

static void tell_uncompared(const struct pairing *pairing)
{
	_cleanup_free_ char *was = status_text(pairing->a), *now = status_text(pairing->b);
	const struct change change = {
		.class = CHANGE_UNCOMPARED,
		.fact = "cell",
		.was = was,
		.now = now,
	};

	pairing->fn(pairing->ctx, &change);
}

void change_each(const struct half_cell *a, const struct half_cell *b, change_fn fn, void *ctx)
{
	struct pairing pairing = {a, b, fn, ctx};

	if (!change_comparable(a, b)) {
		tell_uncompared(&pairing);
		return;
	}
	compare_facts(&pairing);
	compare_verdict(&pairing);
}
