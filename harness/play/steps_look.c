// SPDX-License-Identifier: GPL-2.0-or-later
/* steps_look: owns the steps that wait, look, count, and turn knobs in the middle of a play. */
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/file.h"
#include "lab/jiffies.h"
#include "play/loop.h"
#include "play/program.h"
#include "play/stage.h"
#include "play/sticky.h"
#include "play/turn.h"
#include "play/watch.h"
#include "lab/sysctl.h"
#include "scenario/words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOCKSTAT_SIZE_MAX 4096

int step_wait(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	(void)step;
	return loop_wait(stage, NULL, NULL, clock_now_ns() + args[WAIT_FOR].number, err);
}

/* Some of the kernel's rules go by minutes or seconds of its own count: SYN cookies by
 * tcp_cookie_time(), the age of a timestamp by a 1 Hz clock up to 6.13. */
int step_phase(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	int64_t clear_ns = args[PHASE_CLEAR].number, now_ns = clock_now_ns();
	int64_t next_ns = jiffies_next_ns(&stage->lab.bench->jiffies, stage->options->features->hz,
					  args[PHASE_OF].number, now_ns);

	(void)step;
	if (next_ns - now_ns >= clear_ns)
		return 0;
	/* Past it by more than the map's error. */
	return loop_wait(stage, NULL, NULL,
			 next_ns + stage->lab.bench->jiffies.error_ns + 10 * NS_PER_MS, err);
}

/* The state that a word of the grammar's table names. */
static enum tcp_state word_state(const struct step *step, size_t arg, const struct argval *args)
{
	enum tcp_state state = STATE_NONE;

	state_parse(step->spec->args[arg].words[args[arg].number], &state);
	return state;
}

int step_await(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	struct conn *conn = stage_conn(stage, args[AWAIT_VIA].name);
	enum tcp_state state = word_state(step, AWAIT_STATE, args);
	unsigned states = 1U << (state == STATE_NONE ? STATE_CLOSED : state);
	struct end *end;
	int r;

	if (!conn || !conn->ends[SIDE_CLIENT].tuple.local_port)
		return 0;
	end = &conn->ends[args[AWAIT_AT].number];
	r = watch_until(stage, end, states, clock_now_ns() + args[AWAIT_WITHIN].number, err);
	if (!r)
		stage_missed(stage, step, "%s is %s at the %s, not %s", conn->name,
			     state_name(end->watch.seen.state), host_names[end->host],
			     step->spec->args[AWAIT_STATE].words[args[AWAIT_STATE].number]);
	return r < 0 ? r : 0;
}

struct hear {
	const struct end *end;
	bool error;
};

static bool heard(struct stage *stage, void *arg)
{
	const struct hear *hear = arg;

	(void)stage;
	return hear->end->error || (!hear->error && hear->end->eof);
}

/* A state in the kernel's tables is there before the socket tells of it. */
int step_hear(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct conn *conn = stage_conn(stage, args[HEAR_VIA].name);
	struct hear hear = {.error = args[HEAR_WHAT].number == HEAR_ERROR};
	int r;

	if (!conn || !conn_is_open(conn))
		return 0;
	hear.end = &conn->ends[args[HEAR_AT].number];
	r = loop_wait(stage, heard, &hear, clock_now_ns() + args[HEAR_WITHIN].number, err);
	if (!r)
		stage_missed(stage, step, "the %s of %s has heard of no %s",
			     host_names[hear.end->host], conn->name, hear.error ? "error" : "end");
	return r < 0 ? r : 0;
}

int step_look(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct conn *conn = stage_conn(stage, args[LOOK_VIA].name);
	const char *name = args[LOOK_AS].name->name;
	const struct sock_seen none = {.timer_ns = -1};
	const struct sock_seen *seen = &none;
	struct told told = {0};
	int r = 0;

	(void)step;
	if (conn) {
		struct end *end = &conn->ends[args[LOOK_AT].number];

		r = watch_end(stage, end, LOG_NONE, err);
		seen = &end->watch.seen;
		sticky_told(end->fd, &told);
	}
	stage_fact_word(stage, name, "state", state_name(seen->state));
	stage_fact_duration(stage, name, "timer",
			    seen->state && seen->timer_ns > 0 ? seen->timer_ns : 0);
	stage_fact_word(stage, name, "received_device", DEVICES[told.device]);
	stage_fact_number(stage, name, "received_hop_limit", told.hop_limit);
	stage_fact_number(stage, name, "received_traffic_class", told.traffic_class);
	stage_fact_number(stage, name, "received_label", told.label);
	return r;
}

int step_count(struct stage *stage, const struct step *step, const struct argval *args,
	       struct err *err)
{
	const struct diag_filter filter = {.state = word_state(step, COUNT_STATE, args)};
	size_t n = 0;
	int r = sockets_count(stage, args[COUNT_AT].number, &filter, &n, err);

	stage_fact_number(stage, args[COUNT_AS].name->name, "", n);
	return r;
}

/* The number behind "tw" in the line "TCP:". */
static int sockstat_read(struct stage *stage, enum host_id host, int64_t *ret, struct err *err)
{
	int r = lab_enter(&stage->lab, host, err);
	_cleanup_text_ struct text text = {0};
	const char *tw;

	if (r)
		return r;
	r = file_read("/proc/thread-self/net/sockstat", SOCKSTAT_SIZE_MAX, &text, err);
	lab_leave(&stage->lab);
	if (r)
		return r;
	tw = strstr(text_str(&text), "\nTCP: ");
	tw = tw ? strstr(tw, " tw ") : NULL;
	if (!tw)
		return err_set(err, EPROTO, "/proc/net/sockstat has no line of TCP");
	*ret = strtoll(tw + strlen(" tw "), NULL, 10);
	return 0;
}

int step_sockstat(struct stage *stage, const struct step *step, const struct argval *args,
		  struct err *err)
{
	int64_t n = 0;
	int r = sockstat_read(stage, args[SOCKSTAT_AT].number, &n, err);

	(void)step;
	stage_fact_number(stage, args[SOCKSTAT_AS].name->name, "", n);
	return r;
}

int step_kill(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	struct conn *conn = stage_conn(stage, args[KILL_VIA].name);
	struct end *end;
	int r;

	if (!conn || !conn->ends[SIDE_CLIENT].tuple.local_port)
		return 0;
	end = &conn->ends[args[KILL_AT].number];
	r = diag_destroy(stage->lab.hosts[end->host].diag, &end->tuple, err);
	if (r == -ENOENT) {
		stage_missed(stage, step, "%s has no socket at the %s to delete", conn->name,
			     host_names[end->host]);
		r = 0;
	}
	return r ? r : watch_end(stage, end, LOG_NONE, err);
}

int step_sysctl(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	const struct argval *as = &args[SYSCTL_AS];
	int r = lab_enter(&stage->lab, args[SYSCTL_AT].number, err);

	if (r)
		return r;
	r = turn_sysctl(stage, args[SYSCTL_NAME].text, args[SYSCTL_VALUE].text, err);
	lab_leave(&stage->lab);
	if (as->set && (!r || r == -EINVAL)) {
		stage_fact_word(stage, as->name->name, "", r ? "EINVAL" : "ok");
		return 0;
	}
	if (r && r != -ECANCELED)
		err_prefix(err, "line %d", step->at.line);
	return r;
}

int step_knob(struct stage *stage, const struct step *step, const struct argval *args,
	      struct err *err)
{
	int r = lab_enter(&stage->lab, args[KNOB_AT].number, err);
	bool present;

	(void)step;
	if (r)
		return r;
	present = sysctl_exists(args[KNOB_NAME].text);
	lab_leave(&stage->lab);
	stage_fact_word(stage, args[KNOB_AS].name->name, "", present ? "present" : "absent");
	return 0;
}

int step_ulimit(struct stage *stage, const struct step *step, const struct argval *args,
		struct err *err)
{
	if (!stage->nofile.rlim_cur && getrlimit(RLIMIT_NOFILE, &stage->nofile) < 0)
		return err_sys(err, "reading RLIMIT_NOFILE");
	if (descriptor_allow(args[ULIMIT_NOFILE].number, err) < 0)
		return err_prefix(err, "line %d", step->at.line);
	return 0;
}
