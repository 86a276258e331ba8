/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diag: what the kernel's own tables say of one TCP socket, asked by its exact four-tuple. */
#ifndef AFTERCLOSE_LAB_DIAG_H
#define AFTERCLOSE_LAB_DIAG_H

#include "base/err.h"
#include "netem/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nl_sock;

/* RFC 9293's states in the kernel's numbering (include/net/tcp_states.h); 0 is "no such socket". */
enum tcp_state {
	STATE_NONE = 0,
	STATE_ESTABLISHED,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT_1,
	STATE_FIN_WAIT_2,
	STATE_TIME_WAIT,
	STATE_CLOSED,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_CLOSING,
	STATE_NEW_SYN_RECV,
	N_STATES,
};

/* "established", "time-wait", "fin-wait-2", ... ; STATE_NONE and STATE_CLOSED are "closed". */
const char *state_name(enum tcp_state state);
bool state_parse(const char *name, enum tcp_state *ret);

struct tuple {
	struct addr local, remote;
	uint16_t local_port, remote_port;
	int device; /* the one that its socket may be bound to (SO_BINDTODEVICE) */
};

struct sock_seen {
	enum tcp_state state; /* STATE_NONE: the kernel has no such socket */
	bool minisock;	      /* a timewait socket: true TIME_WAIT, or an orphan's FIN_WAIT2 */
	int64_t timer_ns;     /* what is left of its timer by the kernel's word; -1: none runs */
	unsigned timer;	      /* idiag_timer: 1 retransmit, 2 keepalive, 3 timewait, 4 probe */
	unsigned retransmits;
	uint64_t cookie; /* tells one socket from the next with the same four-tuple */
};

/* A sock_diag socket of the current namespace. Owned by the caller: nl_socket_free(). */
int diag_open(struct nl_sock **ret, struct err *err);

/* Ask for n sockets (inet_diag_find_one_icsk), all before any answer is read. A listener that
 * matches is not an answer. */
int diag_look(struct nl_sock *diag, const struct tuple *tuples, size_t n, struct sock_seen *ret,
	      struct err *err);

/* ss -K: SOCK_DESTROY. Errors: ENOENT no such socket, EOPNOTSUPP no INET_DIAG_DESTROY, EPERM. */
int diag_destroy(struct nl_sock *diag, const struct tuple *tuple, struct err *err);

/* The same of a listener by its local half; of several, which one the kernel finds. */
int diag_destroy_listener(struct nl_sock *diag, const struct tuple *local, struct err *err);

/* Destroy what there is of a socket, and read no answer: nothing can be asked of diag after this.
 * A closed socket that still waits for its peer (FIN-WAIT-1, CLOSING, LAST-ACK: an orphan) holds
 * its namespace until it gives up, which takes minutes. */
void diag_clear(struct nl_sock *diag, const struct tuple *tuple);

/* Which sockets a dump is to have; 0 is any port. */
struct diag_filter {
	int family;
	enum tcp_state state;
	uint16_t local_port, remote_port;
};

/* How many sockets there are (a dump). Both kinds of minisock have their own state: an orphan
 * FIN_WAIT2 counts under STATE_FIN_WAIT_2. */
int diag_count(struct nl_sock *diag, const struct diag_filter *filter, size_t *ret,
	       struct err *err);

#endif
