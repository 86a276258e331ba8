/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conn: one incarnation: its two sockets, what each end wrote and read, what the wire saw each end
 * send, and the states that the kernel's tables showed for each.
 */
#ifndef AFTERCLOSE_PLAY_CONN_H
#define AFTERCLOSE_PLAY_CONN_H

#include "base/text.h"
#include "lab/diag.h"
#include "lab/lab.h"
#include "play/source.h"
#include "scenario/cell.h"

#include <stdbool.h>
#include <stdint.h>

struct sockaddr_storage;
struct stage;
struct story;

#define CALL_NONE    (-1) /* the call was not made */
#define CALL_PENDING (-2) /* it has no result yet */

/* One write of `send`: the n-th segment that a scenario speaks of. */
struct chunk {
	uint32_t offset, len;
	unsigned transmissions; /* seen on the wire */
};

/* From SND.NXT of a TIME-WAIT to the ISN of who takes its four-tuple over, by a SYN that it is sent
 * (tcp_timewait_state_process) or by connect() (tcp_twsk_unique). */
#define TIME_WAIT_ISN_STEP 65537

/* How many segments of an end met one fate on their way. */
struct toll {
	unsigned all, syns, fins, final_acks;
};

/* What the wire saw one end send; sequence numbers and timestamps as they are. */
struct flow {
	bool has_isn;
	uint32_t isn;
	bool has_tsecr; /* its SYN had timestamps */
	uint32_t syn_tsecr;
	uint32_t syn_data; /* bytes in its first SYN */
	uint32_t next;	   /* SND.NXT, as far as the wire saw */
	bool has_delivered;
	uint32_t delivered; /* the peer's RCV.NXT, as far as it was delivered in order */
	uint32_t ack_last;  /* the last acknowledgement that it sent */
	bool has_ack;
	bool has_ts;
	uint32_t ts_base;  /* the first TSval of this end and four-tuple, of any incarnation */
	uint32_t ts_last;  /* the last that it sent */
	uint32_t ts_first; /* its first in this incarnation */
	int64_t ts_first_ns, ts_last_ns; /* when the wire saw them; 0: none */
	uint32_t ts_delivered;		 /* the last that reached the peer */
	uint32_t flow_label;		 /* the last that it sent with */
	unsigned ip_options;		 /* 1 << each combination that its segments had */
	unsigned flow_labels;		 /* how many there were, one after the other */
	unsigned extended, bare;	 /* segments with extension headers, and without */
	const char *syn_against_tsval;	 /* the first SYN's place after the incarnation before: a */
	const char *syn_against_seq;	 /* fact's word; NULL: none */
	unsigned syns, fins, rsts, final_acks; /* sent */
	struct toll lost;
	struct toll unknown;   /* they are under way, or the kernel's netem cannot be asked */
	bool fin_early;	       /* its first FIN left before the peer's had come */
	unsigned fins_arrived; /* at the peer, copies included */
	uint32_t fin_next;     /* the sequence number behind its FIN */
	bool has_wscale, has_edge;
	uint8_t wscale;
	uint32_t edge;	    /* the first number beyond the window that it offered last */
	unsigned fin_order; /* 0: no FIN yet; 1: its FIN was first; 2: last */
};

/* When something happened, known to within error_ns; ns is 0 where that was not seen. */
struct instant {
	int64_t ns, error_ns;
};

/* What the kernel's tables showed of one end. */
struct watch {
	struct sock_seen seen;
	struct text path; /* states joined by > */
	int64_t looked_ns;
	bool time_wait, fin_wait_2;
	int64_t fw2_begin_ns; /* of FIN-WAIT-2 in either form; 0: not seen */
	struct instant fw2_end;
	int64_t closed_ns;   /* its close() */
	struct instant gone; /* since when there is no socket */
	int64_t armed_ns;    /* the timer when the minisock, in its present state, was first seen */
	int64_t tw_timer_ns; /* the timer when TIME-WAIT was first seen */
	int64_t tw_begin_ns; /* when TIME-WAIT began */
	int64_t tw_start_ns; /* when its timer was last started */
	struct instant tw_end;
	unsigned tw_restarts;
	unsigned strays;       /* segments that came when the socket was gone */
	unsigned maybe_strays; /* and those of which nobody knows */
	int64_t missed_ns;     /* when a look found no socket any more */
	int64_t met_ns;	       /* when the last segment came before then, or since; 0: none */
	uint32_t met_seq, met_ack;
	uint8_t met_flags;
	unsigned tw_segments; /* that reached TIME-WAIT, so far apart that a restart would show */
	int64_t tw_met_ns;    /* when the last segment did */
	int64_t tw_apart_ns;  /* how long after the one before it */
	bool tw_met;	      /* and nobody has looked since */
	bool end_awaited;     /* a step looks for its end, tick by tick */
	bool gave_up;	      /* it has sent a RST just now, that answers nothing */
};

struct end {
	struct conn *conn;
	struct end *previous; /* the same end of the incarnation of its four-tuple before it */
	struct end *next;     /* and after it */
	enum host_id host;
	struct tuple tuple;
	int fd;			  /* -1: none, or closed, or raw */
	bool raw, raw_timestamps; /* no kernel's (raw.h); does it speak timestamps */
	uint32_t raw_isn, raw_tsval;
	uint32_t raw_label; /* its flow label; so the next */
	uint8_t raw_tos, raw_extensions;
	int raw_signs; /* SIGN_* */
	struct source source;
	bool opened, eof;
	bool deaf; /* it does not read */
	int error; /* the first errno after connect() */
	bool writable;
	int64_t close_ns; /* how long close() blocked */
	struct text written, read;
	struct chunk *chunks;
	size_t n_chunks;
	struct flow flow;
	struct watch watch;
};

struct conn {
	const char *name;
	const struct name *named; /* NULL: one of a `repeat`, or of a program */
	struct story *story;	  /* of a program's; NULL: a step made it */
	struct conn *took; /* whose TIME-WAIT its socket may have taken over in vain before */
	bool no_accept;	   /* nobody will accept it: the listener does not */
	bool watched;	   /* its four-tuple is a named one's: states are looked up */
	bool isn_chosen;   /* `isn` said what the SYN's sequence number is */
	bool unlogged;	   /* its segments are counted, and not written down */
	int bind_result, connect_result; /* 0, an errno, CALL_NONE or CALL_PENDING */
	int64_t connect_began_ns, connect_ended_ns;
	struct end ends[2]; /* SIDE_CLIENT, SIDE_SERVER */
};

/* Which way a socket goes, and what may reach it (reach.h). */
struct reach {
	int device;  /* DEVICE_* */
	int min_ttl; /* 0: any */
	bool recverr, no_pmtu;
};

/* What an IPv6 socket gives to all that it sends, and is told of what comes (sticky.h). */
struct sticky {
	unsigned extensions; /* a set of EXTENSION_* */
	int receives;	     /* RECEIVES_* (sticky.c) */
	bool reflects;	     /* the flow label that it is sent */
};

struct conn_options {
	struct endpoint from, to;
	bool reuseaddr, reuseport, no_port;
	bool md5, ao;	     /* its segments are signed */
	int other_key;	     /* OTHER_KEY_*: one for another peer */
	uint32_t port_range; /* high << 16 | low; 0: the host's */
	bool mapped;	     /* an IPv6 socket, whatever the family */
	bool repair;	     /* TCP_REPAIR stays on until it is connected */
	bool has_isn;
	uint32_t isn;
	int handshake; /* HANDSHAKE_*: a raw end's part; so the next */
	bool timestamps;
	uint32_t tsval, label; /* label: also what an IPv6 socket asks for */
	struct reach reach;
	struct sticky sticky;
	int destination, scope; /* DESTINATION_*, DEVICE_* */
	uint8_t tos;		/* of a raw end, or the client's socket */
	bool has_fast_open, fast_open_deferred;
	uint32_t fast_open; /* bytes of its SYN */
	bool no_quickack;   /* its ACK of the SYN-ACK waits; so by the next, 0: not set */
	int defer_accept_s;
	struct conn *again; /* NULL, or whose socket connects again */
	int ip_options;	    /* IP_OPTIONS_* */
	bool no_data;	    /* nothing will be written: TCP_NODELAY is for those that write */
	int64_t deadline_ns;
};

/* A connection of the stage, not opened yet. name is copied. */
struct conn *conn_new(struct stage *stage, const char *name, const struct name *named);
void conn_free(struct conn *conn);

/* Bind, connect, wait for the result and for its accept(). What the calls returned is in the
 * connection; only the harness's own failures are errors. */
int conn_open(struct stage *stage, struct conn *conn, const struct conn_options *options,
	      struct err *err);

/* The two halves of conn_open(): up to where connect() has begun (a raw end's handshake is over
 * then), and the wait for its result and its accept(). */
int conn_begin(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err);
int conn_await(struct stage *stage, struct conn *conn, const struct conn_options *options,
	       struct err *err);

/* The client's four-tuple is known: both ends are found by it from now on; behind a router, only
 * the client's, until the router has said what it makes of it (conn_translated). */
int conn_join(struct stage *stage, struct conn *conn, struct err *err);

/* The server sees the connection as this four-tuple, of the server's end, from now on. */
int conn_translated(struct stage *stage, struct conn *conn, const struct tuple *server,
		    struct err *err);

/* The incarnation before it of the four-tuple that is on the wire; NULL: none. */
struct conn *conn_previous(const struct conn *conn);

/* A listener gave us this socket, and whose it is: it is the server's end of the connection that
 * has its tuple. */
void conn_accepted(struct stage *stage, int fd, const struct sockaddr_storage *from);

bool conn_is_open(const struct conn *conn); /* established at least at the client's end */
struct end *conn_peer(const struct end *end);

/* Write one chunk. Its text names the connection, the end and the chunk, so that the bytes of two
 * incarnations always differ. 1 done, or the socket has failed; 0 no room by the deadline. */
int end_write(struct stage *stage, struct end *end, size_t size, int64_t deadline_ns,
	      struct err *err);

struct close_options {
	bool abort, by_exit, repair, has_linger, has_linger2;
	int linger_s, linger2_s;
	int user_timeout_ms; /* 0: none */
};

/* Close one end, by an agent where that blocks. */
int end_close(struct stage *stage, struct end *end, const struct close_options *options,
	      struct err *err);

/* Close in order: side (or both at once), then the other when it reads the end of the stream. */
int conn_close(struct stage *stage, struct conn *conn, enum side first,
	       const struct close_options *options, int64_t deadline_ns, struct err *err);

/* The two halves of conn_close(). */
int conn_close_first(struct stage *stage, struct conn *conn, enum side first,
		     const struct close_options *options, struct err *err);
int conn_close_second(struct stage *stage, struct conn *conn, enum side first, int64_t deadline_ns,
		      struct err *err);

/* Look at both ends until each is in TIME-WAIT or closed; 1 settled, 0 not by the deadline. */
int conn_settle(struct stage *stage, struct conn *conn, int64_t deadline_ns, struct err *err);

/* Is there a result of connect(), or an accept(), that conn_await() would wait for? */
bool conn_awaited(const struct stage *stage, const struct conn *conn,
		  const struct conn_options *options);

/* What these wait for, as conditions of loop_wait(), for who waits for several at once: connect()
 * and accept() of a connection are over; an end has read all or failed; both ends of a connection
 * are in TIME-WAIT or closed, where nobody looks up its states otherwise. */
bool conn_connect_over(struct stage *stage, void *conn);
bool end_read_over(struct stage *stage, void *end);
bool conn_settled(struct stage *stage, void *conn);

/* Has some socket had this end's four-tuple, as far as is known? Never a raw end's. */
bool end_has_socket(const struct end *end);

/* Destroy what the connections left in a host that is taken away: an orphan would hold its
 * namespace. The host's tables cannot be read after this. */
void ends_clear(struct stage *stage, enum host_id host);

#endif
