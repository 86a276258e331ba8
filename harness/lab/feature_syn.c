// SPDX-License-Identifier: GPL-2.0-or-later
/* feature_syn: owns the crafted SYN of probes, and what the kernel counts of it. */
#include "lab/feature_syn.h"
#include "lab/counter.h"
#include "lab/pair.h"
#include "lab/sysctl.h"
#include "base/mem.h"
#include "netem/frame.h"

#include <linux/if_ether.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define TSVAL_APART_MS	  100000
#define SEQ_APART	  1000000 /* beyond what was sent: acceptable without timestamps, too */
#define REPAIR_SEND_QUEUE 2
#define REPAIR_OFF_NO_WP  (-1)

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
	uint32_t tsval, seq; /* what it would send next */
};

/* What checkpoint/restore would ask: the number of the next byte. */
static bool seq_read(int fd, uint32_t *ret)
{
	const int on = 1, off = REPAIR_OFF_NO_WP, queue = REPAIR_SEND_QUEUE;
	socklen_t len = sizeof(*ret);
	bool known;

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)))
		return false;
	known = !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)) &&
		!getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, ret, &len);
	return !setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)) && known;
}

static bool sender_read(int client, struct syn_sender *ret)
{
	socklen_t len = sizeof(ret->from);

	return !getsockname(client, (struct sockaddr *)&ret->from, &len) &&
	       tsval_read(client, &ret->tsval) && seq_read(client, &ret->seq);
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
	syn.seq = sender->seq + SEQ_APART;
	len = frame_build(frame, sizeof(frame), no_mac, no_mac, &syn);
	return len > ETH_HLEN && sendto(raw, frame + ETH_HLEN, len - ETH_HLEN, 0,
					(const struct sockaddr *)to, sizeof(*to)) > 0;
}

/* A connection whose server is sent a SYN. */
struct syn_probe {
	struct counter_files files;
	int listener, fds[2];
	struct sockaddr_in to;
	struct syn_sender sender;
};

static bool syn_probe_open(struct syn_probe *ret)
{
	struct err ignored;

	*ret = (struct syn_probe){.files = COUNTER_FILES_NONE, .fds = {-1, -1}};
	ret->listener = listener_open(&ret->to);
	return ret->listener >= 0 && connection_open(ret->listener, &ret->to, ret->fds) &&
	       sender_read(ret->fds[0], &ret->sender) && !counter_open(&ret->files, &ignored);
}

static void syn_probe_close(struct syn_probe *probe)
{
	counter_close(&probe->files);
	connection_close(probe->fds);
	mem_cleanup_close(&probe->listener);
}

bool has_old_syn_challenged(void)
{
	struct syn_probe probe;
	bool challenged = false;

	if (syn_probe_open(&probe)) {
		int64_t before = counter_now(&probe.files, "TCPSYNChallenge");

		challenged = syn_send(&probe.sender, &probe.to, -TSVAL_APART_MS) &&
			     counter_now(&probe.files, "TCPSYNChallenge") > before;
	}
	syn_probe_close(&probe);
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
	struct syn_probe probe;
	struct err ignored;
	bool kept = false;

	if (syn_probe_open(&probe) && !sysctl_write("net.ipv4.tcp_syncookies", "2", &ignored)) {
		int64_t before = counter_now(&probe.files, "SyncookiesSent");

		close_server_first(probe.fds);
		kept = syn_send(&probe.sender, &probe.to, TSVAL_APART_MS) &&
		       counter_now(&probe.files, "SyncookiesSent") == before;
	}
	syn_probe_close(&probe);
	sysctl_write("net.ipv4.tcp_syncookies", "1", &ignored);
	return kept;
}

bool has_challenge_ack_limit_of_zero(void)
{
	static const char limit[] = "net.ipv4.tcp_challenge_ack_limit";
	struct syn_probe probe;
	bool silent = false;
	struct err ignored;
	char was[32];

	if (syn_probe_open(&probe) && !sysctl_read(limit, was, sizeof(was), &ignored) &&
	    !sysctl_write(limit, "0", &ignored)) {
		int64_t sent = counter_now(&probe.files, "TCPChallengeACK");
		int64_t due = counter_now(&probe.files, "TCPSYNChallenge");

		silent = syn_send(&probe.sender, &probe.to, 0) &&
			 counter_now(&probe.files, "TCPSYNChallenge") > due &&
			 counter_now(&probe.files, "TCPChallengeACK") == sent;
		sysctl_write(limit, was, &ignored);
	}
	syn_probe_close(&probe);
	return silent;
}
