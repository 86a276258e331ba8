// SPDX-License-Identifier: GPL-2.0-or-later
/* plot: owns the walk along a trail, and the steps for what its ends did. */
#include "capture/evidence.h"
#include "capture/plot.h"
#include "base/mem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WAIT_US_MIN   30000  /* shorter gaps are the kernels' and the link's */
#define PAIR_US_MAX   300000 /* the other end closes because it read the end */
#define WITHIN_US_MIN 10000000LL
#define LAST_US	      100000 /* what the last step leads to */
#define RAW_US_MIN    5000   /* what a kernel answers has been seen by then */

const char *plot_host(const struct plot *plot, int end)
{
	return end == plot->of[0].in->client ? "client" : "server";
}

struct plot_incarnation *plot_of(struct plot *plot, const struct seen *seen)
{
	size_t k = seen->incarnation - plot->first;

	return seen->incarnation >= plot->first && k < plot->n ? &plot->of[k] : NULL;
}

void plot_step(struct plot *plot, const char *fmt, ...)
{
	_cleanup_free_ char *line = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&line, fmt, args) < 0)
		abort();
	va_end(args);
	text_add(&plot->steps, "\n  - %s", line);
}

void plot_wait(struct plot *plot, int64_t us)
{
	int64_t gap = us - (plot->loose_us ? plot->loose_us : plot->past_us);

	plot->loose_us = 0;
	if (plot->raw >= 0 && gap < RAW_US_MIN)
		gap = RAW_US_MIN;
	if (plot->raw >= 0 || (gap >= WAIT_US_MIN && gap > plot->rtt_us))
		plot_step(plot, "wait: %lldms",
			  (long long)((gap < PLOT_WAIT_US_MAX ? gap : PLOT_WAIT_US_MAX) / 1000));
	plot->past_us = us;
}

const char *plot_within(int64_t us, char buf[32])
{
	us += WITHIN_US_MIN;
	snprintf(buf, 32, "%llds",
		 (long long)((us < PLOT_WAIT_US_MAX ? us : PLOT_WAIT_US_MAX) / 1000000));
	return buf;
}

int64_t plot_next_us(const struct plot *plot, const struct plot_incarnation *pi)
{
	return pi + 1 < plot->of + plot->n ? pi[1].in->start_us
					   : plot->trail->of[plot->trail->n - 1].us;
}

/* Is the rest of what this end wrote here sent again after the moment? */
static bool sent_again_later(const struct plot *plot, const struct plot_incarnation *pi, int end,
			     int64_t us)
{
	for (size_t i = 0; i < plot->trail->n; i++) {
		const struct seen *seen = &plot->trail->of[i];

		if (plot_of((struct plot *)plot, seen) == pi && seen->from == end && seen->len &&
		    (seen->role == ROLE_AGAIN || seen->role == ROLE_FILL) && seen->us > us)
			return true;
	}
	return false;
}

/* The end of the segment that ends this run of one end's segments. */
static int64_t run_end_us(const struct plot *plot, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];

	for (size_t j = i + 1; j < plot->trail->n; j++) {
		const struct seen *other = &plot->trail->of[j];

		if (other->flags & (TCP_SYN | TCP_FIN | TCP_RST) || other->role == ROLE_STRAY ||
		    (other->len && other->from != seen->from))
			return other->us;
	}
	return INT64_MAX;
}

static void send_step(struct plot *plot, struct plot_incarnation *pi, int end, unsigned n,
		      uint32_t size, bool sent)
{
	plot_step(plot, "send: {via: %s, from: %s, segments: %u, size: %u%s}", pi->name,
		  plot_host(plot, end), n, size, sent ? ", until: sent" : "");
}

/* What acknowledges a FIN was written by who had it. */
static void plot_await_fin(struct plot *plot, struct plot_incarnation *pi, const struct seen *seen)
{
	struct plot_flow *peer = &pi->flows[!seen->from];

	if (!peer->fin_out || !(seen->flags & TCP_ACK) ||
	    number_after(peer->fin_out->seq + seen_space(peer->fin_out), seen->ack))
		return;
	peer->fin_out = NULL;
	plot_step(plot, "await: {via: %s, at: %s, state: close-wait}", pi->name,
		  plot_host(plot, seen->from));
}

/* Write all chunks of an end up to an offset, equal ones in one step, as segment i tells. */
static void plot_write(struct plot *plot, struct plot_incarnation *pi, size_t i, int end,
		       uint32_t offset)
{
	const struct seen *seen = &plot->trail->of[i];
	struct plot_flow *flow = &pi->flows[end];
	int64_t end_us = run_end_us(plot, i);
	bool deaf = pi->flows[!end].closed && !pi->flows[!end].half, sent;
	unsigned n = 0;
	uint32_t size = 0;

	/* Who has closed reads nothing, and the step does not wait for the answer. */
	sent = plot->raw >= 0 || deaf ||
	       (end_us != INT64_MAX && sent_again_later(plot, pi, end, end_us));
	if (flow->sent < flow->n && flow->ends[flow->sent] <= offset) {
		plot_wait(plot, seen->us);
		if (seen->from == end)
			plot_await_fin(plot, pi, seen);
		if (deaf)
			plot->loose_us = seen->us;
	}
	for (; flow->sent < flow->n && flow->ends[flow->sent] <= offset; flow->sent++) {
		uint32_t len =
			flow->ends[flow->sent] - (flow->sent ? flow->ends[flow->sent - 1] : 0);

		if (n && len != size) {
			send_step(plot, pi, end, n, size, sent);
			n = 0;
		}
		size = len;
		n++;
	}
	if (n)
		send_step(plot, pi, end, n, size, sent);
}

/* Up to where this segment ends, and what follows at once with it. */
static void plot_data(struct plot *plot, struct plot_incarnation *pi, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];
	int64_t end_us = run_end_us(plot, i);
	uint32_t offset = seen_offset(pi->in, seen) + seen->len;

	/* What follows without a word of the other end, and without a pause, is of the same call.
	 */
	for (size_t j = i + 1; j < plot->trail->n && plot->trail->of[j].us < end_us; j++) {
		const struct seen *more = &plot->trail->of[j];

		if (more->us - seen->us > WAIT_US_MIN)
			break;
		if (plot_of(plot, more) == pi && more->from == seen->from && more->len &&
		    more->role == ROLE_PLAIN)
			offset = seen_offset(pi->in, more) + more->len;
	}
	plot_write(plot, pi, i, seen->from, offset);
}

/* Does the other end close soon after this FIN, with nothing to say before? */
static bool closes_as_pair(const struct plot *plot, const struct plot_incarnation *pi, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];

	if (pi->in->ending != ENDING_ORDERLY || pi->in->data_after_fin)
		return false;
	for (size_t j = i + 1; j < plot->trail->n; j++) {
		const struct seen *other = &plot->trail->of[j];

		if (plot_of((struct plot *)plot, other) != pi)
			continue;
		if (other->from != seen->from && other->flags & TCP_FIN)
			return other->us - seen->us <= PAIR_US_MAX + 2 * plot->rtt_us;
	}
	return false;
}

/* New bytes of the other end after this FIN, which get no RST: the end reads on. */
static bool reads_on(const struct plot *plot, const struct plot_incarnation *pi, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];

	for (size_t j = i + 1; j < plot->trail->n; j++) {
		const struct seen *other = &plot->trail->of[j];

		if (plot_of((struct plot *)plot, other) == pi && other->from != seen->from &&
		    other->len && other->role == ROLE_PLAIN)
			return !pi->in->rsts[seen->from];
	}
	return false;
}

static void plot_fin(struct plot *plot, struct plot_incarnation *pi, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];
	struct plot_flow *own = &pi->flows[seen->from], *peer = &pi->flows[!seen->from];
	const char *host = plot_host(plot, seen->from);
	bool orderly = pi->in->ending == ENDING_ORDERLY;
	char buf[32];

	if (own->closed || !pi->opened)
		return;
	plot_wait(plot, seen->us);
	plot_within(plot_next_us(plot, pi) - seen->us, buf);
	own->closed = true;
	if (plot->raw >= 0) {
		own->half = reads_on(plot, pi, i);
		plot->loose_us = seen->us;
		plot_step(plot,
			  own->half ? "shutdown: {via: %s, at: %s, how: write}"
				    : "close: {via: %s, at: %s, settle: no}",
			  pi->name, host);
		return;
	}
	if (orderly && pi->in->closer == 2 && !peer->closed) {
		peer->closed = true;
		plot_step(plot, "close: {via: %s, first: both, within: %s}", pi->name, buf);
	} else if (!peer->closed && closes_as_pair(plot, pi, i)) {
		peer->closed = true;
		plot_step(plot, "close: {via: %s, first: %s, within: %s}", pi->name, host, buf);
	} else if (!peer->closed && reads_on(plot, pi, i)) {
		own->half = true;
		own->fin_out = seen;
		plot->loose_us = seen->us;
		plot_step(plot, "shutdown: {via: %s, at: %s, how: write}", pi->name, host);
	} else {
		own->fin_out = peer->closed ? NULL : seen;
		plot->loose_us = seen->us;
		plot_step(plot, "close: {via: %s, at: %s, settle: no}", pi->name, host);
	}
	if (orderly && peer->closed && peer->half)
		plot_step(plot, "settle: {via: %s, within: %s}", pi->name, buf);
}

/* A RST that nothing provoked is a call: close() with SO_LINGER {1, 0}. */
static void plot_rst(struct plot *plot, struct plot_incarnation *pi, const struct seen *seen)
{
	struct plot_flow *own = &pi->flows[seen->from];

	if (seen->role != ROLE_PLAIN || !pi->opened || (own->closed && !own->half) ||
	    pi->in->opening == OPENING_UNANSWERED || own->reset || pi->flows[!seen->from].reset)
		return;
	plot_wait(plot, seen->us);
	own->reset = own->closed = true;
	plot->loose_us = seen->us;
	plot_step(plot, "close: {via: %s, at: %s, by: abort, settle: no}", pi->name,
		  plot_host(plot, seen->from));
}

static void plot_segment(struct plot *plot, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];
	struct plot_incarnation *pi = plot_of(plot, seen);
	struct plot_stray *stray = plot_stray_of(plot, i);

	if (seen->from == plot->raw) {
		plot_raw_segment(plot, i);
	} else if (stray && plot->raw < 0) {
		plot_stray_step(plot, stray);
	} else if (pi && seen->role < ROLE_STRAY) {
		if (!pi->opened && (seen->flags & TCP_SYN || pi->in->opening == OPENING_UNSEEN))
			plot_open(plot, pi);
		if (seen->acks_lacking)
			plot_write(plot, pi, i, !seen->from, seen_ack_offset(pi->in, seen));
		if ((seen->len && seen->role == ROLE_PLAIN && !(seen->flags & TCP_SYN)) ||
		    seen->lacks)
			plot_data(plot, pi, i);
		if (seen->flags & TCP_FIN)
			plot_fin(plot, pi, i);
		if (seen->flags & TCP_RST)
			plot_rst(plot, pi, seen);
	}
	plot_view_take(plot, seen);
	plot->past_us = seen->us > plot->past_us ? seen->us : plot->past_us;
}

/* How far back the incarnations reach that this one may depend on. */
static size_t plot_first(const struct trail *trail, size_t last)
{
	size_t first = trail->n ? trail->of[0].incarnation : 0;
	size_t back = last;

	if (last - first + 1 <= 3)
		return first;
	/* The one before; and further back while that one never opened. */
	while (back > first && last - back + 1 < PLOT_INCARNATIONS_MAX &&
	       (back == last || trail->incarnations[back].opening != OPENING_OPENED))
		back--;
	return back;
}

static void plot_name(struct plot *plot)
{
	for (size_t k = 0; k < plot->n; k++) {
		struct plot_incarnation *pi = &plot->of[k];

		pi->in = &plot->trail->incarnations[plot->first + k];
		if (plot->n <= 2)
			snprintf(pi->name, sizeof(pi->name), "%s", k ? "new" : "old");
		else
			snprintf(pi->name, sizeof(pi->name), "c%zu", k + 1);
	}
}

int plot_make(struct trail *trail, size_t last, const char *raw, struct plot *ret, struct err *err)
{
	*ret = (struct plot){.trail = trail, .raw = -1};
	if (!trail->n || last >= trail->n_incarnations)
		return err_set(err, EINVAL, "there is no such incarnation");
	if (last < trail->of[0].incarnation)
		return err_set(
			err, EINVAL,
			"the segments of that incarnation are not kept any more, but those "
			"from --connection %u.%u on: cut the capture to it first (editcap -A "
			"TIME -B TIME)",
			trail->number, trail->of[0].incarnation + 1);
	ret->first = plot_first(trail, last);
	ret->n = last - ret->first + 1;
	plot_name(ret);
	if (raw)
		ret->raw = strcmp(plot_host(ret, 0), raw) != 0;
	ret->rtt_us = plot_rtt_us(ret);
	ret->past_us = ret->of[0].in->start_us;
	plot_cut(ret);
	plot_find_strays(ret);
	for (size_t i = 0; i < trail->n; i++) {
		if (trail->of[i].us >= ret->of[0].in->start_us &&
		    (plot_of(ret, &trail->of[i]) || plot_stray_of(ret, i)))
			plot_segment(ret, i);
	}
	if (ret->loose_us)
		plot_wait(ret, trail->of[trail->n - 1].us + LAST_US);
	return 0;
}

void plot_free(struct plot *plot)
{
	text_free(&plot->steps);
}
