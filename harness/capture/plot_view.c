// SPDX-License-Identifier: GPL-2.0-or-later
/* plot_view: owns what both ends have by each segment of a trail, and how far they are apart. */
#include "capture/evidence.h"
#include "capture/plot.h"

/* RFC 9293 3.10.7.4: what begins at or before RCV.NXT and ends behind it moves it. */
static void view_receive(struct plot_view *view, const struct seen *seen)
{
	uint32_t end = seen->seq + seen_space(seen);

	if (!view->received ||
	    (!number_after(seen->seq, view->rcv_nxt) && number_after(end, view->rcv_nxt)))
		view->rcv_nxt = end;
	if (seen->has_ts)
		view->ts_recent = seen->tsval;
	view->received = true;
}

/* What it acknowledges it has, even where the capture does not show how that came. */
static void view_send(struct plot_view *view, const struct seen *seen)
{
	uint32_t end = seen->seq + seen_space(seen);

	if (!view->sent || number_after(end, view->snd_nxt))
		view->snd_nxt = end;
	if (view->received && seen->role != ROLE_CHALLENGE && seen->flags & TCP_ACK &&
	    number_after(seen->ack, view->rcv_nxt))
		view->rcv_nxt = seen->ack;
	if (seen->has_ts)
		view->ts_sent = seen->tsval;
	view->sent = true;
}

void plot_view_take(struct plot *plot, const struct seen *seen)
{
	const struct plot_incarnation *pi = plot_of(plot, seen);

	if (!pi || !pi->opened)
		return;
	for (int end = 0; end < 2; end++) {
		struct plot_view *view = &plot->views[end];

		if (pi > view->pi && (seen->flags & TCP_SYN || pi->in->opening == OPENING_UNSEEN))
			*view = (struct plot_view){.pi = pi};
		if (seen->from == end)
			view_send(view, seen);
		else
			view_receive(view, seen);
	}
}

/* An incarnation's own round trip: the two halves of its handshake, wherever it was captured. */
int64_t plot_rtt_us(const struct plot *plot)
{
	int64_t least = INT64_MAX;

	for (size_t k = 0; k < plot->n; k++) {
		const struct incarnation *in = plot->of[k].in;

		if (in->syn_ack_us && in->ack_us && in->syns == 1 &&
		    in->ack_us - in->start_us < least)
			least = in->ack_us - in->start_us;
	}
	return least == INT64_MAX ? 0 : least;
}
