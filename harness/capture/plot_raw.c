// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_raw: owns the steps of an end that is no Linux, or a forger: each of its segments, as it was
 * sent, against the numbers that the kernel's end has by then. */
#include "capture/plot.h"
#include "capture/evidence.h"

#include <string.h>

#define TSVAL_FIRST  1000000U
#define SHAKE_MS     20 /* a handshake that is not finished by its own steps */
#define HANDSHAKE_MS 10000

bool plot_raw_is(const struct plot *plot, const char *host)
{
	return plot->raw >= 0 && !strcmp(plot_host(plot, plot->raw), host);
}

/* What a raw client's SYN has, against those of its incarnations before. */
static void client_numbers(struct plot *plot, const struct incarnation *in)
{
	const struct incarnation *first = plot->of[0].in;

	text_add(&plot->steps, ", isn: %u",
		 PLOT_ISN_FIRST + (in->isn[plot->raw] - first->isn[plot->raw]));
	if (in->has_ts[plot->raw] && first->has_ts[plot->raw])
		text_add(&plot->steps, ", tsval: %u",
			 TSVAL_FIRST + (in->ts_first[plot->raw] - first->ts_first[plot->raw]));
}

/* How many of the handshake's segments the raw end sent, one after the other, before all else:
 * these `connect` sends. */
static int shakes(const struct plot *plot, const struct plot_incarnation *pi)
{
	bool client = plot->raw == pi->in->client;
	const uint8_t flags[] = {client ? TCP_SYN : TCP_SYN | TCP_ACK, TCP_ACK};
	bool begun = false;
	int n = 0;

	for (size_t i = 0; n < (client ? 2 : 1) && i < plot->trail->n; i++) {
		const struct seen *seen = &plot->trail->of[i];
		bool own = plot_of((struct plot *)plot, seen) == pi;

		begun |= own;
		if (!begun || seen->from != plot->raw)
			continue;
		if (!own || seen->len || seen->flags != flags[n] || seen->role >= ROLE_STRAY)
			break;
		n++;
	}
	return n;
}

/* All of it, and the other end took it so. */
bool plot_raw_whole(const struct plot *plot, const struct plot_incarnation *pi)
{
	const struct incarnation *in = pi->in;

	return in->opening == OPENING_OPENED && !in->challenges &&
	       shakes(plot, pi) == (plot->raw == in->client ? 2 : 1);
}

static const char *handshake_of(const struct plot *plot, const struct plot_incarnation *pi)
{
	if (plot_raw_whole(plot, pi))
		return "whole";
	return plot->raw == pi->in->client && shakes(plot, pi) ? "half" : "none";
}

void plot_raw_connect(struct plot *plot, const struct plot_incarnation *pi, const char *isn)
{
	const struct incarnation *in = pi->in;
	const char *handshake = handshake_of(plot, pi);
	bool whole = plot_raw_whole(plot, pi);

	plot_step(plot,
		  "connect: {as: %s, from: client:%u, to: server:%u, handshake: %s, timestamps: %s",
		  pi->name, plot->trail->port[in->client], plot->trail->port[!in->client],
		  handshake, in->has_ts[plot->raw] ? "yes" : "no");
	if (plot->raw == in->client)
		client_numbers(plot, in);
	else
		text_add(&plot->steps, ", reuseaddr: yes%s%s", isn ? ", isn: " : "",
			 isn ? isn : "");
	text_add(&plot->steps, ", within: %dms}", whole ? HANDSHAKE_MS : SHAKE_MS);
	plot->loose_us = whole && in->ack_us ? in->ack_us : in->start_us;
}

/* Does `connect` send segment i, of the raw end's handshake? */
static bool of_connect(struct plot *plot, const struct plot_incarnation *pi, size_t i)
{
	bool client = plot->raw == pi->in->client;
	int n = plot_raw_whole(plot, pi) ? 1 + client : client && shakes(plot, pi);

	for (size_t j = 0; n && j <= i; j++) {
		const struct seen *seen = &plot->trail->of[j];

		if (plot_of(plot, seen) != pi || seen->from != plot->raw)
			continue;
		if (j == i)
			return true;
		n--;
	}
	return false;
}

/* A connection that the raw end opens, the way the first one was opened. */
static bool opens(const struct plot *plot, const struct plot_incarnation *pi,
		  const struct seen *seen)
{
	return pi && !pi->opened && pi->in->client == plot->of[0].in->client &&
	       (seen->flags & TCP_SYN || pi->in->opening == OPENING_UNSEEN) &&
	       seen->role < ROLE_STRAY;
}

void plot_raw_segment(struct plot *plot, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];
	struct plot_incarnation *pi = plot_of(plot, seen);
	struct plot_stray *stray = plot_stray_of(plot, i);
	struct plot_view view = plot->views[!seen->from];
	char flags[8];

	if (opens(plot, pi, seen))
		plot_open(plot, pi);
	if (pi && pi->opened && of_connect(plot, pi, i))
		return;
	if (pi && pi->opened && pi > view.pi)
		view = (struct plot_view){.pi = pi}; /* its first segment */
	if (!view.pi)
		return;
	if (stray)
		stray->played = true;
	plot_wait(plot, seen->us);
	plot_step(plot, "inject: {%s%s%sof: %s, to: %s, flags: %s, seq: %d, data: %u, window: %u",
		  stray ? "as: " : "", stray ? stray->name : "", stray ? ", " : "", view.pi->name,
		  plot_host(plot, !seen->from), segment_flags(seen->flags, flags),
		  (int32_t)(seen->seq - view.rcv_nxt),
		  seen->len < PLOT_CHUNK_LEN_MAX ? seen->len : PLOT_CHUNK_LEN_MAX, seen->window);
	if (seen->flags & TCP_ACK)
		text_add(&plot->steps, ", ack: %d", (int32_t)(seen->ack - view.snd_nxt));
	if (seen->has_ts)
		text_add(&plot->steps, ", tsval: %d, tsecr: %d",
			 (int32_t)(seen->tsval - view.ts_recent),
			 seen->flags & TCP_ACK ? (int32_t)(seen->tsecr - view.ts_sent) : 0);
	else
		text_add(&plot->steps, ", tsval: none");
	text_add(&plot->steps, stray ? "}" : ", within: 0s}");
}
