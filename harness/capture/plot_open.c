// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_open: owns the steps that lead to an incarnation, up to its `connect`. */
#include "capture/plot.h"
#include "capture/incarnation.h"
#include "base/mem.h"

#include <stdio.h>

#define FIN_WAIT_US  60000000LL /* tcp_fin_timeout's preset */
#define CLOCK_PER_US 15.625	/* secure_tcp_seq(): one every 64 ns */
#define CLOCK_ERROR  32000U	/* how far two readings of it may be off: 2 ms; and a 16th */

/* What the incarnation before had against this one's first number. */
static const char *plot_isn(const struct plot *plot, const struct plot_incarnation *pi,
			    char buf[16])
{
	const struct plot_incarnation *before = pi > plot->of ? pi - 1 : NULL;
	int client = pi->in->client;
	uint32_t delta, clock, error;

	if (!before || !before->in->has_isn[client])
		return NULL;
	delta = pi->in->isn[client] - before->in->isn[client];
	clock = (uint32_t)(int64_t)((double)(pi->in->start_us - before->in->start_us) *
				    CLOCK_PER_US);
	error = CLOCK_ERROR + clock / 16;
	if (!delta)
		return "same";
	if (pi->in->isn[client] - before->in->next[client] == 65537 ||
	    delta - clock + error < 2 * error)
		return NULL;
	snprintf(buf, 16, "%u",
		 PLOT_ISN_FIRST + (pi->in->isn[client] - plot->of[0].in->isn[client]));
	return buf;
}

static bool any_isn_chosen(const struct plot *plot)
{
	char buf[16];

	for (size_t k = 1; k < plot->n; k++) {
		if (plot_isn(plot, &plot->of[k], buf))
			return true;
	}
	return false;
}

/* Is the client's old socket still there, by all that was seen? */
static bool client_is_left(const struct plot_incarnation *before, int64_t us)
{
	const struct incarnation *in = before->in;
	bool over = in->rsts[0] || in->rsts[1] || in->ending == ENDING_ORDERLY ||
		    in->opening == OPENING_REFUSED;

	if (over)
		return false;
	return !in->fins[in->client] || us - in->end_us < FIN_WAIT_US;
}

/* A client that comes again though its end was not closed has lost it without a word: it was
 * started anew, or a device in between forgot it. */
static void client_forgets(struct plot *plot, struct plot_incarnation *before, int64_t us)
{
	if (!before->opened || !client_is_left(before, us))
		return;
	if (before->in->opening == OPENING_UNANSWERED) {
		plot_step(plot, "close: {via: %s, at: client, by: abort, settle: no}",
			  before->name);
		return;
	}
	plot_step(plot, "drop: {segment: rst, of: %s, from: client}", before->name);
	plot_step(plot, "kill: {via: %s, at: client}", before->name);
}

/* The server's TIME-WAIT, and nothing else, answered the last SYN: it does so where it does not
 * take the SYN for a new one, and where nobody listens any more. */
static bool listener_may_be_gone(const struct plot *plot, const struct plot_incarnation *pi)
{
	int server = !pi->in->client;

	return plot->listening && pi > plot->of && pi + 1 == plot->of + plot->n &&
	       pi->in->opening == OPENING_UNANSWERED && plot->raw != server &&
	       incarnation_time_wait((pi - 1)->in) & 1U << server;
}

static void listen_for(struct plot *plot, const struct plot_incarnation *pi)
{
	bool refused = pi->in->opening == OPENING_REFUSED;
	int server = !pi->in->client;

	if (plot->listening && refused)
		plot_step(plot, "unlisten: listener%u", plot->listeners);
	else if (!plot->listening && !refused)
		plot_step(plot, "listen: {as: listener%u, at: server:%u, reuseaddr: yes}",
			  ++plot->listeners, plot->trail->port[server]);
	plot->listening = !refused;
	if (listener_may_be_gone(plot, pi)) {
		plot_step(plot, "unlisten: listener%u", plot->listeners);
		text_add(&plot->steps, "\n    when: {listener: gone}");
		plot->listener_unknown = true;
	}
}

/* What the SYN brings along is written by the connect step. */
static const char *syn_data(struct plot_incarnation *pi, char buf[24])
{
	struct plot_flow *flow = &pi->flows[pi->in->client];
	uint32_t len = pi->in->syn_len;

	if (!len)
		return "";
	while (flow->sent < flow->n && flow->ends[flow->sent] <= len)
		flow->sent++;
	snprintf(buf, 24, ", fast-open: %u", len);
	return buf;
}

void plot_open(struct plot *plot, struct plot_incarnation *pi)
{
	const struct incarnation *in = pi->in;
	int client = in->client;
	int64_t answered_us = in->ack_us ? in->ack_us : in->syn_ack_us;
	char isn_buf[16], within_buf[32], data_buf[24];
	const char *isn = plot_isn(plot, pi, isn_buf);
	_cleanup_free_ char *first = NULL;

	if (pi > plot->of && plot->raw != client)
		client_forgets(plot, pi - 1, in->start_us);
	if (plot->raw != !client)
		listen_for(plot, pi);
	if (plot->raw < 0)
		plot_losses(plot, pi);
	plot_wait(plot, in->start_us);
	if (pi == plot->of && any_isn_chosen(plot))
		first = mem_printf("%u", PLOT_ISN_FIRST);
	if (first)
		isn = first;
	pi->opened = true;
	if (plot->raw >= 0) {
		plot_raw_connect(plot, pi, isn);
		return;
	}
	if (in->opening == OPENING_UNANSWERED) {
		int64_t us = plot_next_us(plot, pi) - in->start_us;

		snprintf(within_buf, sizeof(within_buf), "%lldms",
			 (long long)((us < 500000	      ? 500000
				      : us > PLOT_WAIT_US_MAX ? PLOT_WAIT_US_MAX
							      : us) /
				     1000));
	} else {
		plot_within(answered_us > in->start_us ? answered_us - in->start_us : 0,
			    within_buf);
	}
	plot_step(plot,
		  "connect: {as: %s, from: client:%u, to: server:%u, reuseaddr: yes%s%s%s, "
		  "within: %s}",
		  pi->name, plot->trail->port[client], plot->trail->port[!client],
		  isn ? ", isn: " : "", isn ? isn : "", syn_data(pi, data_buf), within_buf);
}
