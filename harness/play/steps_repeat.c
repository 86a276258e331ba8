// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_repeat: owns the step that opens and closes many connections. */
#include "base/clock.h"
#include "base/mem.h"
#include "play/loop.h"
#include "play/stage.h"
#include "play/watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What became of the connections: counts, and the first failure. */
struct repeat {
	const struct step *step;
	const struct argval *args;
	int64_t ok, failed, retried;
	int error;
	const char *failed_at;
};

/* Some of the connections, which are open at the same time. */
struct batch {
	struct conn **of;
	unsigned first, n;
	enum side closer;
	struct conn_options options;
};

/* Is that over of a batch's connection which all of them are waited for? */
typedef bool over_fn(struct stage *stage, const struct batch *batch, struct conn *conn);

struct batch_wait {
	const struct batch *batch;
	over_fn *over;
	unsigned n;  /* of how many it was seen so far */
	bool looked; /* for all at once */
};

static void repeat_count(struct repeat *repeat, const struct conn *conn)
{
	const char *at = "connect";
	int error = conn->connect_result;

	if (conn_is_open(conn)) {
		repeat->ok++;
		return;
	}
	if (!conn->ends[SIDE_CLIENT].opened)
		at = "socket";
	else if (conn->bind_result > 0) {
		at = "bind";
		error = conn->bind_result;
	}
	if (!repeat->failed++) {
		repeat->failed_at = at;
		repeat->error = error == CALL_PENDING ? ETIMEDOUT : error;
	}
}

/* Those that begin within a second have it in common, and with it the setting of the loop's timer.
 */
static int64_t repeat_deadline_ns(void)
{
	return (clock_now_ns() / NS_PER_S + 11) * NS_PER_S;
}

static int batch_begin(struct stage *stage, const struct repeat *repeat, struct batch *batch,
		       struct err *err)
{
	const struct endpoint from = repeat->args[REPEAT_FROM].endpoint;
	int r = 0;

	for (unsigned i = 0; !r && i < batch->n; i++) {
		char name[32];

		if (from.port)
			batch->options.from.port = from.port + batch->first + i;
		snprintf(name, sizeof(name), "#%u", ++stage->anonymous);
		batch->of[i] = conn_new(stage, name, NULL);
		batch->of[i]->unlogged = !repeat->args[REPEAT_LOG].number;
		r = conn_begin(stage, batch->of[i], &batch->options, err);
	}
	return r;
}

static bool over_of_all(struct stage *stage, void *arg)
{
	struct batch_wait *wait = arg;

	while (wait->n < wait->batch->n && wait->over(stage, wait->batch, wait->batch->of[wait->n]))
		wait->n++;
	return wait->n == wait->batch->n;
}

/* For all at once: what the wire carries meanwhile goes together. */
static int batch_await(struct stage *stage, const struct batch *batch, over_fn *over,
		       struct err *err)
{
	struct batch_wait wait = {.batch = batch, .over = over};

	return loop_wait(stage, over_of_all, &wait, batch->options.deadline_ns, err);
}

static bool connect_over(struct stage *stage, const struct batch *batch, struct conn *conn)
{
	return !conn_awaited(stage, conn, &batch->options) || conn_connect_over(stage, conn);
}

static int batch_open(struct stage *stage, struct repeat *repeat, struct batch *batch,
		      struct err *err)
{
	int r = batch_begin(stage, repeat, batch, err);

	if (!r)
		r = batch_await(stage, batch, connect_over, err);
	for (unsigned i = 0; r >= 0 && i < batch->n; i++)
		repeat_count(repeat, batch->of[i]);
	return r < 0 ? r : 0;
}

static struct end *closes_second(const struct batch *batch, struct conn *conn)
{
	return conn_peer(&conn->ends[batch->closer]);
}

static bool first_close_over(struct stage *stage, const struct batch *batch, struct conn *conn)
{
	return !conn_is_open(conn) || end_read_over(stage, closes_second(batch, conn));
}

static int batch_close(struct stage *stage, const struct batch *batch, struct err *err)
{
	const struct close_options plain = {0};
	int r = 0;

	for (unsigned i = 0; !r && i < batch->n; i++) {
		if (conn_is_open(batch->of[i]))
			r = conn_close_first(stage, batch->of[i], batch->closer, &plain, err);
	}
	if (r || batch->closer == SIDE_BOTH)
		return r;
	r = batch_await(stage, batch, first_close_over, err);
	for (unsigned i = 0; r >= 0 && i < batch->n; i++) {
		if (conn_is_open(batch->of[i]))
			r = end_close(stage, closes_second(batch, batch->of[i]), &plain, err);
	}
	return r < 0 ? r : 0;
}

/* Most have closed by now, and one question tells of all. */
static void batch_look(struct stage *stage, const struct batch *batch, enum side side)
{
	_cleanup_free_ struct end **ends = mem_zalloc(batch->n * sizeof(struct end *));
	size_t n = 0;

	for (unsigned i = 0; i < batch->n; i++) {
		struct conn *conn = batch->of[i];

		if (conn_is_open(conn) && !conn->watched && end_has_socket(&conn->ends[side]))
			ends[n++] = &conn->ends[side];
	}
	if (n && !stage->failure.code)
		watch_ends(stage, ends, n, &stage->failure);
}

/* One whose states are looked up anyway, for a named one's sake, is waited for alone. */
static bool close_over(struct stage *stage, const struct batch *batch, struct conn *conn)
{
	(void)batch;
	return !conn_is_open(conn) || conn->watched || conn_settled(stage, conn);
}

/* What the wire had to carry is carried when this is asked first. */
static bool all_closed(struct stage *stage, void *arg)
{
	struct batch_wait *wait = arg;

	if (!wait->looked) {
		batch_look(stage, wait->batch, SIDE_CLIENT);
		batch_look(stage, wait->batch, SIDE_SERVER);
		wait->looked = true;
	}
	return over_of_all(stage, wait);
}

/* Until nothing of them is left but TIME-WAIT. */
static int batch_settle(struct stage *stage, struct repeat *repeat, const struct batch *batch,
			struct err *err)
{
	struct batch_wait wait = {.batch = batch, .over = close_over};
	int r = loop_wait(stage, all_closed, &wait, batch->options.deadline_ns, err);

	for (unsigned i = 0; r >= 0 && i < batch->n; i++) {
		struct conn *conn = batch->of[i];

		r = conn_is_open(conn) && conn->watched
			    ? conn_settle(stage, conn, batch->options.deadline_ns, err)
			    : close_over(stage, batch, conn);
		if (!r)
			stage_missed(stage, repeat->step, "connection %u of it did not close",
				     batch->first + i + 1);
	}
	return r < 0 ? r : 0;
}

/* A refused socket holds its descriptor, and a bound one its port. */
static int batch_end(struct stage *stage, struct repeat *repeat, const struct batch *batch,
		     struct err *err)
{
	const struct close_options plain = {0};
	int r = 0;

	for (unsigned i = 0; !r && i < batch->n; i++) {
		struct end *ends = batch->of[i]->ends;

		r = end_close(stage, &ends[SIDE_CLIENT], &plain, err);
		if (!r)
			r = end_close(stage, &ends[SIDE_SERVER], &plain, err);
		repeat->retried += ends[SIDE_CLIENT].flow.syns > 1;
	}
	return r;
}

static int batch_play(struct stage *stage, struct repeat *repeat, struct batch *batch,
		      struct err *err)
{
	int r = batch_open(stage, repeat, batch, err);

	if (!r)
		r = batch_close(stage, batch, err);
	if (!r)
		r = batch_settle(stage, repeat, batch, err);
	return r ? r : batch_end(stage, repeat, batch, err);
}

static int repeat_all(struct stage *stage, struct repeat *repeat, struct err *err)
{
	const struct argval *args = repeat->args;
	unsigned times = args[REPEAT_TIMES].number, at_once = args[REPEAT_AT_ONCE].number;
	_cleanup_free_ struct conn **room = mem_zalloc(at_once * sizeof(*room));
	int r = 0;

	for (unsigned n = 0; !r && n < times; n += at_once) {
		struct batch batch = {
			.of = room,
			.first = n,
			.n = times - n < at_once ? times - n : at_once,
			.closer = args[REPEAT_CLOSER].number,
			.options =
				{
					.from = args[REPEAT_FROM].endpoint,
					.to = args[REPEAT_TO].endpoint,
					.reuseaddr = args[REPEAT_REUSEADDR].number,
					.no_port = args[REPEAT_NO_PORT].number,
					.no_data = true,
					.deadline_ns = repeat_deadline_ns(),
				},
		};

		r = batch_play(stage, repeat, &batch, err);
	}
	return r;
}

int step_repeat(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	struct repeat repeat = {.step = step, .args = args, .failed_at = "none"};
	const char *name = args[REPEAT_AS].name->name;
	int r = lab_stay(&stage->lab, args[REPEAT_FROM].endpoint.host, err);

	if (!r)
		r = repeat_all(stage, &repeat, err);
	lab_return(&stage->lab);
	stage_fact_number(stage, name, "ok", repeat.ok);
	stage_fact_number(stage, name, "failed", repeat.failed);
	stage_fact_number(stage, name, "retried", repeat.retried);
	stage_fact_word(stage, name, "error",
			repeat.error ? strerrorname_np(repeat.error) : "none");
	stage_fact_word(stage, name, "failed_at", repeat.failed_at);
	return r;
}
