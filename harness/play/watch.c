// SPDX-License-Identifier: GPL-2.0-or-later
/* watch: owns what is known of each end's state, and the wait for a minisock's end. */
#include "play/watch.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/jiffies.h"
#include "play/loop.h"

#include <sched.h>

/* Ends nearer than this to the look before are known well enough to be a TIME-WAIT's length. */
#define WATCH_END_NS_MAX (100 * NS_PER_MS)

static int64_t jiffies_ns(const struct stage *stage, unsigned n)
{
	return (int64_t)n * NS_PER_S / stage->options->features->hz;
}

static void note_path(struct stage *stage, struct end *end, uint32_t after, int64_t now_ns)
{
	struct watch *watch = &end->watch;

	if (!end->conn->named)
		return; /* no fact is about it */
	text_add(&watch->path, "%s%s", watch->path.len ? ">" : "", state_name(watch->seen.state));
	log_state(&stage->log, end, after, now_ns);
}

/* When something ended between two looks; 0: it could have been any time. Where its end was awaited
 * and the look before its tick came too late, what is not known of it is the machine's noise. */
static struct instant ended(struct stage *stage, const struct watch *watch, int64_t now_ns)
{
	int64_t half_ns = (now_ns - watch->looked_ns) / 2;
	struct instant middle = {watch->looked_ns + half_ns, half_ns};

	if (watch->gave_up)
		return (struct instant){now_ns, 0};
	if (watch->met_ns && now_ns - watch->met_ns <= WATCH_END_NS_MAX)
		return (struct instant){watch->met_ns, 0}; /* by the segment that came then */
	if (2 * half_ns <= WATCH_END_NS_MAX)
		return middle;
	if (!watch->end_awaited)
		return (struct instant){0};
	if (half_ns > stage->noise_ns)
		stage->noise_ns = half_ns;
	return (struct instant){middle.ns, 0};
}

/* An orphan's FIN-WAIT-2 may begin as a socket and end as a minisock. */
static void note_life(struct stage *stage, struct watch *watch, const struct sock_seen *before,
		      int64_t now_ns)
{
	bool was = before->state == STATE_FIN_WAIT_2, is = watch->seen.state == STATE_FIN_WAIT_2;

	if (is && !was)
		watch->fw2_begin_ns = now_ns;
	else if (was && !is)
		watch->fw2_end = ended(stage, watch, now_ns);
	if (before->state != STATE_NONE && watch->seen.state == STATE_NONE)
		watch->gone = ended(stage, watch, now_ns);
	if (watch->seen.state != STATE_NONE)
		watch->met_ns = 0;
	else if (before->state != STATE_NONE)
		watch->missed_ns = now_ns;
}

/*
 * A timer that was started again shows by having risen. Two readings of it differ by up to a jiffy
 * from what passed between them, so that a start soon after the one before it cannot be told.
 */
static int64_t restart_shows_ns(const struct stage *stage)
{
	return jiffies_ns(stage, 2) + NS_PER_MS;
}

/* A segment that met TIME-WAIT long after the one before either made the timer rise by as much, or
 * not at all; one that came too soon may be all that made it rise. */
static bool restart_seen(const struct stage *stage, const struct watch *watch, int64_t risen_ns)
{
	if (!watch->tw_met)
		return risen_ns > restart_shows_ns(stage);
	return watch->tw_apart_ns > restart_shows_ns(stage) && risen_ns > watch->tw_apart_ns / 2;
}

/* When the kernel's tables were read: between these two. */
struct moment {
	int64_t asked_ns, now_ns;
};

/* TIME-WAIT's begin, the restarts of its timer, and its end. What runs between the reading and a
 * look at the clock would be taken for the timer's rise, so times of asking are compared. */
static void note_time_wait(struct stage *stage, struct watch *watch, const struct sock_seen *before,
			   const struct moment *moment)
{
	int64_t now_ns = moment->now_ns;
	bool was = before->state == STATE_TIME_WAIT && before->minisock;
	bool is = watch->seen.state == STATE_TIME_WAIT && watch->seen.minisock;
	int64_t left_ns = before->timer_ns - (moment->asked_ns - watch->looked_ns);

	if (is && !was) {
		watch->time_wait = true;
		watch->tw_timer_ns = watch->seen.timer_ns;
		watch->tw_begin_ns = watch->tw_start_ns = watch->tw_met_ns = now_ns;
		watch->tw_end = (struct instant){0};
	} else if (is &&
		   restart_seen(stage, watch, watch->seen.timer_ns - (left_ns > 0 ? left_ns : 0))) {
		watch->tw_restarts++;
		watch->tw_start_ns = now_ns;
	} else if (was && !is) {
		watch->tw_end = ended(stage, watch, now_ns);
	}
	watch->tw_met = false;
}

static void note_met(struct watch *watch, const struct segment *seg, int64_t came_ns)
{
	watch->met_ns = came_ns;
	watch->met_seq = seg->seq;
	watch->met_ack = seg->ack;
	watch->met_flags = seg->flags;
}

static bool met_alike(const struct watch *watch, const struct segment *seg)
{
	return watch->met_seq == seg->seq && watch->met_ack == seg->ack &&
	       watch->met_flags == seg->flags;
}

/* Of several that came before the look that found no socket, nobody knows which one ended it; but
 * of two that are alike it was not the second. */
static void note_stray(struct watch *watch, const struct segment *seg, int64_t came_ns)
{
	bool is_stray = !(seg->flags & (TCP_RST | TCP_SYN));

	if (came_ns > watch->missed_ns || (watch->met_ns && met_alike(watch, seg)))
		watch->strays += is_stray;
	else if (watch->met_ns)
		watch->maybe_strays += is_stray;
	if (came_ns <= watch->missed_ns)
		note_met(watch, seg, came_ns); /* the first one: it was this */
}

void watch_met(const struct stage *stage, struct end *end, const struct segment *seg,
	       int64_t came_ns)
{
	struct watch *watch = &end->watch;
	int64_t now_ns = clock_now_ns();

	if (watch->path.len && watch->seen.state == STATE_NONE)
		note_stray(watch, seg, came_ns);
	else
		note_met(watch, seg, came_ns < now_ns ? came_ns : now_ns);
	if (seg->flags & (TCP_RST | TCP_SYN))
		return;
	if (watch->seen.state != STATE_TIME_WAIT || !watch->seen.minisock)
		return;
	watch->tw_met = true;
	watch->tw_apart_ns = now_ns - watch->tw_met_ns;
	watch->tw_segments += watch->tw_apart_ns > restart_shows_ns(stage);
	watch->tw_met_ns = now_ns;
}

/* One end is in this state now. */
static void note_seen(struct stage *stage, struct end *end, const struct sock_seen *seen,
		      uint32_t after, const struct moment *moment)
{
	struct watch *watch = &end->watch;
	struct sock_seen before = watch->seen;

	watch->seen = *seen;
	if (seen->minisock && (!before.minisock || before.state != seen->state))
		watch->armed_ns = seen->timer_ns;
	note_time_wait(stage, watch, &before, moment);
	note_life(stage, watch, &before, moment->now_ns);
	if (seen->state == STATE_FIN_WAIT_2 && seen->minisock)
		watch->fin_wait_2 = true;
	if (before.state != seen->state || before.minisock != seen->minisock)
		note_path(stage, end, after, moment->now_ns);
	watch->looked_ns = moment->asked_ns;
	watch->gave_up = false;
}

/* Whose socket this is: the incarnation's that was seen to have it, or the newest one's. */
static struct end *seen_owner(struct end *newest, const struct sock_seen *seen)
{
	for (struct end *end = newest; end; end = end->previous) {
		const struct watch *watch = &end->watch;

		if (watch->seen.state != STATE_NONE && watch->seen.cookie == seen->cookie)
			return end;
	}
	return newest;
}

/* What was seen under an end's four-tuple, told to each of its incarnations. */
static void note_look(struct stage *stage, struct end *end, const struct sock_seen *seen,
		      uint32_t after, const struct moment *moment)
{
	static const struct sock_seen nothing = {.timer_ns = -1};
	struct end *newest = end, *owner;

	while (newest->next)
		newest = newest->next;
	owner = seen_owner(newest, seen);
	for (struct end *one = newest; one; one = one->previous)
		note_seen(stage, one, one == owner ? seen : &nothing, after, moment);
}

/* Ask for n ends of one host by one question. */
static int look(struct stage *stage, struct end *const *ends, size_t n, const struct tuple *tuples,
		struct sock_seen *seen, uint32_t after, struct err *err)
{
	struct moment moment = {.asked_ns = clock_now_ns()};
	int r = diag_look(stage->lab.hosts[ends[0]->host].diag, tuples, n, seen, err);

	if (r < 0)
		return r;
	moment.now_ns = clock_now_ns();
	for (size_t i = 0; i < n; i++)
		note_look(stage, ends[i], &seen[i], after, &moment);
	return 0;
}

int watch_end(struct stage *stage, struct end *end, uint32_t after, struct err *err)
{
	struct sock_seen seen;

	return end_has_socket(end) ? look(stage, &end, 1, &end->tuple, &seen, after, err) : 0;
}

int watch_ends(struct stage *stage, struct end *const *ends, size_t n, struct err *err)
{
	_cleanup_free_ struct tuple *tuples = mem_zalloc(n * sizeof(*tuples));
	_cleanup_free_ struct sock_seen *seen = mem_zalloc(n * sizeof(*seen));

	for (size_t i = 0; i < n; i++)
		tuples[i] = ends[i]->tuple;
	return look(stage, ends, n, tuples, seen, LOG_NONE, err);
}

int watch_left_behind(struct stage *stage, struct end *end, struct err *err)
{
	struct end *next = end->next;
	int r;

	end->next = NULL; /* whatever is there is not the next one's: no segment has reached it */
	r = watch_end(stage, end, LOG_NONE, err);
	end->next = next;
	return r;
}

int watch_conn(struct stage *stage, struct conn *conn, uint32_t after, struct err *err)
{
	int r = watch_end(stage, &conn->ends[SIDE_CLIENT], after, err);

	return r ? r : watch_end(stage, &conn->ends[SIDE_SERVER], after, err);
}

struct state_wait {
	const struct end *end;
	unsigned states;
	int64_t restarted_ns;
};

static bool state_in(const struct end *end, unsigned states)
{
	return states >> end->watch.seen.state & 1;
}

/* Reached, or TIME-WAIT's timer was started again, so that the next look has moved. */
static bool state_moved(struct stage *stage, void *arg)
{
	const struct state_wait *wait = arg;

	(void)stage;
	return state_in(wait->end, wait->states) ||
	       wait->end->watch.tw_start_ns != wait->restarted_ns;
}

/*
 * When to look again before a tick: ever nearer to it, the last time just before. Hundreds of
 * TIME_WAITs may end by one tick, and then the looks of all of them come late; one that was early
 * enough still bounds the end.
 */
static int64_t look_before_ns(int64_t tick_ns, int64_t near_ns, int64_t now_ns)
{
	int64_t left_ns = tick_ns - now_ns;

	if (left_ns > WATCH_END_NS_MAX)
		return tick_ns - WATCH_END_NS_MAX;
	if (left_ns > 4 * near_ns)
		return now_ns + left_ns / 2;
	return tick_ns - near_ns;
}

/*
 * When to look again: at a minisock before and just after each tick of the wheel that may end it
 * (two, where its timer is read too near a tick to say which); at another socket just before its
 * timer runs out and when it has.
 */
static int64_t next_look_ns(const struct stage *stage, const struct watch *watch,
			    int64_t expires_ns, int64_t now_ns)
{
	int64_t near_ns = jiffies_ns(stage, 2);
	unsigned hz = stage->options->features->hz;

	if (!watch->seen.minisock) {
		if (watch->seen.timer_ns < 0)
			return LOOP_FOREVER;
		if (watch->seen.timer_ns > 2 * near_ns)
			return now_ns + watch->seen.timer_ns - near_ns;
		return now_ns + watch->seen.timer_ns + near_ns;
	}
	for (int64_t nominal_ns = expires_ns - near_ns; nominal_ns <= expires_ns + near_ns;
	     nominal_ns += 2 * near_ns) {
		int64_t tick_ns = jiffies_wheel_end_ns(&stage->lab.bench->jiffies, hz, nominal_ns,
						       watch->armed_ns);

		if (now_ns < tick_ns - near_ns)
			return look_before_ns(tick_ns, near_ns, now_ns);
		if (now_ns < tick_ns + near_ns)
			return tick_ns + near_ns;
	}
	/* The kernel is later than its wheel says: another CPU's timer base lags. */
	return now_ns + wheel_slack_ns(watch->armed_ns, hz) / 8 + near_ns;
}

static int look_until(struct stage *stage, struct end *end, unsigned states, int64_t deadline_ns,
		      struct err *err)
{
	struct watch *watch = &end->watch;
	int64_t expires_ns = 0, started_ns = -1;

	for (;;) {
		struct state_wait wait = {.end = end, .states = states};
		int64_t next_ns, now_ns;
		int r = watch_end(stage, end, LOG_NONE, err);

		if (r < 0)
			return r;
		if (state_in(end, states)) {
			/* The tick may have ended others' too, who are yet to look. */
			sched_yield();
			return 1;
		}
		now_ns = clock_now_ns();
		if (now_ns >= deadline_ns)
			return 0;
		/* Read once for each start: at its end the timer says 0 until the tick comes. */
		if (watch->seen.minisock && started_ns != watch->tw_start_ns) {
			started_ns = watch->tw_start_ns;
			expires_ns = watch->looked_ns + watch->seen.timer_ns;
		}
		wait.restarted_ns = watch->tw_start_ns;
		next_ns = next_look_ns(stage, watch, expires_ns, now_ns);
		r = loop_wait(stage, state_moved, &wait,
			      next_ns < deadline_ns ? next_ns : deadline_ns, err);
		if (r < 0)
			return r;
	}
}

int watch_until(struct stage *stage, struct end *end, unsigned states, int64_t deadline_ns,
		struct err *err)
{
	bool to_end = states & (1U << STATE_CLOSED);
	int ret;

	end->watch.end_awaited = to_end && !(states & (1U << STATE_TIME_WAIT));
	if (to_end)
		states |= 1U << STATE_NONE;
	ret = look_until(stage, end, states, deadline_ns, err);
	end->watch.end_awaited = false;
	return ret;
}
