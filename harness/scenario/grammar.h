/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grammar: the tables of the scenario language. A step is one row and its arguments; a fact is one
 * row. The loader, the schema, the reference and the player all read them, so none repeats them.
 */
#ifndef AFTERCLOSE_SCENARIO_GRAMMAR_H
#define AFTERCLOSE_SCENARIO_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STEP_ARGS_MAX 40

/* What a name in a play stands for. */
enum name_class {
	NAME_CONN,     /* connect: as */
	NAME_LISTENER, /* listen: as */
	NAME_SEGMENT,  /* hold, copy: keep; inject: as */
	NAME_VERB,     /* drop, duplicate, delay: as */
	NAME_REPEAT,   /* repeat: as */
	NAME_LOOK,     /* look: as */
	NAME_COUNT,    /* count: as */
	NAME_SOCKSTAT, /* sockstat: as */
	NAME_KNOB,     /* knob: as */
	NAME_ENTRY,    /* conntrack: as */
	NAME_SERVE,    /* serve: as */
	NAME_LOAD,     /* load: as */
	NAME_WRITE,    /* sysctl: as */
	N_NAME_CLASSES,
	NAME_HOST = N_NAME_CLASSES, /* client, server, client2, router: owners of counter facts */
};

enum arg_type {
	ARG_DEFINE,   /* a new name of class `class` */
	ARG_REF,      /* a name of class `class`; may be defined by a later step if `forward` */
	ARG_HOST,     /* client, server, client2, router -> number: enum host_id */
	ARG_SIDE,     /* client, server (and both, if `both`) -> number: enum side */
	ARG_ENDPOINT, /* HOST[.ADDRESS][:PORT] */
	ARG_BOOL,     /* yes, no (true, false) -> number 0, 1 */
	ARG_NUMBER,   /* min..max -> number */
	ARG_DURATION, /* min..max in ns -> number */
	ARG_WORD,     /* one of words -> number: its index */
	ARG_WORD_OR_NUMBER, /* word -> is_word and number: its index; else number */
	ARG_SYSCTL,	    /* a knob's name -> text */
	ARG_RANGE,	    /* LOW-HIGH, two ports -> number: high << 16 | low */
	ARG_FLAGS,	    /* TCP flags as letters of SFRPAU, or "." -> number */
	ARG_FILTER,	    /* a pcap filter of numbers and keywords only -> text */
	ARG_LINK,	    /* a link's profile or rule -> text */
	ARG_TEXT,	    /* a value taken as it stands -> text */
};

enum side { SIDE_CLIENT, SIDE_SERVER, SIDE_BOTH, SIDE_ROUTER }; /* the last: whose sysctl */

struct arg_spec {
	const char *name;
	enum arg_type type;
	enum name_class class;
	bool required;
	bool forward;		  /* ARG_REF */
	bool both;		  /* ARG_SIDE */
	bool port;		  /* ARG_ENDPOINT: must have one, and not 0 */
	bool any;		  /* ARG_ENDPOINT: ADDRESS may be `any`, the wildcard */
	int64_t min, max;	  /* ARG_NUMBER, ARG_DURATION, ARG_WORD_OR_NUMBER */
	bool seconds;		  /* ARG_DURATION: whole ones only */
	const char *const *words; /* ARG_WORD*: NULL-terminated */
	const char *preset;	  /* its value where it is left out, as text; NULL: unset */
	const char *what;	  /* one line for the reference */
};

enum step_kind {
	STEP_RAW,
	STEP_LISTEN,
	STEP_UNLISTEN,
	STEP_CONNECT,
	STEP_REPEAT,
	STEP_SEND,
	STEP_READING,
	STEP_SHUTDOWN,
	STEP_CLOSE,
	STEP_SETTLE,
	STEP_AWAIT,
	STEP_HEAR,
	STEP_WAIT,
	STEP_PHASE,
	STEP_LOOK,
	STEP_COUNT,
	STEP_SOCKSTAT,
	STEP_HOLD,
	STEP_COPY,
	STEP_DROP,
	STEP_DUPLICATE,
	STEP_CORRUPT,
	STEP_DELAY,
	STEP_RELEASE,
	STEP_INJECT,
	STEP_KILL,
	STEP_SYSCTL,
	STEP_KNOB,
	STEP_ULIMIT,
	STEP_LINK,
	STEP_NAT,
	STEP_CONNTRACK,
	STEP_FORGET,
	STEP_BALANCE,
	STEP_SERVE,
	STEP_LOAD,
	STEP_STOP,
	STEP_START,
	STEP_FINISH,
	STEP_REPLACE,
	STEP_ROUTE,
	STEP_ICMP,
	STEP_ACCEPT,
	STEP_STEER,
	N_STEP_KINDS,
};

/* Indices into a step's arguments, one enum a step. */
enum { RAW_HOST };
enum {
	LISTEN_AT,
	LISTEN_AS,
	LISTEN_SOCKET,
	LISTEN_REUSEADDR,
	LISTEN_REUSEPORT,
	LISTEN_UID,
	LISTEN_MD5,
	LISTEN_AO,
	LISTEN_TOS,
	LISTEN_BACKLOG,
	LISTEN_ACCEPT,
	LISTEN_DEFER,
	LISTEN_KEEPALIVE,
	LISTEN_RCVBUF,
	LISTEN_DEVICE,
	LISTEN_MIN_TTL,
	LISTEN_RECVERR,
	LISTEN_PMTU,
	LISTEN_IP_OPTIONS,
	LISTEN_EXTENSIONS,
	LISTEN_RECEIVES,
	LISTEN_REFLECT,
};
enum { UNLISTEN_AT, UNLISTEN_BY };
enum { ACCEPT_AT };
enum { STEER_PORT, STEER_TO };
enum {
	CONNECT_AS,
	CONNECT_FROM,
	CONNECT_TO,
	CONNECT_REUSEADDR,
	CONNECT_REUSEPORT,
	CONNECT_NO_PORT,
	CONNECT_PORT_RANGE,
	CONNECT_MD5,
	CONNECT_AO,
	CONNECT_TOS,
	CONNECT_LABEL,
	CONNECT_SOCKET,
	CONNECT_ISN,
	CONNECT_REPAIR,
	CONNECT_HANDSHAKE,
	CONNECT_TIMESTAMPS,
	CONNECT_TSVAL,
	CONNECT_WITHIN,
	CONNECT_DEVICE,
	CONNECT_MIN_TTL,
	CONNECT_RECVERR,
	CONNECT_PMTU,
	CONNECT_DESTINATION,
	CONNECT_SCOPE,
	CONNECT_OTHER_KEY,
	CONNECT_FAST_OPEN,
	CONNECT_FAST_OPEN_BY,
	CONNECT_QUICKACK,
	CONNECT_DEFER,
	CONNECT_IP_OPTIONS,
	CONNECT_AGAIN,
	CONNECT_EXTENSIONS,
	CONNECT_RECEIVES,
	CONNECT_REFLECT,
};
enum {
	REPEAT_AS,
	REPEAT_TIMES,
	REPEAT_FROM,
	REPEAT_TO,
	REPEAT_CLOSER,
	REPEAT_REUSEADDR,
	REPEAT_NO_PORT,
	REPEAT_AT_ONCE,
	REPEAT_LOG,
};
enum { SEND_VIA, SEND_FROM, SEND_SEGMENTS, SEND_SIZE, SEND_UNTIL, SEND_WITHIN };
enum { READING_VIA, READING_AT, READING_ON };
enum { SHUTDOWN_VIA, SHUTDOWN_AT, SHUTDOWN_HOW, SHUTDOWN_USER_TIMEOUT };
enum {
	CLOSE_VIA,
	CLOSE_FIRST, /* an orderly close of both ends; excludes `at` */
	CLOSE_AT,    /* only this end */
	CLOSE_LINGER,
	CLOSE_LINGER2,
	CLOSE_USER_TIMEOUT,
	CLOSE_BY,
	CLOSE_SETTLE,
	CLOSE_WITHIN,
};
enum { SETTLE_VIA, SETTLE_WITHIN };
enum { AWAIT_VIA, AWAIT_AT, AWAIT_STATE, AWAIT_WITHIN };
enum { HEAR_VIA, HEAR_AT, HEAR_WHAT, HEAR_WITHIN };
enum { WAIT_FOR };
enum { PHASE_OF, PHASE_CLEAR };
enum { LOOK_AS, LOOK_VIA, LOOK_AT };
enum { COUNT_AS, COUNT_AT, COUNT_STATE };
enum { SOCKSTAT_AS, SOCKSTAT_AT };
/* hold, copy, drop, duplicate, corrupt, delay begin alike: which segments. */
enum {
	VERB_OF,
	VERB_FROM,
	VERB_SEGMENT,
	VERB_DATA,
	VERB_TRANSMISSION,
	VERB_TIMES,
	VERB_FILTER,
	VERB_NAME, /* keep: of hold and copy, as: of the others */
	VERB_BY,   /* delay only */
};
enum { RELEASE_SEGMENT, RELEASE_WITHIN };
enum {
	INJECT_AS,
	INJECT_OF,
	INJECT_TO,
	INJECT_FLAGS,
	INJECT_SEQ,
	INJECT_ACK,
	INJECT_TSVAL,
	INJECT_TSECR,
	INJECT_DATA,
	INJECT_WINDOW,
	INJECT_CHECKSUM,
	INJECT_TIMES,
	INJECT_EVERY,
	INJECT_WITHIN,
	INJECT_TTL,
	INJECT_SIGNATURE,
	INJECT_OPTION,
	INJECT_ETHERNET,
	INJECT_SOURCE,
	INJECT_DESTINATION,
	INJECT_DATA_OFFSET,
	INJECT_TRUNCATE,
	INJECT_TOS,
	INJECT_LABEL,
};
enum { KILL_VIA, KILL_AT };
enum { SYSCTL_AT, SYSCTL_NAME, SYSCTL_VALUE, SYSCTL_AS };
enum { KNOB_AS, KNOB_AT, KNOB_NAME };
enum { ULIMIT_NOFILE };
enum { LINK_RULE };
enum { NAT_MASQUERADE, NAT_POOL, NAT_INVALID };
enum { CONNTRACK_AS, CONNTRACK_OF };
enum { FORGET_OF };
enum { BALANCE_SERVICE, BALANCE_TO, BALANCE_WEIGHT };
/* An end that a program can play: one of `--with`, or the built-in stand-in. */
enum { SERVE_AS, SERVE_AT, SERVE_IDLE, SERVE_SIZE, SERVE_WITHIN };
enum {
	LOAD_AS,
	LOAD_TO,
	LOAD_OR,
	LOAD_REQUESTS,
	LOAD_AT_ONCE,
	LOAD_EVERY,
	LOAD_KEEP_ALIVE,
	LOAD_CHECK,
	LOAD_CLOSER,
	LOAD_LOG,
	LOAD_WITHIN,
};
enum { STOP_OF, STOP_HOW, STOP_WITHIN };
enum { START_OF, START_WITHIN };
enum { FINISH_OF, FINISH_WITHIN };
enum { REPLACE_HOST };
enum { ROUTE_AT, ROUTE_TO, ROUTE_MICROSECONDS, ROUTE_KIND };
enum { ICMP_OF, ICMP_TO, ICMP_WHAT, ICMP_SEQ, ICMP_TTL, ICMP_QUOTED_TTL, ICMP_MTU };

/* What words stand for, in the order of their tables. */
enum { SOCKET_FAMILY, SOCKET_IPV4, SOCKET_DUAL, SOCKET_IPV6_ONLY };
enum { IP_OPTIONS_NONE, IP_OPTIONS_RECORD, IP_OPTIONS_LOOSE, IP_OPTIONS_STRICT };
enum { CONNECT_SOCKET_FAMILY, CONNECT_SOCKET_MAPPED };
enum { UNLISTEN_CLOSE, UNLISTEN_SHUTDOWN, UNLISTEN_DISCONNECT, UNLISTEN_KILL };
enum { FAST_OPEN_MESSAGE, FAST_OPEN_CONNECT };
enum { HOW_WRITE, HOW_READ, HOW_BOTH, HOW_DISCONNECT };
enum { BY_CLOSE, BY_EXIT, BY_ABORT, BY_REPAIR };
enum { HEAR_END, HEAR_ERROR };
enum { DEVICE_NONE, DEVICE_ETH0, DEVICE_LO };
enum {
	DESTINATION_NAMED,
	DESTINATION_UNSPECIFIED,
	DESTINATION_BROADCAST,
	DESTINATION_MULTICAST,
	DESTINATION_LINK_LOCAL,
	DESTINATION_LOOPBACK, /* this and what follows: of a crafted segment's source only */
	DESTINATION_MAPPED,
};
enum { ETHERNET_HOST, ETHERNET_BROADCAST, ETHERNET_MULTICAST, ETHERNET_OTHER };
enum {
	ROUTE_LINK,
	ROUTE_LO,
	ROUTE_UNREACHABLE,
	ROUTE_PROHIBIT,
	ROUTE_BLACKHOLE,
	ROUTE_THROW,
};
enum { UNTIL_SENT, UNTIL_ACKED, UNTIL_DELIVERED };
enum { ISN_CLOCK, ISN_SAME };
/* How much of a handshake a raw peer takes part in. */
enum { HANDSHAKE_WHOLE, HANDSHAKE_HALF, HANDSHAKE_NONE };
/* The first number beyond a receive window, and its neighbours. */
enum { SEQ_EDGE_BEFORE, SEQ_EDGE, SEQ_EDGE_BEHIND };
enum { TSVAL_NONE, TSVAL_FRESH };
enum { TSECR_NONE };
enum { CHECKSUM_RIGHT, CHECKSUM_WRONG };
enum { OTHER_KEY_NONE, OTHER_KEY_MD5, OTHER_KEY_AO };
/* How a crafted segment is signed. */
enum {
	SIGN_OWN,
	SIGN_NONE,
	SIGN_MD5,
	SIGN_MD5_WRONG,
	SIGN_MD5_TWICE,
	SIGN_AO,
	SIGN_AO_WRONG,
	SIGN_AO_KEY,  /* a KeyID that nobody has */
	SIGN_AO_NEXT, /* an RNextKeyID that nobody has */
	SIGN_AO_MD5,
	SIGN_AO_NO_SNE, /* as if no number ever wrapped */
};
enum { INVALID_ACCEPT, INVALID_DROP };
enum { STOP_TERM, STOP_DRAIN, STOP_KILL };
enum segment_kind {
	SEGMENT_ANY,
	SEGMENT_SYN,
	SEGMENT_SYN_ACK,
	SEGMENT_FIN,
	SEGMENT_RST,
	SEGMENT_ACK, /* pure: no payload, no SYN, FIN or RST */
	SEGMENT_FINAL_ACK,
	SEGMENT_DATA,
};

struct step_spec {
	enum step_kind kind;
	const char *name;
	const char *what;
	bool wire;   /* needs a link: an error of check in a loopback lab */
	bool plain;  /* needs hosts that are on one link: an error of check behind a router */
	bool router; /* needs a router: an error of check in other labs */
	int scalar;  /* the argument that `step: VALUE` gives; -1: a mapping is needed */
	struct arg_spec args[STEP_ARGS_MAX]; /* ends with a NULL name */
};

extern const struct step_spec step_specs[N_STEP_KINDS];
const struct step_spec *step_spec_find(const char *name); /* NULL: no such step */
const char *step_spec_nearest(const char *name);	  /* for an error's remedy; never NULL */
size_t step_spec_n_args(const struct step_spec *spec);

/* Facts: what a play yields by itself about each name, and the type of its value. */
enum fact_type {
	FACT_WORD,     /* one of words, or an errno's name if `errnos`; any word if words is NULL */
	FACT_NUMBER,   /* int64 */
	FACT_DURATION, /* int64, ns */
};

struct fact_spec {
	enum name_class owner;
	const char *suffix; /* "time_wait" of "old.time_wait"; "" for the name itself ("third") */
	enum fact_type type;
	const char *const *words;
	bool errnos;
	bool timing; /* noise of the machine can move it */
	bool wire;   /* not to be had in a loopback lab */
	bool drops;  /* the kernel's drop monitor tells it (drops.h) */
	const char *what;
};

extern const struct fact_spec fact_specs[];
extern const size_t n_fact_specs;
const struct fact_spec *fact_spec_find(enum name_class owner, const char *suffix);

#endif
