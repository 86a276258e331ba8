// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_wire: owns what the wire of the play has to do: what was lost, and what comes late. */
#include "base/mem.h"
#include "capture/evidence.h"
#include "capture/plot.h"
#include "capture/incarnation.h"

#include <stdio.h>
#include <string.h>

#define ANSWER_US_MAX	1000000
#define ANSWER_LOOK_MAX 6

struct plot_stray *plot_stray_of(struct plot *plot, size_t i)
{
	for (size_t n = 0; n < plot->n_strays; n++) {
		if (plot->strays[n].i == i)
			return &plot->strays[n];
	}
	return NULL;
}

/* The stray that is a copy of segment i: the wire keeps that one. */
static struct plot_stray *kept_of(struct plot *plot, size_t i)
{
	for (size_t n = 0; n < plot->n_strays; n++) {
		if (plot->trail->of[plot->strays[n].i].origin == i)
			return &plot->strays[n];
	}
	return NULL;
}

/* The stray whose original nobody saw, and that begins at this chunk. */
static struct plot_stray *unseen_of(struct plot *plot, const struct plot_incarnation *pi, int end,
				    size_t chunk)
{
	const struct plot_flow *flow = &pi->flows[end];
	uint32_t begins = chunk ? flow->ends[chunk - 1] : 0;

	for (size_t n = 0; n < plot->n_strays; n++) {
		const struct seen *seen = &plot->trail->of[plot->strays[n].i];

		if (seen->origin == TRAIL_NONE && seen->len && seen->from == end &&
		    plot_of(plot, seen) == pi && seen_offset(pi->in, seen) == begins)
			return &plot->strays[n];
	}
	return NULL;
}

/* `hold` where the original itself was late, `copy` where it came in time, too. */
static void keep_step(struct plot *plot, struct plot_stray *stray, const char *of, int end,
		      const char *what, unsigned transmission, bool lost)
{
	if (stray->kept)
		return;
	stray->kept = true;
	stray->held = lost;
	plot_step(plot, "%s: {%s, of: %s, from: %s, transmission: %u, keep: %s}",
		  lost ? "hold" : "copy", what, of, plot_host(plot, end), transmission,
		  stray->name);
}

static void loss_step(struct plot *plot, const char *of, int end, const char *what,
		      unsigned transmission)
{
	plot_step(plot, "drop: {%s, of: %s, from: %s, transmission: %u}", what, of,
		  plot_host(plot, end), transmission);
}

/* Had the other end acknowledged all of it before this retransmission? Then it was the ACK that did
 * not come. */
static bool was_acked(const struct plot *plot, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];

	for (size_t j = i; j-- > 0;) {
		const struct seen *other = &plot->trail->of[j];

		if (other->incarnation != seen->incarnation)
			continue;
		if (other->from != seen->from && other->flags & TCP_ACK &&
		    !number_after(seen->seq + seen_space(seen), other->ack))
			return true;
	}
	return false;
}

static void chunk_lost(struct plot *plot, struct plot_incarnation *pi, int end, size_t chunk,
		       size_t original)
{
	unsigned transmission = pi->flows[end].seen[chunk];
	struct plot_stray *stray =
		original == TRAIL_NONE ? unseen_of(plot, pi, end, chunk) : kept_of(plot, original);
	_cleanup_free_ char *what = mem_printf("data: %zu", chunk + 1);

	if (stray)
		keep_step(plot, stray, pi->name, end, what, transmission, true);
	else
		loss_step(plot, pi->name, end, what, transmission);
}

/* The last segment before i that began with this chunk. */
static size_t original_before(const struct plot *plot, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];

	for (size_t j = i; j-- > 0;) {
		const struct seen *other = &plot->trail->of[j];

		if (other->incarnation == seen->incarnation && other->from == seen->from &&
		    other->seq == seen->seq && other->len && other->role != ROLE_STRAY)
			return j;
	}
	return TRAIL_NONE;
}

/* Count a transmission of each chunk that begins in the payload, as the wire will; before it, say
 * what became of the one before. */
static void data_losses(struct plot *plot, struct plot_incarnation *pi, size_t i)
{
	const struct seen *seen = &plot->trail->of[i];
	int end = seen->from;
	struct plot_flow *flow = &pi->flows[end];
	uint32_t offset = seen_offset(pi->in, seen);
	size_t first = plot_chunk_at(flow, offset);
	bool acked = seen->role == ROLE_AGAIN && was_acked(plot, i);

	for (size_t c = first; c < flow->n; c++) {
		uint32_t begins = c ? flow->ends[c - 1] : 0;

		if (begins >= offset + seen->len)
			break;
		if (begins < offset)
			continue;
		if (seen->role == ROLE_FILL && !flow->seen[c]) {
			flow->seen[c]++; /* the one that nobody saw */
			chunk_lost(plot, pi, end, c, TRAIL_NONE);
		} else if (seen->role == ROLE_AGAIN && c == first && flow->seen[c] && !acked) {
			chunk_lost(plot, pi, end, c, original_before(plot, i));
		}
		flow->seen[c]++;
	}
}

static void fin_losses(struct plot *plot, struct plot_incarnation *pi, size_t i, unsigned fins[2])
{
	const struct seen *seen = &plot->trail->of[i];
	int end = seen->from, other = !end;
	bool last = pi->in->closer == other;

	if (fins[end] && was_acked(plot, i)) {
		/* TIME-WAIT's ACK, or the one of the first FIN. */
		plot_step(plot, "drop: {segment: %s, of: %s, from: %s}", last ? "final-ack" : "ack",
			  pi->name, plot_host(plot, other));
	} else if (fins[end]) {
		struct plot_stray *stray = NULL;

		for (size_t j = i; j-- > 0 && !stray;) {
			if (plot->trail->of[j].flags & TCP_FIN && plot->trail->of[j].from == end)
				stray = kept_of(plot, j);
		}
		if (stray)
			keep_step(plot, stray, pi->name, end, "segment: fin", fins[end], true);
		else
			loss_step(plot, pi->name, end, "segment: fin", fins[end]);
	}
	fins[end]++;
}

/* A copy came late, and the original in time. */
static void copies(struct plot *plot, struct plot_incarnation *pi)
{
	for (size_t n = 0; n < plot->n_strays; n++) {
		struct plot_stray *stray = &plot->strays[n];
		const struct seen *seen = &plot->trail->of[stray->i];
		_cleanup_free_ char *what = NULL;
		size_t chunk;

		if (stray->kept || plot_of(plot, seen) != pi)
			continue;
		if (seen->flags & TCP_SYN && seen->origin == TRAIL_NONE)
			continue;
		if (seen->flags & TCP_FIN && seen->origin == TRAIL_NONE &&
		    !(pi->in->fins[seen->from] &&
		      seen->seq + seen_space(seen) == pi->in->fin_end[seen->from]))
			continue;
		if (seen->flags & TCP_SYN) {
			what = mem_printf("segment: %s", seen->flags & TCP_ACK ? "syn-ack" : "syn");
		} else if (seen->flags & TCP_FIN) {
			what = mem_printf("segment: fin");
		} else if (seen->len) {
			chunk = plot_chunk_at(&pi->flows[seen->from], seen_offset(pi->in, seen));
			if (chunk < pi->flows[seen->from].n && pi->flows[seen->from].seen[chunk])
				what = mem_printf("data: %zu", chunk + 1);
		}
		if (what)
			keep_step(plot, stray, pi->name, seen->from, what, 1, false);
	}
}

static void handshake_losses(struct plot *plot, struct plot_incarnation *pi)
{
	const struct incarnation *in = pi->in;

	if (in->opening == OPENING_UNANSWERED && !in->challenges)
		plot_step(plot, "drop: {segment: syn, of: %s, from: client, times: 1000}",
			  pi->name);
	if (in->opening != OPENING_OPENED || in->challenges)
		return;
	if (in->syns > 1 && in->syn_acks < in->syns)
		plot_step(plot, "drop: {segment: syn, of: %s, from: client, times: %u}", pi->name,
			  (unsigned)(in->syns - in->syn_acks));
	if (in->syns > 1 && in->syn_acks > 1)
		plot_step(plot, "drop: {segment: syn-ack, of: %s, from: server, times: %u}",
			  pi->name, in->syn_acks - 1U);
}

void plot_losses(struct plot *plot, struct plot_incarnation *pi)
{
	const struct trail *trail = plot->trail;
	unsigned fins[2] = {0};

	handshake_losses(plot, pi);
	for (size_t i = 0; i < trail->n; i++) {
		const struct seen *seen = &trail->of[i];

		if (plot_of(plot, seen) != pi || seen->role >= ROLE_STRAY)
			continue;
		/* A probe comes only when all was acknowledged; before that, one byte is lost. */
		if (seen_writes(seen) || (seen->len && !was_acked(plot, i)))
			data_losses(plot, pi, i);
		if (seen->flags & TCP_FIN)
			fin_losses(plot, pi, i, fins);
	}
	copies(plot, pi);
}

/* What the receiver sent because of it, and whether it took the bytes. */
static void stray_answer(struct plot *plot, struct plot_stray *stray)
{
	const struct trail *trail = plot->trail;
	const struct seen *seen = &trail->of[stray->i];

	for (size_t j = stray->i + 1; j < trail->n && j - stray->i < ANSWER_LOOK_MAX; j++) {
		const struct seen *other = &trail->of[j];

		if (other->from == seen->from || other->us - seen->us > ANSWER_US_MAX)
			return;
		if (other->flags & TCP_RST)
			stray->answer = "rst";
		else if (other->flags & TCP_SYN)
			stray->answer = other->flags & TCP_ACK ? "syn-ack" : "syn";
		else if (!other->len && !(other->flags & TCP_FIN))
			stray->answer = "ack";
		return;
	}
}

/* The receiver's ACKs after it. One of its first number: the place was empty still, when the bytes
 * before it came. If these are acknowledged one by one, and then at once what lies behind it, it
 * was taken. So it was if that is acknowledged before the bytes were sent again at all. */
static void stray_taken(struct plot *plot, struct plot_stray *stray)
{
	const struct trail *trail = plot->trail;
	const struct seen *seen = &trail->of[stray->i];
	uint32_t end = seen->seq + seen->len;
	bool sent_again = false, one_by_one = false;
	const struct incarnation *into = plot->of[plot->n - 1].in;

	/* Far from what the receiver waits for, its ACKs say nothing of it. */
	if (!incarnation_has(into, seen->from, seen->seq, 1 << 16))
		return;

	for (size_t j = stray->i + 1; seen->len && j < trail->n; j++) {
		const struct seen *other = &trail->of[j];

		if (other->flags & (TCP_SYN | TCP_RST))
			return;
		if (other->from == seen->from) {
			sent_again |= other->role != ROLE_STRAY && other->len &&
				      number_after(other->seq + other->len, seen->seq);
			continue;
		}
		if (other->ack == seen->seq) {
			stray->fate = "dropped";
			return;
		}
		if (number_after(end, other->ack)) {
			one_by_one |= number_after(seen->seq, other->ack) &&
				      other->ack != trail->of[j - 1].ack;
			continue;
		}
		stray->fate = one_by_one || !sent_again ? "delivered" : NULL;
		return;
	}
}

void plot_find_strays(struct plot *plot)
{
	const struct trail *trail = plot->trail;

	for (size_t i = 0; i < trail->n; i++) {
		struct plot_stray *stray = &plot->strays[plot->n_strays];

		if (trail->of[i].role != ROLE_STRAY || !plot_of(plot, &trail->of[i]) ||
		    plot->n_strays == PLOT_STRAYS_MAX)
			continue;
		*stray = (struct plot_stray){.i = i};
		snprintf(stray->name, sizeof(stray->name), "late%zu", ++plot->n_strays);
		stray_answer(plot, stray);
		stray_taken(plot, stray);
	}
}

/* Crafted where nothing could be kept: its numbers against those that its receiver has by then. */
static void inject_step(struct plot *plot, struct plot_stray *stray)
{
	const struct seen *seen = &plot->trail->of[stray->i];
	const struct plot_view *view = &plot->views[!seen->from];
	const struct plot_incarnation *to = view->pi ? view->pi : &plot->of[plot->n - 1];
	char flags[8];

	plot_step(plot, "inject: {as: %s, of: %s, to: %s, flags: %s, seq: %d, ack: %d, data: %u%s",
		  stray->name, to->name, plot_host(plot, !seen->from),
		  segment_flags(seen->flags, flags), (int32_t)(seen->seq - view->rcv_nxt),
		  seen->flags & TCP_ACK ? (int32_t)(seen->ack - view->snd_nxt) : 0,
		  seen->len < PLOT_CHUNK_LEN_MAX ? seen->len : PLOT_CHUNK_LEN_MAX,
		  seen->has_ts ? "" : ", tsval: none");
	if (seen->has_ts)
		text_add(&plot->steps, ", tsval: %d", (int32_t)(seen->tsval - view->ts_recent));
	text_add(&plot->steps, "}");
}

void plot_stray_step(struct plot *plot, struct plot_stray *stray)
{
	stray->played = true;
	plot_wait(plot, plot->trail->of[stray->i].us);
	if (stray->kept)
		plot_step(plot, "release: %s", stray->name);
	else
		inject_step(plot, stray);
}
