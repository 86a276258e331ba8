// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * steps: owns the table of the steps that a play may take. Adding one is one row here and one
 * function in play.
 */
#include "scenario/grammar.h"
#include "scenario/words.h"
#include "base/clock.h"
#include "base/nearest.h"

#include <string.h>

#define SEGMENTS WORDS("any", "syn", "syn-ack", "fin", "rst", "ack", "final-ack", "data")
#define SOCKETS	 WORDS("family", "ipv4", "dual", "ipv6-only")
#define AO_WHAT	 "TCP-AO: the same by RFC 5925, with HMAC-SHA1"
#define TOS_WHAT "IP_TOS, or IPv6's traffic class"
#define MD5_WHAT "TCP_MD5SIG: segments are signed, with one key for all"
#define IP_OPTIONS_WHAT                                                                            \
	"IP_OPTIONS, of IPv4: nine addresses are recorded; or a source route by the server's "     \
	"second address"
#define WAIT_MAX (600 * NS_PER_S)
#define IDLE_MAX (3600 * NS_PER_S)

/* One argument a macro; what follows the description are further members ("REQUIRED"). */
#define REQUIRED .required = true
#define DEFINE(name_, class_, what_, ...)                                                          \
	{                                                                                          \
		.name = name_, .type = ARG_DEFINE, .class = class_, .what = what_, __VA_ARGS__     \
	}
#define REF(name_, class_, what_, ...)                                                             \
	{                                                                                          \
		.name = name_, .type = ARG_REF, .class = class_, .what = what_, __VA_ARGS__        \
	}
#define TYPED(name_, type_, what_, ...)                                                            \
	{                                                                                          \
		.name = name_, .type = type_, .what = what_, __VA_ARGS__                           \
	}
#define NUMBER(name_, min_, max_, what_, ...)                                                      \
	{                                                                                          \
		.name = name_, .type = ARG_NUMBER, .min = min_, .max = max_, .what = what_,        \
		__VA_ARGS__                                                                        \
	}
#define DURATION(name_, what_, ...)                                                                \
	{                                                                                          \
		.name = name_, .type = ARG_DURATION, .max = WAIT_MAX, .what = what_, __VA_ARGS__   \
	}
#define WORD(name_, words_, what_, ...)                                                            \
	{                                                                                          \
		.name = name_, .type = ARG_WORD, .words = words_, .what = what_, __VA_ARGS__       \
	}
#define BOOL(name_, preset_, what_)                                                                \
	{                                                                                          \
		.name = name_, .type = ARG_BOOL, .preset = preset_, .what = what_                  \
	}

#define VIA		REF("via", NAME_CONN, "the connection", REQUIRED)
#define AT_SIDE		TYPED("at", ARG_SIDE, "which end of it", REQUIRED)
#define AT_HOST		TYPED("at", ARG_HOST, "the host", REQUIRED)
#define WITHIN(preset_) DURATION("within", "the bound of the wait", .preset = preset_)
#define KEEP		DEFINE("keep", NAME_SEGMENT, "the kept segment's name", REQUIRED)
#define VERB_AS		DEFINE("as", NAME_VERB, "a name, to count what it took", )
#define TO_PORT		TYPED("to", ARG_ENDPOINT, "HOST[.ADDRESS]:PORT", REQUIRED, .port = true)
#define FROM                                                                                       \
	TYPED("from", ARG_ENDPOINT,                                                                \
	      "HOST[.ADDRESS] lets connect() choose the port; :0 lets bind() choose it; :PORT "    \
	      "binds it",                                                                          \
	      REQUIRED)

/* What listen and connect share: what may reach the socket, and by which way. */
#define REACH_ARGS(step_)                                                                          \
	[step_##_DEVICE] = WORD("device", DEVICES, "SO_BINDTODEVICE", .preset = "none"),           \
	[step_##_MIN_TTL] = NUMBER("min-ttl", 0, 255,                                              \
				   "IP_MINTTL, IPV6_MINHOPCOUNT: what arrives with less is none "  \
				   "of its",                                                       \
				   .preset = "0"),                                                 \
	[step_##_RECVERR] = BOOL("recverr", "no",                                                  \
				 "IP_RECVERR, IPV6_RECVERR: what ICMP says is an error at once"),  \
	[step_##_PMTU] = BOOL("pmtu", "yes",                                                       \
			      "no: the MTU is the device's, whatever ICMP says "                   \
			      "(IP_PMTUDISC_INTERFACE, IPV6_PMTUDISC_INTERFACE)")

/* And what they give to all that they send, and are told of what comes. */
#define STICKY_ARGS(step_)                                                                         \
	[step_##_EXTENSIONS] =                                                                     \
		WORD("extension-headers", EXTENSION_WORDS,                                         \
		     "IPV6_HOPOPTS, IPV6_DSTOPTS: headers of 32 bytes before TCP's, with an "      \
		     "option that nobody knows; IPv4 has none",                                    \
		     .preset = "none"),                                                            \
	[step_##_RECEIVES] = WORD("receives", RECEIVES_WORDS,                                      \
				  "what it asks to be told of the segments that come: "            \
				  "IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS, "         \
				  "IPV6_FLOWINFO; `look` reads it",                                \
				  .preset = "none"),                                               \
	[step_##_REFLECT] = BOOL("reflect", "no",                                                  \
				 "IPV6_FL_F_REFLECT: it sends with the flow label that it was "    \
				 "sent; wants net.ipv6.flowlabel_consistency=0")

/* The arguments that hold, copy, drop, duplicate, corrupt and delay share: which segments are
 * meant. */
#define VERB_ARGS                                                                                  \
	[VERB_OF] = REF("of", NAME_CONN, "only this connection's segments", .forward = true),      \
	[VERB_FROM] = TYPED("from", ARG_SIDE, "only segments that this end sent", ),               \
	[VERB_SEGMENT] = WORD("segment", SEGMENTS,                                                 \
			      "what kind of segment; final-ack is the pure ACK of the last FIN",   \
			      .preset = "any"),                                                    \
	[VERB_DATA] = NUMBER("data", 1, 100000,                                                    \
			     "the n-th segment that `send` wrote into this stream", ),             \
	[VERB_TRANSMISSION] =                                                                      \
		NUMBER("transmission", 1, 1000, "only its n-th transmission, from 1", ),           \
	[VERB_TIMES] = NUMBER("times", 0, 100000, "how many segments it may take; 0 takes none",   \
			      .preset = "1"),                                                      \
	[VERB_FILTER] = TYPED("filter", ARG_FILTER,                                                \
			      "a pcap filter of numbers and keywords, in addition to the above", )

const struct step_spec step_specs[N_STEP_KINDS] = {
	[STEP_RAW] = {STEP_RAW, "raw",
		      "Make a host a raw peer, before all else: no kernel answers for it, and its "
		      "segments are what `connect`, `send` and `inject` say",
		      .wire = true, .scalar = RAW_HOST,
		      .args = {[RAW_HOST] = TYPED("host", ARG_SIDE, "the host", REQUIRED)}},
	[STEP_LISTEN] =
		{STEP_LISTEN, "listen",
		 "Bind a socket and listen; connections are accepted as they come",
		 .scalar = LISTEN_AT,
		 .args = {[LISTEN_AT] = TYPED("at", ARG_ENDPOINT,
					      "HOST[.ADDRESS]:PORT; HOST.any is the wildcard",
					      REQUIRED, .port = true, .any = true),
			  [LISTEN_AS] = DEFINE("as", NAME_LISTENER,
					       "a name; without one a refused bind is an "
					       "error", ),
			  [LISTEN_SOCKET] = WORD("socket", SOCKETS,
						 "family: of the cell's family; dual, ipv6-only: "
						 "an IPv6 one, without or with IPV6_V6ONLY",
						 .preset = "family"),
			  [LISTEN_REUSEADDR] = BOOL("reuseaddr", "no", "SO_REUSEADDR"),
			  [LISTEN_REUSEPORT] = BOOL("reuseport", "no", "SO_REUSEPORT"),
			  [LISTEN_UID] = NUMBER("uid", 0, 65533, "the user whose socket it is", ),
			  [LISTEN_MD5] = BOOL("md5", "no", MD5_WHAT),
			  [LISTEN_AO] = BOOL("ao", "no", AO_WHAT),
			  [LISTEN_TOS] = NUMBER("tos", 0, 252, TOS_WHAT, .preset = "0"),
			  [LISTEN_BACKLOG] = NUMBER("backlog", 0, 4096, "listen(2)'s backlog",
						    .preset = "128"),
			  [LISTEN_ACCEPT] =
				  BOOL("accept", "yes", "accept connections as they come"),
			  [LISTEN_DEFER] =
				  DURATION("defer-accept", "TCP_DEFER_ACCEPT, in whole seconds",
					   .seconds = true),
			  [LISTEN_KEEPALIVE] =
				  BOOL("keepalive", "no", "SO_KEEPALIVE, also of its connections"),
			  [LISTEN_RCVBUF] = NUMBER(
				  "rcvbuf", 1, 1 << 20,
				  "SO_RCVBUF, also of its connections; the kernel "
				  "doubles it", ),
			  REACH_ARGS(LISTEN),
			  [LISTEN_IP_OPTIONS] = WORD("ip-options", IP_OPTION_WORDS, IP_OPTIONS_WHAT,
						     .preset = "none"),
			  STICKY_ARGS(LISTEN)}},
	[STEP_UNLISTEN] = {STEP_UNLISTEN, "unlisten", "Have a socket listen no more",
			   .scalar = UNLISTEN_AT,
			   .args = {[UNLISTEN_AT] = REF("at", NAME_LISTENER, "the listener's name",
							REQUIRED),
				    [UNLISTEN_BY] = WORD(
					    "by", WORDS("close", "shutdown", "disconnect", "kill"),
					    "close(2); or its descriptor and its port stay: "
					    "shutdown(2) for reading; connect() to AF_UNSPEC; "
					    "kill: deleted as ss -K does",
					    .preset = "close")}},
	[STEP_CONNECT] =
		{STEP_CONNECT, "connect",
		 "Open a connection and wait until it is established on both ends, or refused",
		 .scalar = -1,
		 .args = {[CONNECT_AS] =
				  DEFINE("as", NAME_CONN, "the incarnation's name", REQUIRED),
			  [CONNECT_FROM] = FROM,
			  [CONNECT_TO] = TO_PORT,
			  [CONNECT_REUSEADDR] =
				  BOOL("reuseaddr", "no", "SO_REUSEADDR before bind()"),
			  [CONNECT_REUSEPORT] =
				  BOOL("reuseport", "no", "SO_REUSEPORT before bind()"),
			  [CONNECT_NO_PORT] = BOOL("no-port", "no", "IP_BIND_ADDRESS_NO_PORT"),
			  [CONNECT_PORT_RANGE] = TYPED(
				  "port-range", ARG_RANGE,
				  "IP_LOCAL_PORT_RANGE, the range that this socket chooses from", ),
			  [CONNECT_MD5] = BOOL("md5", "no", MD5_WHAT ", also a raw peer's"),
			  [CONNECT_AO] = BOOL("ao", "no", AO_WHAT ", also a raw peer's"),
			  [CONNECT_TOS] = NUMBER("tos", 0, 252, TOS_WHAT ", also a raw peer's",
						 .preset = "0"),
			  [CONNECT_LABEL] = NUMBER(
				  "label", 0, 0xfffff,
				  "the flow label that a raw peer sends with, or that an IPv6 "
				  "socket asks for (IPV6_FLOWINFO_SEND)",
				  .preset = "0"),
			  [CONNECT_ISN] =
				  TYPED(
					  "isn", ARG_WORD_OR_NUMBER,
					  "the SYN's sequence number (by TCP_REPAIR); `same`: "
					  "as the incarnation before; `clock`: the kernel's",
					  .words = WORDS("clock", "same"), .max = UINT32_MAX,
					  .preset = "clock"),
			  [CONNECT_SOCKET] = WORD("socket", WORDS("family", "mapped"),
						  "mapped: an IPv6 socket, also for IPv4 "
						  "(::ffff:192.0.2.21)",
						  .preset = "family"),
			  [CONNECT_REPAIR] = BOOL("repair", "no",
						  "TCP_REPAIR is on at bind() and connect(): the "
						  "socket is established without a segment"),
			  [CONNECT_HANDSHAKE] =
				  WORD("handshake", WORDS("whole", "half", "none"),
				       "what a raw peer sends of it; half: a client its SYN; none: "
				       "nothing",
				       .preset = "whole"),
			  [CONNECT_TIMESTAMPS] =
				  BOOL("timestamps", "yes", "does a raw peer speak the option"),
			  [CONNECT_TSVAL] =
				  NUMBER("tsval", 0, UINT32_MAX,
					 "where a raw peer's clock of timestamps stands",
					 .preset = "1000000"),
			  [CONNECT_WITHIN] = WITHIN("10s"),
			  REACH_ARGS(CONNECT),
			  [CONNECT_DESTINATION] =
				  WORD("destination", WORDS(ADDRESSES),
				       "named: what `to` says; or instead of that address 0.0.0.0 "
				       "or ::, the link's broadcast address, all hosts, or one of "
				       "the link only",
				       .preset = "named"),
			  [CONNECT_SCOPE] =
				  WORD("scope", DEVICES,
				       "the device that an IPv6 address is of "
				       "(sin6_scope_id)",
				       .preset = "none"),
			  [CONNECT_OTHER_KEY] = WORD(
				  "other-key", WORDS("none", "md5", "ao"),
				  "the socket has a key of this kind for another "
				  "peer, too, and its own for this one only",
				  .preset = "none"),
			  [CONNECT_FAST_OPEN] = NUMBER(
				  "fast-open", 0, 1000,
				  "TCP Fast Open with so many bytes: they are in the SYN where a "
				  "cookie is known, or none is needed, and else not written; a raw "
				  "peer's are always", ),
			  [CONNECT_FAST_OPEN_BY] = WORD(
				  "fast-open-by", WORDS("message", "connect"),
				  "message: sendto() with MSG_FASTOPEN; connect: "
				  "TCP_FASTOPEN_CONNECT, by which connect() waits for the "
				  "first write",
				  .preset = "message"),
			  [CONNECT_QUICKACK] = BOOL(
				  "quickack", "yes",
				  "no: TCP_QUICKACK is off: the ACK of the SYN-ACK waits for "
				  "data, or 200 ms; the step does not wait for accept()"),
			  [CONNECT_DEFER] =
				  DURATION("defer-accept",
					   "TCP_DEFER_ACCEPT, in whole seconds: at a socket that "
					   "connects it is the same as quickack: no",
					   .seconds = true),
			  [CONNECT_IP_OPTIONS] = WORD(
				  "ip-options", IP_OPTION_WORDS, IP_OPTIONS_WHAT, .preset = "none"),
			  [CONNECT_AGAIN] =
				  REF("again", NAME_CONN,
				      "by the socket of this one, whose connect() failed at once: "
				      "of the options only `md5` and `ao` are set anew", ),
			  STICKY_ARGS(CONNECT)}},
	[STEP_REPEAT] = {STEP_REPEAT, "repeat", "Open and close many connections", .scalar = -1,
			 .args = {[REPEAT_AS] = DEFINE("as", NAME_REPEAT, "a name", REQUIRED),
				  [REPEAT_TIMES] = NUMBER("times", 1, 70000, "how many", REQUIRED),
				  [REPEAT_FROM] =
					  TYPED("from", ARG_ENDPOINT,
						"as in connect; a fixed port counts up", REQUIRED),
				  [REPEAT_TO] = TO_PORT,
				  [REPEAT_CLOSER] =
					  TYPED("closer", ARG_SIDE, "which end closes first",
						.preset = "client"),
				  [REPEAT_REUSEADDR] = BOOL("reuseaddr", "no", "SO_REUSEADDR"),
				  [REPEAT_NO_PORT] =
					  BOOL("no-port", "no", "IP_BIND_ADDRESS_NO_PORT"),
				  [REPEAT_AT_ONCE] = NUMBER(
					  "at-once", 1, 64,
					  "so many are opened, then closed, before the next; "
					  "1: one after the other",
					  .preset = "1"),
				  [REPEAT_LOG] = BOOL("log", "yes",
						      "no: the record counts their segments, and "
						      "has none of them")}},
	[STEP_SEND] = {STEP_SEND, "send", "Write segments into a stream, one write each, Nagle off",
		       .scalar = -1,
		       .args = {[SEND_VIA] = VIA,
				[SEND_FROM] = TYPED("from", ARG_SIDE, "who writes", REQUIRED),
				[SEND_SEGMENTS] =
					NUMBER("segments", 1, 1000, "how many", .preset = "1"),
				[SEND_SIZE] =
					NUMBER("size", 1, 1448, "bytes of each", .preset = "100"),
				[SEND_UNTIL] = WORD("until", WORDS("sent", "acked", "delivered"),
						    "what ends the step: all was written; "
						    "acknowledged; read, or where the other end "
						    "is closed, acknowledged or refused",
						    .preset = "delivered"),
				[SEND_WITHIN] = WITHIN("5s")}},
	[STEP_READING] = {STEP_READING, "reading",
			  "Have one end read no more, or again; until then it reads what comes",
			  .scalar = -1,
			  .args = {[READING_VIA] = VIA,
				   [READING_AT] = AT_SIDE,
				   [READING_ON] =
					   BOOL("on", "no",
						"no: what comes stays in its receive queue")}},
	[STEP_SHUTDOWN] = {STEP_SHUTDOWN, "shutdown",
			   "shutdown(2) one end; its descriptor stays open", .scalar = -1,
			   .args = {[SHUTDOWN_VIA] = VIA,
				    [SHUTDOWN_AT] = AT_SIDE,
				    [SHUTDOWN_HOW] = WORD(
					    "how", WORDS("write", "read", "both", "disconnect"),
					    "which half; disconnect: connect() to AF_UNSPEC, "
					    "which ends the connection instead",
					    .preset = "write"),
				    [SHUTDOWN_USER_TIMEOUT] =
					    DURATION("user-timeout", "TCP_USER_TIMEOUT", )}},
	[STEP_CLOSE] =
		{STEP_CLOSE, "close",
		 "Close a connection in order (`first`), or one end of it (`at`)", .scalar = -1,
		 .args = {[CLOSE_VIA] = VIA,
			  [CLOSE_FIRST] = TYPED("first", ARG_SIDE,
						"this end closes; the other when it reads the end "
						"of the stream; `both`: at once, so that the FINs "
						"cross",
						.both = true),
			  [CLOSE_AT] = TYPED("at", ARG_SIDE, "close only this end", ),
			  [CLOSE_LINGER] = DURATION("linger", "SO_LINGER, in whole seconds",
						    .seconds = true),
			  [CLOSE_LINGER2] = NUMBER("linger2", -1, 600, "TCP_LINGER2, in seconds", ),
			  [CLOSE_USER_TIMEOUT] = DURATION("user-timeout", "TCP_USER_TIMEOUT", ),
			  [CLOSE_BY] = WORD("by", WORDS("close", "exit", "abort", "repair"),
					    "close(2); the exit of the process that holds it; "
					    "abort: SO_LINGER {1, 0}; repair: TCP_REPAIR, as a "
					    "checkpoint ends",
					    .preset = "close"),
			  [CLOSE_SETTLE] = BOOL(
				  "settle", NULL,
				  "with `first`: wait until both ends are TIME-WAIT "
				  "or closed; yes if left out"),
			  [CLOSE_WITHIN] = WITHIN("10s")}},
	[STEP_SETTLE] = {STEP_SETTLE, "settle",
			 "Wait until both ends are in TIME-WAIT or closed; not to come there fails "
			 "the cell",
			 .scalar = SETTLE_VIA,
			 .args = {[SETTLE_VIA] = VIA, [SETTLE_WITHIN] = WITHIN("10s")}},
	[STEP_AWAIT] = {STEP_AWAIT, "await",
			"Wait until an end is in a state; not to reach it fails the cell",
			.scalar = -1,
			.args = {[AWAIT_VIA] = VIA,
				 [AWAIT_AT] = AT_SIDE,
				 [AWAIT_STATE] = WORD("state", STATES,
						      "the state; `closed`: the kernel has no such "
						      "socket",
						      REQUIRED),
				 [AWAIT_WITHIN] = WITHIN("10s")}},
	[STEP_HEAR] = {STEP_HEAR, "hear",
		       "Wait until an end's socket has told of the other's end; not to hear of it "
		       "fails the cell",
		       .scalar = -1,
		       .args = {[HEAR_VIA] = VIA,
				[HEAR_AT] = AT_SIDE,
				[HEAR_WHAT] =
					WORD("what", WORDS("end", "error"),
					     "end: the end of the stream, or an error; error: "
					     "a reset connection's",
					     .preset = "end"),
				[HEAR_WITHIN] = WITHIN("10s")}},
	[STEP_WAIT] = {STEP_WAIT, "wait", "Let time pass; the wire goes on", .scalar = WAIT_FOR,
		       .args = {[WAIT_FOR] = TYPED("for", ARG_DURATION,
						   "how long; above 600s the cell is a skip where "
						   "time is real",
						   REQUIRED, .max = IDLE_MAX)}},
	[STEP_PHASE] =
		{STEP_PHASE, "phase",
		 "Wait, if need be, until no multiple of a period of the kernel's jiffies is "
		 "near",
		 .scalar = -1,
		 .args = {[PHASE_OF] = DURATION("of", "the period", REQUIRED, .min = NS_PER_S),
			  [PHASE_CLEAR] =
				  DURATION("clear", "how long none may come; at most the period",
					   REQUIRED)}},
	[STEP_LOOK] = {STEP_LOOK, "look", "Ask the kernel for one end's state now", .scalar = -1,
		       .args = {[LOOK_AS] = DEFINE("as", NAME_LOOK, "a name for what is seen",
						   REQUIRED),
				[LOOK_VIA] = VIA,
				[LOOK_AT] = AT_SIDE}},
	[STEP_COUNT] = {STEP_COUNT, "count", "Count a host's sockets in a state", .scalar = -1,
			.args = {[COUNT_AS] = DEFINE("as", NAME_COUNT, "a name for the number",
						     REQUIRED),
				 [COUNT_AT] = AT_HOST,
				 [COUNT_STATE] = WORD("state", STATES, "the state",
						      .preset = "time-wait")}},
	[STEP_SOCKSTAT] = {STEP_SOCKSTAT, "sockstat",
			   "Read a host's own count of its minisocks (/proc/net/sockstat)",
			   .scalar = -1,
			   .args = {[SOCKSTAT_AS] = DEFINE("as", NAME_SOCKSTAT,
							   "a name for the number", REQUIRED),
				    [SOCKSTAT_AT] = AT_HOST}},
	[STEP_HOLD] = {STEP_HOLD, "hold",
		       "Take segments off the wire and keep the first of them for release",
		       .wire = true, .scalar = -1, .args = {VERB_ARGS, [VERB_NAME] = KEEP}},
	[STEP_COPY] = {STEP_COPY, "copy",
		       "Keep a copy of a segment for release; the segment itself is carried",
		       .wire = true, .scalar = -1, .args = {VERB_ARGS, [VERB_NAME] = KEEP}},
	[STEP_DROP] = {STEP_DROP, "drop", "Lose segments", .wire = true, .scalar = -1,
		       .args = {VERB_ARGS, [VERB_NAME] = VERB_AS}},
	[STEP_DUPLICATE] = {STEP_DUPLICATE, "duplicate", "Carry segments twice", .wire = true,
			    .scalar = -1, .args = {VERB_ARGS, [VERB_NAME] = VERB_AS}},
	[STEP_CORRUPT] = {STEP_CORRUPT, "corrupt",
			  "Carry segments with a wrong checksum: their receiver discards them",
			  .wire = true, .scalar = -1, .args = {VERB_ARGS, [VERB_NAME] = VERB_AS}},
	[STEP_DELAY] = {STEP_DELAY, "delay", "Carry segments later than the link would",
			.wire = true, .scalar = -1,
			.args = {VERB_ARGS, [VERB_NAME] = VERB_AS,
				 [VERB_BY] = DURATION("by", "how much later", REQUIRED)}},
	[STEP_RELEASE] = {STEP_RELEASE, "release",
			  "Deliver a kept segment now, and see what it is answered", .wire = true,
			  .scalar = RELEASE_SEGMENT,
			  .args = {[RELEASE_SEGMENT] = REF("segment", NAME_SEGMENT,
							   "the kept segment", REQUIRED),
				   [RELEASE_WITHIN] = WITHIN("50ms")}},
	[STEP_INJECT] =
		{STEP_INJECT, "inject",
		 "Craft a segment of a connection and deliver it, and see what it is answered",
		 .wire = true, .scalar = -1,
		 .args = {[INJECT_AS] =
				  DEFINE("as", NAME_SEGMENT, "its name, for what it is answered", ),
			  [INJECT_OF] = REF("of", NAME_CONN,
					    "the connection whose four-tuple it has", REQUIRED),
			  [INJECT_TO] = TYPED("to", ARG_SIDE, "who receives it", REQUIRED),
			  [INJECT_FLAGS] = TYPED("flags", ARG_FLAGS,
						 "letters of SFRPAU, or . for none", REQUIRED),
			  [INJECT_SEQ] = TYPED(
				  "seq", ARG_WORD_OR_NUMBER,
				  "relative to what the receiver expects (RCV.NXT); edge: the "
				  "first number beyond the window that it offered",
				  .words = WORDS("edge-1", "edge", "edge+1"), .min = INT32_MIN,
				  .max =
					  UINT32_MAX,
				  .preset = "0"),
			  [INJECT_ACK] = NUMBER("ack", INT32_MIN, UINT32_MAX,
						"relative to what the receiver has sent (SND.NXT)",
						.preset = "0"),
			  [INJECT_TSVAL] = TYPED(
				  "tsval", ARG_WORD_OR_NUMBER,
				  "relative to the last TSval the receiver was sent "
				  "(TS.Recent), and no option where the connection has none; "
				  "none: no timestamps option; fresh: one all the same",
				  .words = WORDS("none", "fresh"), .min = INT32_MIN,
				  .max =
					  UINT32_MAX,
				  .preset = "0"),
			  [INJECT_TSECR] = TYPED(
				  "tsecr", ARG_WORD_OR_NUMBER,
				  "relative to the last TSval that the receiver sent; none: "
				  "0, as in a segment without ACK",
				  .words = WORDS("none"), .min = INT32_MIN, .max = UINT32_MAX,
				  .preset = "0"),
			  [INJECT_DATA] =
				  NUMBER("data", 0, 1400, "bytes of payload", .preset = "0"),
			  [INJECT_WINDOW] = NUMBER("window", 0,
						   UINT16_MAX, "as on the wire, not scaled",
						   .preset = "1000"),
			  [INJECT_CHECKSUM] = WORD("checksum", WORDS("right", "wrong"),
						   "the TCP checksum", .preset = "right"),
			  [INJECT_TIMES] = NUMBER(
				  "times", 1, 1000,
				  "how often; from 2 on, what is answered to any of "
				  "them is counted to the end of the last one's wait",
				  .preset = "1"),
			  [INJECT_EVERY] = DURATION("every", "from one to the next", .preset = "0"),
			  [INJECT_WITHIN] = WITHIN("50ms"),
			  [INJECT_TTL] = NUMBER(
				  "ttl",
				  1, 255,
				  "its TTL, or hop limit; what a lab's hosts send "
				  "arrives with 64",
				  .preset = "64"),
			  [INJECT_SIGNATURE] = WORD(
				  "signature",
				  WORDS(
					  "own",
					  "none", "md5",
					  "wrong-md5", "md5-twice", "ao", "wrong-ao",
					  "ao-unknown-key", "ao-unknown-next", "ao-and-md5",
					  "ao-without-sne"),
				  "own: as a raw peer signs on this connection, and none in a "
				  "kernel's name; wrong: by a key that nobody has; unknown: a "
				  "KeyID, or an RNextKeyID, that nobody has; without-sne: as if "
				  "its numbers had not wrapped",
				  .preset = "own"),
			  [INJECT_OPTION] = WORD(
				  "option", OPTION_WORDS,
				  "an option before the timestamps; scale-N: the window scale; "
				  "sack: SACK permitted; fast-open: a cookie is asked for; "
				  "fast-open-cookie: one that nobody gave; fast-open-long: more "
				  "than a cookie may be; experimental-fast-open: asked for as "
				  "before RFC 7413; experimental, unknown: of a kind that nobody "
				  "uses; silly: its length is 1; cut: it is longer than the header",
				  .preset = "none"),
			  [INJECT_ETHERNET] = WORD(
				  "ethernet", WORDS("host", "broadcast", "multicast", "other"),
				  "whom its frame is for; host: the receiver; other: another host",
				  .preset = "host"),
			  [INJECT_SOURCE] = WORD(
				  "source", WORDS(ADDRESSES, "loopback", "mapped"),
				  "the IP address that it comes from; named: the connection's; "
				  "mapped: of IPv6, that one of IPv4 in it (::ffff:192.0.2.11)",
				  .preset = "named"),
			  [INJECT_DESTINATION] = WORD(
				  "destination", WORDS(ADDRESSES),
				  "the IP address that it goes to; named: the connection's; "
				  "broadcast: the link's, of IPv6 as multicast: all hosts",
				  .preset = "named"),
			  [INJECT_DATA_OFFSET] = TYPED(
				  "data-offset", ARG_WORD_OR_NUMBER,
				  "how long its header says that it is, in words of 4 bytes",
				  .words = WORDS("right"), .max = 15, .preset = "right"),
			  [INJECT_TRUNCATE] = TYPED(
				  "truncate", ARG_WORD_OR_NUMBER,
				  "so many bytes of it are left, header included, and IP says so",
				  .words = WORDS("whole"), .max = 1460, .preset = "whole"),
			  [INJECT_TOS] =
				  NUMBER("tos", 0, 255, "its own, and not the connection's", ),
			  [INJECT_LABEL] =
				  NUMBER("label", 0, 0xfffff, "and its flow label, of IPv6", )}},
	[STEP_KILL] = {STEP_KILL, "kill",
		       "Delete one end's socket, as ss -K does; a minisock goes without a segment",
		       .scalar = -1, .args = {[KILL_VIA] = VIA, [KILL_AT] = AT_SIDE}},
	[STEP_SYSCTL] = {STEP_SYSCTL, "sysctl", "Set a sysctl in the middle of the play",
			 .scalar = -1,
			 .args = {[SYSCTL_AT] = AT_HOST,
				  [SYSCTL_NAME] = TYPED("name", ARG_SYSCTL, "the sysctl", REQUIRED),
				  [SYSCTL_VALUE] = TYPED("value", ARG_TEXT, "its value", REQUIRED),
				  [SYSCTL_AS] = DEFINE("as", NAME_WRITE,
						       "a name; without one a value that the "
						       "kernel refuses is an error", )}},
	[STEP_KNOB] = {STEP_KNOB, "knob", "Ask whether this kernel has a sysctl", .scalar = -1,
		       .args = {[KNOB_AS] =
					DEFINE("as", NAME_KNOB, "a name for the answer", REQUIRED),
				[KNOB_AT] = AT_HOST,
				[KNOB_NAME] = TYPED("name", ARG_SYSCTL, "the sysctl", REQUIRED)}},
	[STEP_ULIMIT] = {STEP_ULIMIT, "ulimit",
			 "Limit the descriptors that the sockets' process may have open",
			 .scalar = ULIMIT_NOFILE,
			 .args = {[ULIMIT_NOFILE] = NUMBER("nofile", 8, 1000000,
							   "so many beyond those that are open "
							   "now (RLIMIT_NOFILE)",
							   REQUIRED)}},
	[STEP_LINK] = {STEP_LINK, "link",
		       "From here on the link obeys this rule; until the first such step of a play "
		       "it is `clean`, whatever the dimension `link` says",
		       .wire = true, .scalar = LINK_RULE,
		       .args = {[LINK_RULE] = TYPED("rule", ARG_LINK, "a profile's name, or a rule",
						    REQUIRED)}},
	[STEP_NAT] = {STEP_NAT, "nat",
		      "From here on the router does so with what it forwards to the server; before "
		      "the first such step it neither translates nor tracks",
		      .router = true, .scalar = NAT_MASQUERADE,
		      .args = {[NAT_MASQUERADE] = WORD(
				       "masquerade",
				       WORDS("none", "preserving", "random", "fully-random"),
				       "the source becomes the router's address, and its port: "
				       "the same where it is free, or one by a hash, or by "
				       "chance; none: connections are only tracked",
				       .preset = "preserving"),
			       [NAT_POOL] = TYPED("pool", ARG_RANGE, "the ports outside", ),
			       [NAT_INVALID] = WORD("invalid", WORDS("accept", "drop"),
						    "what becomes of what conntrack calls invalid",
						    .preset = "accept")}},
	[STEP_CONNTRACK] = {STEP_CONNTRACK, "conntrack",
			    "Ask the router for what it tracks of a connection now", .router = true,
			    .scalar = -1,
			    .args = {[CONNTRACK_AS] = DEFINE("as", NAME_ENTRY,
							     "a name for what is seen", REQUIRED),
				     [CONNTRACK_OF] =
					     REF("of", NAME_CONN, "the connection", REQUIRED)}},
	[STEP_FORGET] =
		{STEP_FORGET, "forget",
		 "Delete the router's conntrack entry of a connection, as conntrack -D does",
		 .router = true, .scalar = FORGET_OF,
		 .args = {[FORGET_OF] = REF("of", NAME_CONN, "the connection", REQUIRED)}},
	[STEP_BALANCE] =
		{STEP_BALANCE, "balance",
		 "Have the router's IPVS send connections to a service of its on to a real "
		 "server, round robin and by NAT",
		 .router = true, .scalar = -1,
		 .args = {[BALANCE_SERVICE] = TYPED("service", ARG_ENDPOINT,
						    "router[.ADDRESS]:PORT, the service", REQUIRED,
						    .port = true),
			  [BALANCE_TO] = TO_PORT,
			  [BALANCE_WEIGHT] =
				  NUMBER("weight", 0, 65535,
					 "its share of new connections; 0: none", .preset = "1")}},
	[STEP_SERVE] =
		{STEP_SERVE, "serve",
		 "Have a program serve, and wait until it listens: that of `--with server=`, or a "
		 "stand-in that speaks HTTP/1.1; the last four are for the stand-in",
		 .wire = true, .scalar = -1,
		 .args = {[SERVE_AS] = DEFINE("as", NAME_SERVE, "a name", REQUIRED),
			  [SERVE_AT] = TYPED("at", ARG_ENDPOINT, "server[.ADDRESS]:PORT", REQUIRED,
					     .port = true),
			  [SERVE_IDLE] =
				  DURATION("idle",
					   "it closes connections that are idle so long; 0: never",
					   .preset = "0"),
			  [SERVE_SIZE] =
				  NUMBER("size", 1, 1000000, "bytes of an answer", .preset = "100"),
			  [SERVE_WITHIN] = WITHIN("10s")}},
	[STEP_LOAD] =
		{STEP_LOAD, "load",
		 "Have a program use what a server serves, and go on when it has opened its first "
		 "connection, or ended: that of `--with client=`, or a stand-in that speaks "
		 "HTTP/1.1, which `requests` to `closer` are for",
		 .wire = true, .scalar = -1,
		 .args = {[LOAD_AS] = DEFINE("as", NAME_LOAD, "a name", REQUIRED),
			  [LOAD_TO] = TO_PORT,
			  [LOAD_OR] = TYPED("or", ARG_ENDPOINT,
					    "another server, for when one refuses the connection",
					    .port = true),
			  [LOAD_REQUESTS] =
				  NUMBER("requests", 1, 100000, "how many in all", .preset = "100"),
			  [LOAD_AT_ONCE] = NUMBER("at-once", 1, 64,
						  "so many clients, each with one "
						  "connection and one request at a time",
						  .preset = "1"),
			  [LOAD_EVERY] =
				  DURATION("every", "a client's pause before its next request",
					   .preset = "0"),
			  [LOAD_KEEP_ALIVE] =
				  BOOL("keep-alive", "no", "a client uses its connection again"),
			  [LOAD_CHECK] = BOOL(
				  "check", "no",
				  "before that it looks whether the server has closed it"),
			  [LOAD_CLOSER] = TYPED(
				  "closer", ARG_SIDE, "without keep-alive: which end closes first",
				  .preset = "server"),
			  [LOAD_LOG] = BOOL(
				  "log", "yes",
				  "no: the record counts its segments, and has none of "
				  "them"),
			  [LOAD_WITHIN] = WITHIN("10s")}},
	[STEP_STOP] =
		{STEP_STOP, "stop", "Stop what serves, and wait until all its processes are gone",
		 .scalar = STOP_OF,
		 .args = {[STOP_OF] = REF("of", NAME_SERVE, "what serves", REQUIRED),
			  [STOP_HOW] = WORD(
				  "how", WORDS("term", "drain", "kill"),
				  "term, kill: by SIGTERM, SIGKILL; drain: it may finish what "
				  "is open (by `--drain`'s signal)",
				  .preset = "term"),
			  [STOP_WITHIN] = WITHIN("10s")}},
	[STEP_START] = {STEP_START, "start", "Start it again, and wait until it listens",
			.scalar = START_OF,
			.args = {[START_OF] = REF("of", NAME_SERVE, "what served", REQUIRED),
				 [START_WITHIN] = WITHIN("10s")}},
	[STEP_FINISH] = {STEP_FINISH, "finish",
			 "Wait until a load's program has ended and its connections have; not to "
			 "end fails the cell",
			 .scalar = FINISH_OF,
			 .args = {[FINISH_OF] = REF("of", NAME_LOAD, "the load", REQUIRED),
				  [FINISH_WITHIN] = WITHIN("30s")}},
	[STEP_REPLACE] =
		{STEP_REPLACE, "replace",
		 "Take a host away, as a container that is killed, and put a new one in its "
		 "place that has its addresses and sysctls and nothing else; its counters "
		 "begin at 0",
		 .plain = true, .wire = true, .scalar = REPLACE_HOST,
		 .args = {[REPLACE_HOST] = TYPED("host", ARG_HOST, "the host", REQUIRED)}},
	[STEP_ROUTE] =
		{STEP_ROUTE, "route",
		 "Give a host a route of its own to another's first "
		 "address, for the connections that it opens or accepts from now on",
		 .plain = true, .wire = true, .scalar = -1,
		 .args = {[ROUTE_AT] = AT_HOST,
			  [ROUTE_TO] = TYPED("to", ARG_HOST, "the other host", REQUIRED),
			  [ROUTE_MICROSECONDS] = BOOL(
				  "microseconds", "no",
				  "its timestamps count microseconds (feature tcp_usec_ts)"),
			  [ROUTE_KIND] =
				  WORD("kind",
				       WORDS("link", "lo", "unreachable", "prohibit", "blackhole",
					     "throw"),
				       "link: by eth0; lo: by the device lo, where nobody has "
				       "that address; the others as in ip-route(8)",
				       .preset = "link")}},
	[STEP_ICMP] = {STEP_ICMP, "icmp", "Tell one end by ICMP what became of a segment of it",
		       .plain = true, .wire = true, .scalar = -1,
		       .args = {[ICMP_OF] = REF("of", NAME_CONN, "the connection", REQUIRED),
				[ICMP_TO] = TYPED("to", ARG_SIDE, "who is told", REQUIRED),
				[ICMP_WHAT] = WORD("what", ICMP_WHATS,
						   "net to prohibited: it is unreachable; "
						   "source-quench: "
						   "IPv4 only",
						   .preset = "host"),
				[ICMP_SEQ] = NUMBER("seq", INT32_MIN, UINT32_MAX,
						    "the segment's sequence number, relative to "
						    "SND.NXT",
						    .preset = "-1"),
				[ICMP_TTL] = NUMBER(
					"ttl", 1, 255,
					"the TTL, or hop limit, that the message arrives with; "
					"IPv6's redirect: always 255",
					.preset = "64"),
				[ICMP_QUOTED_TTL] =
					NUMBER("quoted-ttl", 1, 255,
					       "and that the segment had left", .preset = "64"),
				[ICMP_MTU] = NUMBER("mtu", 0, UINT16_MAX,
						    "of the link that it is too big for",
						    .preset = "1280")}},
	[STEP_ACCEPT] = {STEP_ACCEPT, "accept",
			 "Have a listener that accepts nobody accept who waits, and who comes from "
			 "now on",
			 .scalar = ACCEPT_AT,
			 .args = {[ACCEPT_AT] = REF("at", NAME_LISTENER, "the listener's name",
						    REQUIRED)}},
	[STEP_STEER] =
		{STEP_STEER, "steer",
		 "Have a BPF program (BPF_SK_LOOKUP) hand who connects to a port to a listener "
		 "of another one, as long as that listens",
		 .scalar = -1,
		 .args = {[STEER_PORT] =
				  NUMBER("port", 1, 65535, "the port that is asked for", REQUIRED),
			  [STEER_TO] = REF("to", NAME_LISTENER, "the listener's name", REQUIRED)}},
};

const struct step_spec *step_spec_find(const char *name)
{
	for (size_t i = 0; i < N_STEP_KINDS; i++) {
		if (!strcmp(step_specs[i].name, name))
			return &step_specs[i];
	}
	return NULL;
}

static const char *nth_step(size_t i, const void *ctx)
{
	(void)ctx;
	return step_specs[i].name;
}

const char *step_spec_nearest(const char *name)
{
	return nearest(name, nth_step, N_STEP_KINDS, NULL);
}

size_t step_spec_n_args(const struct step_spec *spec)
{
	size_t n = 0;

	while (n < STEP_ARGS_MAX && spec->args[n].name)
		n++;
	return n;
}
