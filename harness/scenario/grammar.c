// SPDX-License-Identifier: GPL-2.0-or-later
/* grammar: owns the tables of steps and facts; adding one is one row here and one function in play.
 */
#include "scenario/grammar.h"
#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

#define WORDS(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define STATES                                                                                     \
	WORDS("closed", "established", "syn-sent", "syn-recv", "fin-wait-1", "fin-wait-2",         \
	      "time-wait", "close-wait", "last-ack", "listen", "closing")
#define SEGMENTS WORDS("any", "syn", "syn-ack", "fin", "rst", "ack", "final-ack", "data")

/* The arguments that hold, copy, drop, duplicate and delay share: which segments are meant. */
#define VERB_ARGS                                                                                  \
	{.name = "of",                                                                             \
	 .type = ARG_REF,                                                                          \
	 .class = NAME_CONN,                                                                       \
	 .forward = true,                                                                          \
	 .what = "only this connection's segments"},                                               \
		{.name = "from", .type = ARG_SIDE, .what = "only segments that this end sent"},    \
		{.name = "segment",                                                                \
		 .type = ARG_WORD,                                                                 \
		 .words = SEGMENTS,                                                                \
		 .preset = "any",                                                                  \
		 .what = "what kind of segment; final-ack is the pure ACK of the last FIN"},       \
		{.name = "data",                                                                   \
		 .type = ARG_NUMBER,                                                               \
		 .min = 1,                                                                         \
		 .max = 100000,                                                                    \
		 .what = "the n-th segment that `send` wrote into this stream"},                   \
		{.name = "transmission",                                                           \
		 .type = ARG_NUMBER,                                                               \
		 .min = 1,                                                                         \
		 .max = 1000,                                                                      \
		 .what = "only its n-th transmission, from 1"},                                    \
		{.name = "times",                                                                  \
		 .type = ARG_NUMBER,                                                               \
		 .min = 0,                                                                         \
		 .max = 100000,                                                                    \
		 .preset = "1",                                                                    \
		 .what = "how many segments it may take; 0 takes none"},                           \
	{                                                                                          \
		.name = "filter", .type = ARG_FILTER,                                              \
		.what = "a pcap filter of numbers and keywords, in addition to the above"          \
	}

#define VIA                                                                                        \
	{                                                                                          \
		.name = "via", .type = ARG_REF, .class = NAME_CONN, .required = true,              \
		.what = "the connection"                                                           \
	}
#define AT_SIDE                                                                                    \
	{                                                                                          \
		.name = "at", .type = ARG_SIDE, .required = true, .what = "which end of it"        \
	}
#define WITHIN(preset_)                                                                            \
	{                                                                                          \
		.name = "within", .type = ARG_DURATION, .min = 0, .max = 600 * NS_PER_S,           \
		.preset = preset_, .what = "the bound of the wait"                                 \
	}

const struct step_spec step_specs[N_STEP_KINDS] = {
	[STEP_LISTEN] =
		{.kind = STEP_LISTEN,
		 .name = "listen",
		 .what = "Bind a socket and listen; connections are accepted as they come",
		 .scalar = LISTEN_AT,
		 .args = {[LISTEN_AT] = {.name = "at",
					 .type = ARG_ENDPOINT,
					 .required = true,
					 .what = "HOST[.ADDRESS]:PORT"},
			  [LISTEN_AS] = {.name = "as",
					 .type = ARG_DEFINE,
					 .class = NAME_LISTENER,
					 .what = "a name; without one a refused bind is an error"},
			  [LISTEN_REUSEADDR] = {.name = "reuseaddr",
						.type = ARG_BOOL,
						.preset = "no",
						.what = "SO_REUSEADDR"},
			  [LISTEN_REUSEPORT] = {.name = "reuseport",
						.type = ARG_BOOL,
						.preset = "no",
						.what = "SO_REUSEPORT"},
			  [LISTEN_BACKLOG] = {.name = "backlog",
					      .type = ARG_NUMBER,
					      .max = 4096,
					      .preset = "128",
					      .what = "listen(2)'s backlog"},
			  [LISTEN_ACCEPT] = {.name = "accept",
					     .type = ARG_BOOL,
					     .preset = "yes",
					     .what = "accept connections as they come"}}},
	[STEP_UNLISTEN] = {.kind = STEP_UNLISTEN,
			   .name = "unlisten",
			   .what = "Close a listening socket",
			   .scalar = UNLISTEN_AT,
			   .args = {[UNLISTEN_AT] = {.name = "at",
						     .type = ARG_REF,
						     .class = NAME_LISTENER,
						     .required = true,
						     .what = "the listener's name"}}},
	[STEP_CONNECT] =
		{.kind = STEP_CONNECT,
		 .name = "connect",
		 .what = "Open a connection and wait until it is established on both ends, or "
			 "refused",
		 .scalar = -1,
		 .args = {[CONNECT_AS] = {.name = "as",
					  .type = ARG_DEFINE,
					  .class = NAME_CONN,
					  .required = true,
					  .what = "the incarnation's name"},
			  [CONNECT_FROM] =
				  {.name = "from",
				   .type = ARG_ENDPOINT,
				   .required = true,
				   .what = "HOST[.ADDRESS] lets connect() choose the port; "
					   ":0 lets bind() choose it; :PORT binds it"},
			  [CONNECT_TO] = {.name = "to",
					  .type = ARG_ENDPOINT,
					  .required = true,
					  .what = "HOST[.ADDRESS]:PORT"},
			  [CONNECT_REUSEADDR] = {.name = "reuseaddr",
						 .type = ARG_BOOL,
						 .preset = "no",
						 .what = "SO_REUSEADDR before bind()"},
			  [CONNECT_REUSEPORT] = {.name = "reuseport",
						 .type = ARG_BOOL,
						 .preset = "no",
						 .what = "SO_REUSEPORT before bind()"},
			  [CONNECT_NO_PORT] = {.name = "no-port",
					       .type = ARG_BOOL,
					       .preset = "no",
					       .what = "IP_BIND_ADDRESS_NO_PORT"},
			  [CONNECT_ISN] =
				  {.name = "isn",
				   .type = ARG_WORD_OR_NUMBER,
				   .words = WORDS("clock", "same"),
				   .min =
					   0,
				   .max =
					   UINT32_MAX,
				   .preset = "clock",
				   .what = "the SYN's sequence number (by TCP_REPAIR); `same`: "
					   "as the incarnation before; `clock`: the kernel's"},
			  [CONNECT_WITHIN] = WITHIN("10s")}},
	[STEP_REPEAT] = {.kind = STEP_REPEAT,
			 .name = "repeat",
			 .what = "Open and close one connection after the other",
			 .scalar = -1,
			 .args = {[REPEAT_AS] = {.name = "as",
						 .type = ARG_DEFINE,
						 .class = NAME_REPEAT,
						 .required = true,
						 .what = "a name"},
				  [REPEAT_TIMES] = {.name = "times",
						    .type = ARG_NUMBER,
						    .required = true,
						    .min = 1,
						    .max = 70000,
						    .what = "how many"},
				  [REPEAT_FROM] = {.name = "from",
						   .type = ARG_ENDPOINT,
						   .required = true,
						   .what = "as in connect; a fixed port counts up"},
				  [REPEAT_TO] = {.name = "to",
						 .type = ARG_ENDPOINT,
						 .required = true,
						 .what = "HOST[.ADDRESS]:PORT"},
				  [REPEAT_CLOSER] = {.name = "closer",
						     .type = ARG_SIDE,
						     .preset = "client",
						     .what = "which end closes first"},
				  [REPEAT_REUSEADDR] = {.name = "reuseaddr",
							.type = ARG_BOOL,
							.preset = "no",
							.what = "SO_REUSEADDR"},
				  [REPEAT_NO_PORT] = {.name = "no-port",
						      .type = ARG_BOOL,
						      .preset = "no",
						      .what = "IP_BIND_ADDRESS_NO_PORT"}}},
	[STEP_SEND] = {.kind = STEP_SEND,
		       .name = "send",
		       .what = "Write segments into a stream, one write each, Nagle off",
		       .scalar = -1,
		       .args = {[SEND_VIA] = VIA,
				[SEND_FROM] = {.name = "from",
					       .type = ARG_SIDE,
					       .required = true,
					       .what = "who writes"},
				[SEND_SEGMENTS] = {.name = "segments",
						   .type = ARG_NUMBER,
						   .min = 1,
						   .max = 1000,
						   .preset = "1",
						   .what = "how many"},
				[SEND_SIZE] = {.name = "size",
					       .type = ARG_NUMBER,
					       .min = 1,
					       .max = 1400,
					       .preset = "100",
					       .what = "bytes of each"},
				[SEND_UNTIL] = {.name = "until",
						.type = ARG_WORD,
						.words = WORDS("sent", "acked", "delivered"),
						.preset = "delivered",
						.what = "what ends the step"},
				[SEND_WITHIN] = WITHIN("5s")}},
	[STEP_SHUTDOWN] = {.kind = STEP_SHUTDOWN,
			   .name = "shutdown",
			   .what = "shutdown(2) one end; its descriptor stays open",
			   .scalar = -1,
			   .args = {[SHUTDOWN_VIA] = VIA,
				    [SHUTDOWN_AT] = AT_SIDE,
				    [SHUTDOWN_HOW] = {.name = "how",
						      .type = ARG_WORD,
						      .words = WORDS("write", "read", "both"),
						      .preset = "write",
						      .what = "which half"}}},
	[STEP_CLOSE] =
		{.kind = STEP_CLOSE,
		 .name = "close",
		 .what = "Close a connection in order (`first`), or one end of it (`at`)",
		 .scalar = -1,
		 .args = {[CLOSE_VIA] = VIA,
			  [CLOSE_FIRST] =
				  {.name = "first",
				   .type = ARG_SIDE,
				   .both = true,
				   .what = "this end closes; the other when it reads the end of "
					   "the stream; `both`: at once, so that the FINs cross"},
			  [CLOSE_AT] = {.name = "at",
					.type = ARG_SIDE,
					.what = "close only this end"},
			  [CLOSE_LINGER] = {.name = "linger",
					    .type = ARG_DURATION,
					    .min = 0,
					    .max = 600 * NS_PER_S,
					    .what = "SO_LINGER, in whole seconds"},
			  [CLOSE_LINGER2] = {.name = "linger2",
					     .type = ARG_NUMBER,
					     .min = -1,
					     .max = 600,
					     .what = "TCP_LINGER2, in seconds"},
			  [CLOSE_BY] = {.name = "by",
					.type = ARG_WORD,
					.words = WORDS("close", "exit", "abort"),
					.preset = "close",
					.what = "close(2); the exit of the process that holds it; "
						"abort: SO_LINGER {1, 0}"},
			  [CLOSE_SETTLE] = {.name = "settle",
					    .type = ARG_BOOL,
					    .preset = "yes",
					    .what = "wait until both ends are TIME-WAIT or closed"},
			  [CLOSE_WITHIN] = WITHIN("10s")}},
	[STEP_AWAIT] =
		{.kind = STEP_AWAIT,
		 .name = "await",
		 .what = "Wait until an end is in a state; not to reach it fails the cell",
		 .scalar = -1,
		 .args = {[AWAIT_VIA] = VIA,
			  [AWAIT_AT] = AT_SIDE,
			  [AWAIT_STATE] = {.name = "state",
					   .type = ARG_WORD,
					   .words = STATES,
					   .required = true,
					   .what = "the state; `closed`: the kernel has no such "
						   "socket"},
			  [AWAIT_WITHIN] = WITHIN("10s")}},
	[STEP_WAIT] = {.kind = STEP_WAIT,
		       .name = "wait",
		       .what = "Let time pass; the wire goes on",
		       .scalar = WAIT_FOR,
		       .args = {[WAIT_FOR] = {.name = "for",
					      .type = ARG_DURATION,
					      .max = 600 * NS_PER_S,
					      .required = true,
					      .what = "how long"}}},
	[STEP_LOOK] = {.kind = STEP_LOOK,
		       .name = "look",
		       .what = "Ask the kernel for one end's state now",
		       .scalar = -1,
		       .args = {[LOOK_AS] = {.name = "as",
					     .type = ARG_DEFINE,
					     .class = NAME_LOOK,
					     .required = true,
					     .what = "a name for what is seen"},
				[LOOK_VIA] = VIA,
				[LOOK_AT] = AT_SIDE}},
	[STEP_COUNT] = {.kind = STEP_COUNT,
			.name = "count",
			.what = "Count a host's sockets in a state",
			.scalar = -1,
			.args = {[COUNT_AS] = {.name = "as",
					       .type = ARG_DEFINE,
					       .class = NAME_COUNT,
					       .required = true,
					       .what = "a name for the number"},
				 [COUNT_AT] = {.name = "at",
					       .type = ARG_HOST,
					       .required = true,
					       .what = "the host"},
				 [COUNT_STATE] = {.name = "state",
						  .type = ARG_WORD,
						  .words = STATES,
						  .preset = "time-wait",
						  .what = "the state"}}},
	[STEP_HOLD] = {.kind = STEP_HOLD,
		       .name = "hold",
		       .wire = true,
		       .what = "Take segments off the wire and keep the first of them for release",
		       .scalar = -1,
		       .args = {VERB_ARGS, [VERB_NAME] = {.name = "keep",
							  .type = ARG_DEFINE,
							  .class = NAME_SEGMENT,
							  .required = true,
							  .what = "the kept segment's name"}}},
	[STEP_COPY] =
		{.kind = STEP_COPY,
		 .name = "copy",
		 .wire = true,
		 .what = "Keep a copy of a segment for release; the segment itself is carried",
		 .scalar = -1,
		 .args = {VERB_ARGS, [VERB_NAME] = {.name = "keep",
						    .type = ARG_DEFINE,
						    .class = NAME_SEGMENT,
						    .required = true,
						    .what = "the kept segment's name"}}},
	[STEP_DROP] =
		{.kind = STEP_DROP,
		 .name = "drop",
		 .wire = true,
		 .what = "Lose segments",
		 .scalar = -1,
		 .args = {VERB_ARGS, [VERB_NAME] = {.name = "as",
						    .type = ARG_DEFINE,
						    .class = NAME_VERB,
						    .what = "a name, to count what it took"}}},
	[STEP_DUPLICATE] =
		{.kind = STEP_DUPLICATE,
		 .name = "duplicate",
		 .wire = true,
		 .what = "Carry segments twice",
		 .scalar = -1,
		 .args = {VERB_ARGS, [VERB_NAME] = {.name = "as",
						    .type = ARG_DEFINE,
						    .class = NAME_VERB,
						    .what = "a name, to count what it took"}}},
	[STEP_DELAY] = {.kind = STEP_DELAY,
			.name = "delay",
			.wire = true,
			.what = "Carry segments later than the link would",
			.scalar = -1,
			.args = {VERB_ARGS,
				 [VERB_NAME] = {.name = "as",
						.type = ARG_DEFINE,
						.class = NAME_VERB,
						.what = "a name, to count what it took"},
				 [VERB_BY] = {.name = "by",
					      .type = ARG_DURATION,
					      .max = 600 * NS_PER_S,
					      .required = true,
					      .what = "how much later"}}},
	[STEP_RELEASE] = {.kind = STEP_RELEASE,
			  .name = "release",
			  .wire = true,
			  .what = "Deliver a kept segment now, and see what it is answered",
			  .scalar = RELEASE_SEGMENT,
			  .args = {[RELEASE_SEGMENT] = {.name = "segment",
							.type = ARG_REF,
							.class = NAME_SEGMENT,
							.required = true,
							.what = "the kept segment"},
				   [RELEASE_WITHIN] = WITHIN("50ms")}},
	[STEP_INJECT] =
		{.kind = STEP_INJECT,
		 .name = "inject",
		 .wire = true,
		 .what = "Craft a segment of a connection and deliver it, and see what it is "
			 "answered",
		 .scalar = -1,
		 .args = {[INJECT_AS] = {.name = "as",
					 .type = ARG_DEFINE,
					 .class = NAME_SEGMENT,
					 .required = true,
					 .what = "its name"},
			  [INJECT_OF] = {.name = "of",
					 .type = ARG_REF,
					 .class = NAME_CONN,
					 .required = true,
					 .what = "the connection whose four-tuple it has"},
			  [INJECT_TO] = {.name = "to",
					 .type = ARG_SIDE,
					 .required = true,
					 .what = "who receives it"},
			  [INJECT_FLAGS] = {.name = "flags",
					    .type = ARG_FLAGS,
					    .required = true,
					    .what = "letters of SFRPAU, or . for none"},
			  [INJECT_SEQ] =
				  {.name = "seq",
				   .type = ARG_NUMBER,
				   .min =
					   INT32_MIN,
				   .max =
					   UINT32_MAX,
				   .preset = "0",
				   .what = "relative to what the receiver expects (RCV.NXT)"},
			  [INJECT_ACK] =
				  {.name = "ack",
				   .type = ARG_NUMBER,
				   .min =
					   INT32_MIN,
				   .max =
					   UINT32_MAX,
				   .preset = "0",
				   .what = "relative to what the receiver has sent (SND.NXT)"},
			  [INJECT_TSVAL] =
				  {.name = "tsval",
				   .type = ARG_WORD_OR_NUMBER,
				   .words = WORDS("none"),
				   .min =
					   INT32_MIN,
				   .max =
					   UINT32_MAX,
				   .preset = "0",
				   .what = "relative to the last TSval the receiver was sent "
					   "(TS.Recent); none: no timestamps option"},
			  [INJECT_DATA] = {.name = "data",
					   .type = ARG_NUMBER,
					   .max =
						   1400,
					   .preset = "0",
					   .what = "bytes of payload"},
			  [INJECT_WINDOW] = {.name = "window",
					     .type = ARG_NUMBER,
					     .max =
						     65535,
					     .preset = "1000",
					     .what = "as on the wire, not scaled"},
			  [INJECT_WITHIN] = WITHIN("50ms")}},
	[STEP_KILL] = {.kind = STEP_KILL,
		       .name = "kill",
		       .what = "Delete one end's socket without a segment, as ss -K does",
		       .scalar = -1,
		       .args = {[KILL_VIA] = VIA, [KILL_AT] = AT_SIDE}},
	[STEP_SYSCTL] = {.kind = STEP_SYSCTL,
			 .name = "sysctl",
			 .what = "Set a sysctl in the middle of the play",
			 .scalar = -1,
			 .args = {[SYSCTL_AT] = {.name = "at",
						 .type = ARG_HOST,
						 .required = true,
						 .what = "the host"},
				  [SYSCTL_NAME] = {.name = "name",
						   .type = ARG_SYSCTL,
						   .required = true,
						   .what = "the sysctl"},
				  [SYSCTL_VALUE] = {.name = "value",
						    .type = ARG_TEXT,
						    .required = true,
						    .what = "its value"}}},
	[STEP_KNOB] = {.kind = STEP_KNOB,
		       .name = "knob",
		       .what = "Ask whether this kernel has a sysctl",
		       .scalar = -1,
		       .args = {[KNOB_AS] = {.name = "as",
					     .type = ARG_DEFINE,
					     .class = NAME_KNOB,
					     .required = true,
					     .what = "a name for the answer"},
				[KNOB_AT] = {.name = "at",
					     .type = ARG_HOST,
					     .required = true,
					     .what = "the host"},
				[KNOB_NAME] = {.name = "name",
					       .type = ARG_SYSCTL,
					       .required = true,
					       .what = "the sysctl"}}},
	[STEP_ULIMIT] =
		{.kind = STEP_ULIMIT,
		 .name = "ulimit",
		 .what = "Limit the descriptors that the sockets' process may have open",
		 .scalar = -1,
		 .args = {[ULIMIT_NOFILE] = {.name = "nofile",
					     .type = ARG_NUMBER,
					     .min =
						     8,
					     .max =
						     1000000,
					     .required = true,
					     .what = "RLIMIT_NOFILE, beyond what the bench itself "
						     "has open"}}},
};

#define HOLDERS WORDS("client", "server", "both", "none")
#define STREAMS WORDS("intact", "short", "corrupt", "none")

const struct fact_spec fact_specs[] = {
	{NAME_CONN, "bind", FACT_WORD, WORDS("ok", "none"), .errnos = true,
	 .what = "bind()'s result; none: no bind() was asked for"},
	{NAME_CONN, "connect", FACT_WORD, WORDS("ok", "pending", "none"), .errnos = true,
	 .what = "connect()'s result; pending: no answer within the bound; none: bind() had "
		 "failed"},
	{NAME_CONN, "connect_time", FACT_DURATION, .timing = true,
	 .what = "from connect() to its result"},
	{NAME_CONN, "syns", FACT_NUMBER, .wire = true, .what = "SYNs that the client sent"},
	{NAME_CONN, "port", FACT_WORD, WORDS("same", "other", "none"),
	 .what = "the client's port against that of the connection opened before; none: no socket"},
	{NAME_CONN, "stream", FACT_WORD, STREAMS,
	 .what = "what was read against what was written, the worse of both directions"},
	{NAME_CONN, "client_stream", FACT_WORD, STREAMS, .what = "the same, written by the client"},
	{NAME_CONN, "server_stream", FACT_WORD, STREAMS, .what = "the same, written by the server"},
	{NAME_CONN, "client_error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "what the client's socket calls failed with after connect()"},
	{NAME_CONN, "server_error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "what the server's socket calls failed with"},
	{NAME_CONN, "client_close_time", FACT_DURATION, .timing = true,
	 .what = "how long the client's close() blocked"},
	{NAME_CONN, "server_close_time", FACT_DURATION, .timing = true,
	 .what = "how long the server's close() blocked"},
	{NAME_CONN, "time_wait", FACT_WORD, HOLDERS, .what = "who held TIME-WAIT"},
	{NAME_CONN, "fin_wait_2", FACT_WORD, HOLDERS,
	 .what = "who held an orphan's FIN-WAIT-2 as a minisock"},
	{NAME_CONN, "time_wait_timer", FACT_DURATION, .timing = true,
	 .what = "the kernel's own timer when TIME-WAIT was first seen; 0: no TIME-WAIT"},
	{NAME_CONN, "time_wait_restarts", FACT_NUMBER,
	 .what = "how often a segment started TIME-WAIT's timer again"},
	{NAME_CONN, "time_wait_life", FACT_DURATION, .timing = true,
	 .what = "from the timer's last start to TIME-WAIT's end; 0: its end was not awaited"},
	{NAME_CONN, "time_wait_total", FACT_DURATION, .timing = true,
	 .what = "from TIME-WAIT's beginning to its end; 0: its end was not awaited"},
	{NAME_CONN, "client_states", FACT_WORD,
	 .what = "the states that the client's end went through, joined by >"},
	{NAME_CONN, "server_states", FACT_WORD,
	 .what = "the states that the server's end went through, joined by >"},
	{NAME_CONN, "client_fins", FACT_NUMBER, .wire = true, .what = "FINs that the client sent"},
	{NAME_CONN, "server_fins", FACT_NUMBER, .wire = true, .what = "FINs that the server sent"},
	{NAME_CONN, "client_rsts", FACT_NUMBER, .wire = true, .what = "RSTs that the client sent"},
	{NAME_CONN, "server_rsts", FACT_NUMBER, .wire = true, .what = "RSTs that the server sent"},
	{NAME_LISTENER, "listen", FACT_WORD, WORDS("ok"), .errnos = true,
	 .what = "the result of bind() and listen()"},
	{NAME_SEGMENT, "", FACT_WORD, WORDS("absent", "held", "dropped", "delivered", "empty"),
	 .what = "a kept or crafted segment's fate: absent: none matched; held: never released; "
		 "delivered: its bytes reached the application; dropped: they did not; empty: it "
		 "has "
		 "none"},
	{NAME_SEGMENT, "answer", FACT_WORD,
	 WORDS("none", "ack", "rst", "syn-ack", "syn", "fin", "data"),
	 .what = "the receiver's first segment after its delivery"},
	{NAME_SEGMENT, "answers", FACT_NUMBER, .what = "how many segments the receiver answered"},
	{NAME_VERB, "count", FACT_NUMBER, .what = "how many segments it took"},
	{NAME_REPEAT, "ok", FACT_NUMBER, .what = "connections that were opened and closed"},
	{NAME_REPEAT, "failed", FACT_NUMBER, .what = "connections that could not be opened"},
	{NAME_REPEAT, "error", FACT_WORD, WORDS("none"), .errnos = true,
	 .what = "the first failure's errno"},
	{NAME_REPEAT, "failed_at", FACT_WORD, WORDS("none", "socket", "bind", "connect"),
	 .what = "the call that failed first"},
	{NAME_LOOK, "state", FACT_WORD, STATES, .what = "the state seen"},
	{NAME_LOOK, "timer", FACT_DURATION, .timing = true,
	 .what = "what was left of the socket's timer; 0: none ran"},
	{NAME_COUNT, "", FACT_NUMBER, .what = "the number"},
	{NAME_KNOB, "", FACT_WORD, WORDS("present", "absent"), .what = "does this kernel have it"},
};
const size_t n_fact_specs = ARRAY_SIZE(fact_specs);

const struct step_spec *step_spec_find(const char *name)
{
	for (size_t i = 0; i < N_STEP_KINDS; i++) {
		if (!strcmp(step_specs[i].name, name))
			return &step_specs[i];
	}
	return NULL;
}

const struct fact_spec *fact_spec_find(enum name_class owner, const char *suffix)
{
	for (size_t i = 0; i < n_fact_specs; i++) {
		if (fact_specs[i].owner == owner && !strcmp(fact_specs[i].suffix, suffix))
			return &fact_specs[i];
	}
	return NULL;
}
