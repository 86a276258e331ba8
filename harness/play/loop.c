// SPDX-License-Identifier: GPL-2.0-or-later
/* loop: owns the epoll descriptor, the one timer, and the measure of the machine's noise. */
#include "play/loop.h"
#include "base/clock.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_MAX 64
/* A wait longer than this is one in which the cell leaves the processors to others. Most of a
 * short cell is waits of 50 to 250 ms: while those kept their places, two processors idled for 65 %
 * of the time. */
#define LOOP_LONG_NS (30 * NS_PER_MS)

static void wire_ready(struct stage *stage, struct source *source, uint32_t events)
{
	(void)source;
	(void)events;
	stage->wire_ready = true;
}

static void note_noise(struct stage *stage, int64_t late_ns)
{
	if (late_ns > stage->noise_ns)
		stage->noise_ns = late_ns;
}

void loop_worked(struct stage *stage)
{
	stage->woken_ns = clock_now_ns();
}

static void timer_ready(struct stage *stage, struct source *source, uint32_t events)
{
	uint64_t expirations;

	(void)source;
	(void)events;
	if (read(stage->timer_fd, &expirations, sizeof(expirations)) != sizeof(expirations))
		return;
	note_noise(stage, stage->woken_ns - stage->timer_ns);
	stage->timer_ns = LOOP_FOREVER;
}

static struct source wire_source = {.ready = wire_ready};
static struct source timer_source = {.ready = timer_ready};

int loop_watch_tap(struct stage *stage, size_t port, struct err *err)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = &wire_source};

	if (epoll_ctl(stage->epoll_fd, EPOLL_CTL_ADD, stage->wire.ports[port].tap.fd, &event) < 0)
		return err_sys(err, "watching what comes to a host");
	return 0;
}

int loop_open(struct stage *stage, struct err *err)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = &wire_source};
	struct epoll_event timer = {.events = EPOLLIN, .data.ptr = &timer_source};
	int r = 0;

	stage->timer_ns = LOOP_FOREVER;
	stage->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	stage->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (stage->epoll_fd < 0 || stage->timer_fd < 0)
		return err_sys(err, "making the loop's descriptors");
	if (epoll_ctl(stage->epoll_fd, EPOLL_CTL_ADD, stage->timer_fd, &timer) < 0 ||
	    epoll_ctl(stage->epoll_fd, EPOLL_CTL_ADD, stage->wire.fd, &event) < 0)
		return err_sys(err, "watching the wire");
	for (size_t i = 0; !r && i < stage->wire.n_ports; i++) {
		if (tap_is_open(&stage->wire.ports[i].tap))
			r = loop_watch_tap(stage, i, err);
	}
	return r;
}

void loop_close(struct stage *stage)
{
	if (stage->timer_fd >= 0)
		close(stage->timer_fd);
	if (stage->epoll_fd >= 0)
		close(stage->epoll_fd);
	stage->timer_fd = stage->epoll_fd = -1;
}

int loop_add(struct stage *stage, struct source *source, uint32_t events, struct err *err)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	if (epoll_ctl(stage->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) < 0)
		return err_sys(err, "watching a socket");
	return 0;
}

void loop_remove(struct stage *stage, struct source *source)
{
	epoll_ctl(stage->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
}

static void tell_waits(struct stage *stage, bool waits)
{
	if (stage->waits == waits)
		return;
	stage->waits = waits;
	if (stage->options->watch.waiting)
		stage->options->watch.waiting(stage->options->watch.ctx, waits);
}

/* Have the timer end the next sleep at next_ns. What it is set to already is left. */
static int timer_set(struct stage *stage, int64_t next_ns, struct err *err)
{
	struct itimerspec at = {0};

	if (next_ns == stage->timer_ns)
		return 0;
	if (next_ns != LOOP_FOREVER) {
		at.it_value.tv_sec = next_ns / NS_PER_S;
		at.it_value.tv_nsec = next_ns % NS_PER_S;
	}
	if (timerfd_settime(stage->timer_fd, TFD_TIMER_ABSTIME, &at, NULL) < 0)
		return err_sys(err, "setting the loop's timer");
	stage->timer_ns = next_ns;
	return 0;
}

static int64_t sleep_end_ns(const struct stage *stage, int64_t next_ns)
{
	if (!stage->on_grid || next_ns == LOOP_FOREVER)
		return next_ns;
	return (next_ns + LOOP_GRID_NS / 2 - 1) / LOOP_GRID_NS * LOOP_GRID_NS + LOOP_GRID_NS / 2;
}

/* How often it is late where that is wanted. */
#define LATE_ONE_IN 4

/* It sleeps, and the kernel does not: what has come by then waits, and all that waits is late. */
void loop_be_late(struct stage *stage)
{
	int64_t late_ns = stage->options->late_ns * random_unit(&stage->luck) * LATE_ONE_IN;

	if (late_ns && late_ns <= stage->options->late_ns)
		clock_sleep_until(clock_now_ns() + late_ns);
}

/* Sleep until an event or next_ns. Returns the number of events. What lay between two sleeps was at
 * work, or wanted to be. */
static int loop_sleep(struct stage *stage, struct epoll_event *events, int64_t next_ns,
		      struct err *err)
{
	int64_t now_ns = clock_now_ns();
	int n, r;

	note_noise(stage, now_ns - stage->woken_ns);
	r = timer_set(stage, sleep_end_ns(stage, next_ns), err);
	if (r)
		return r;
	if (next_ns == LOOP_FOREVER || next_ns - now_ns >= LOOP_LONG_NS)
		tell_waits(stage, true);
	do {
		n = epoll_wait(stage->epoll_fd, events, EVENTS_MAX, -1);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, "waiting for the wire");
	stage->woken_ns = clock_now_ns();
	tell_waits(stage, false);
	loop_be_late(stage);
	return n;
}

/* What failed inside a hook. */
static int stage_failed(const struct stage *stage, struct err *err)
{
	if (!stage->failure.code)
		return 0;
	*err = stage->failure;
	return -err->code;
}

/* After a sleep the wire is read only where that was told to be worth it. */
static int loop_turn(struct stage *stage, struct err *err)
{
	int r = wire_pump(&stage->wire, stage->wire_ready, err);

	return r ? r : stage_failed(stage, err);
}

static void dispatch(struct stage *stage, const struct epoll_event *events, int n)
{
	for (int i = 0; i < n; i++) {
		struct source *source = events[i].data.ptr;

		source->ready(stage, source, events[i].events);
	}
}

int loop_catch_up(struct stage *stage, struct err *err)
{
	struct epoll_event events[EVENTS_MAX];
	int n, r = wire_watch(&stage->wire, err);

	if (!r)
		r = wire_read(&stage->wire, err);
	if (!r)
		r = wire_check(&stage->wire, err);
	if (r)
		return r;
	do {
		n = epoll_wait(stage->epoll_fd, events, EVENTS_MAX, 0);
		if (n < 0)
			return err_sys(err, "looking at the sockets");
		dispatch(stage, events, n);
	} while (n == EVENTS_MAX);
	return stage_failed(stage, err);
}

int loop_wait(struct stage *stage, condition_fn *cond, void *arg, int64_t deadline_ns,
	      struct err *err)
{
	struct epoll_event events[EVENTS_MAX];

	stage->wire_ready = true;
	for (;;) {
		int64_t next_ns = deadline_ns, now_ns;
		int n, r = loop_turn(stage, err);

		if (r < 0)
			return r;
		if (cond && cond(stage, arg))
			return 1;
		now_ns = clock_now_ns();
		if (now_ns >= deadline_ns)
			return 0;
		if (wire_due_ns(&stage->wire) < next_ns)
			next_ns = wire_due_ns(&stage->wire);
		if (next_ns <= now_ns) {
			stage->wire_ready = true;
			continue;
		}
		n = loop_sleep(stage, events, next_ns, err);
		if (n < 0)
			return n;
		stage->wire_ready = n == EVENTS_MAX;
		dispatch(stage, events, n);
	}
}
