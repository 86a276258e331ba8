// SPDX-License-Identifier: GPL-2.0-or-later
/* feature_syn: owns the crafted SYN of probes, and what the kernel counts of it. */
#include "lab/feature_syn.h"
#include "lab/counter.h"
#include "lab/pair.h"
#include "lab/sysctl.h"
#include "base/mem.h"
#include "netem/frame.h"

#include <linux/if_ether.h>
#include <string.h>
#include <sys/socket.h>

#define TSVAL_APART_MS 100000

static int64_t counter_now(const struct counter_files *files, const char *name)
{
	struct counter_set set;
	struct err ignored;

	if (counter_read(files, &set, &ignored))
		return 0;
	for (size_t i = 0; i < set.n; i++) {
		if (!strcmp(set.of[i].name, name))
			return set.of[i].value;
	}
	return 0;
}

/* Who sends the SYN, and with what TSval; read while there is a connection. */
struct syn_sender {
	struct sockaddr_in from;
	uint32_t tsval;
};

static bool sender_read(int client, struct syn_sender *ret)
{
	socklen_t len = sizeof(ret->from);

	return !getsockname(client, (struct sockaddr *)&ret->from, &len) &&
	       tsval_read(client, &ret->tsval);
}

/* Send the connection's server a SYN whose timestamp is so much newer than the last that it saw. */
static bool syn_send(const struct syn_sender *sender, const struct sockaddr_in *to, int32_t newer)
{
	_cleanup_fd_ int raw = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
	const uint8_t no_mac[FRAME_MAC_LEN] = {0};
	uint8_t frame[FRAME_SIZE_MAX];
	struct segment syn = {.flags = TCP_SYN, .window = 1000, .has_ts = true};
	struct tuple tuple = tuple_between(&sender->from, to);
	size_t len;

	if (raw < 0)
		return false;
	syn.src = tuple.local;
	syn.dst = tuple.remote;
	syn.sport = tuple.local_port;
	syn.dport = tuple.remote_port;
	syn.tsval = sender->tsval + (uint32_t)newer;
	len = frame_build(frame, sizeof(frame), no_mac, no_mac, &syn);
	return len > ETH_HLEN && sendto(raw, frame + ETH_HLEN, len - ETH_HLEN, 0,
					(const struct sockaddr *)to, sizeof(*to)) > 0;
}

bool has_old_syn_challenged(void)
{
	struct counter_files files = COUNTER_FILES_NONE;
	_cleanup_fd_ int listener = -1;
	int fds[2] = {-1, -1};
	struct sockaddr_in to;
	struct syn_sender sender;
	bool challenged = false;
	struct err ignored;

	listener = listener_open(&to);
	if (listener >= 0 && connection_open(listener, &to, fds) && sender_read(fds[0], &sender) &&
	    !counter_open(&files, &ignored)) {
		int64_t before = counter_now(&files, "TCPSYNChallenge");

		challenged = syn_send(&sender, &to, -TSVAL_APART_MS) &&
			     counter_now(&files, "TCPSYNChallenge") > before;
	}
	counter_close(&files);
	connection_close(fds);
	return challenged;
}

/* The server closes first, and waits. */
static void close_server_first(int fds[2])
{
	mem_cleanup_close(&fds[1]);
	mem_cleanup_close(&fds[0]);
	fds[0] = fds[1] = -1;
}

bool has_time_wait_isn(void)
{
	struct counter_files files = COUNTER_FILES_NONE;
	_cleanup_fd_ int listener = -1;
	int fds[2] = {-1, -1};
	struct syn_sender sender;
	struct sockaddr_in to;
	struct err ignored;
	bool kept = false;

	listener = listener_open(&to);
	if (listener >= 0 && connection_open(listener, &to, fds) && sender_read(fds[0], &sender) &&
	    !sysctl_write("net.ipv4.tcp_syncookies", "2", &ignored) &&
	    !counter_open(&files, &ignored)) {
		int64_t before = counter_now(&files, "SyncookiesSent");

		close_server_first(fds);
		kept = syn_send(&sender, &to, TSVAL_APART_MS) &&
		       counter_now(&files, "SyncookiesSent") == before;
	}
	counter_close(&files);
	connection_close(fds);
	sysctl_write("net.ipv4.tcp_syncookies", "1", &ignored);
	return kept;
}
