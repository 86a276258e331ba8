// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * drops: owns the talk with the kernel's drop monitor. It tells of each drop from a work of its
 * own, some time afterwards: a datagram that nobody takes, dropped last, tells that all was told.
 */
#include "lab/drops.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/nlerr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/net_dropmon.h>
#include <netinet/in.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FAMILY	      "NET_DM"
#define GROUP	      "events"
#define SOCKET_BYTES  (4 << 20)
#define QUEUE_PACKETS 100000 /* what a full queue loses is told nobody */
#define LAST_PORT     9	     /* discard (RFC 863), at which nobody listens */
#define LAST_WAIT_S   5

static const char socket_what[] = "open a generic netlink socket";
static const char last_words[] = "afterclose: every drop until here was told";

struct drops {
	int family;
	bool started;
	struct nl_sock *orders, *alerts;
	int last_fd;	  /* connected to a port where nobody listens */
	int64_t epoch_ns; /* the monitor's clock against clock_now_ns() */
	/* While it reads: */
	drops_fn *fn;
	void *ctx;
	bool told; /* the last words came by */
};

/* One order, acknowledged. */
static int order(const struct drops *drops, uint8_t command, struct err *err)
{
	struct nl_msg *msg = nlmsg_alloc();
	int nle;

	if (!msg)
		return err_set(err, ENOMEM, "a message to the drop monitor");
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, drops->family, 0, 0, command, 0);
	if (command == NET_DM_CMD_CONFIG) {
		nla_put_u8(msg, NET_DM_ATTR_ALERT_MODE, NET_DM_ALERT_MODE_PACKET);
		nla_put_u32(msg, NET_DM_ATTR_TRUNC_LEN, DROPS_BYTES);
		nla_put_u32(msg, NET_DM_ATTR_QUEUE_LEN, QUEUE_PACKETS);
	}
	nle = nl_send_sync(drops->orders, msg);
	return nle < 0 ? nlerr_set(err, nle, "order %d to the drop monitor", command) : 0;
}

/* The first namespace's loopback carries the last words, and nothing else. */
static int last_open(struct drops *drops, struct err *err)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons(LAST_PORT),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int rc = link_set_lo_up(err);

	if (rc)
		return rc;
	drops->last_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (drops->last_fd < 0 || connect(drops->last_fd, (struct sockaddr *)&to, sizeof(to)))
		return err_sys(err, "a socket for the drop monitor's last words");
	return 0;
}

static int64_t realtime_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int alerts_open(struct drops *drops, int group, struct err *err)
{
	const struct timeval wait = {.tv_sec = LAST_WAIT_S};
	const int bytes = SOCKET_BYTES;
	int fd, nle, rc = nlerr_open(NETLINK_GENERIC, socket_what, &drops->alerts, err);

	if (rc)
		return rc;
	nl_socket_disable_seq_check(drops->alerts);
	nle = nl_socket_add_membership(drops->alerts, group);
	if (nle)
		return nlerr_set(err, nle, "listen to the drop monitor");
	fd = nl_socket_get_fd(drops->alerts);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)))
		return err_sys(err, "prepare the drop monitor's socket");
	return 0;
}

/* The family is there in the first namespace only. */
static int open_at_home(void *ctx, struct err *err)
{
	struct drops *drops = ctx;
	int group, rc = nlerr_open(NETLINK_GENERIC, socket_what, &drops->orders, err);

	if (rc)
		return rc;
	drops->family = genl_ctrl_resolve(drops->orders, FAMILY);
	group = drops->family < 0 ? -1 : genl_ctrl_resolve_grp(drops->orders, FAMILY, GROUP);
	if (group < 0)
		return err_set(err, EOPNOTSUPP,
			       "this kernel has no drop monitor (CONFIG_NET_DROP_MONITOR)");
	rc = alerts_open(drops, group, err);
	if (!rc)
		rc = last_open(drops, err);
	if (!rc)
		rc = order(drops, NET_DM_CMD_CONFIG, err);
	if (!rc)
		rc = order(drops, NET_DM_CMD_START, err);
	drops->started = !rc;
	return rc;
}

int drops_open(const struct bench *bench, struct drops **ret, struct err *err)
{
	struct drops *drops = mem_zalloc(sizeof(*drops));
	int rc;

	drops->last_fd = -1;
	drops->epoch_ns = realtime_ns() - clock_now_ns();
	rc = netns_visit(bench->home_fd, open_at_home, drops, err);
	if (rc) {
		drops_close(drops);
		drops = NULL;
	}
	*ret = drops;
	return rc;
}

static bool is_last(const struct drop *drop)
{
	return drop->len >= sizeof(last_words) &&
	       !memcmp(drop->bytes + drop->len - sizeof(last_words), last_words,
		       sizeof(last_words));
}

/* The device that it came in by. */
static int in_ifindex(struct nlattr *in_port)
{
	struct nlattr *attrs[NET_DM_ATTR_PORT_MAX + 1];

	if (!in_port || nla_parse_nested(attrs, NET_DM_ATTR_PORT_MAX, in_port, NULL) ||
	    !attrs[NET_DM_ATTR_PORT_NETDEV_IFINDEX])
		return 0;
	return (int)nla_get_u32(attrs[NET_DM_ATTR_PORT_NETDEV_IFINDEX]);
}

/* Of struct nl_cb's NL_CB_VALID. Kernels before 6.0 give no reason. */
static int alert_take(struct nl_msg *msg, void *arg)
{
	struct drops *drops = arg;
	struct nlattr *attrs[NET_DM_ATTR_MAX + 1];
	struct genlmsghdr *header = genlmsg_hdr(nlmsg_hdr(msg));
	struct drop drop;

	if (header->cmd != NET_DM_CMD_PACKET_ALERT ||
	    genlmsg_parse(nlmsg_hdr(msg), 0, attrs, NET_DM_ATTR_MAX, NULL) ||
	    !attrs[NET_DM_ATTR_REASON] || !attrs[NET_DM_ATTR_PAYLOAD] ||
	    !attrs[NET_DM_ATTR_TIMESTAMP] || !attrs[NET_DM_ATTR_ORIG_LEN])
		return NL_SKIP;
	drop = (struct drop){
		.at_ns = (int64_t)nla_get_u64(attrs[NET_DM_ATTR_TIMESTAMP]) - drops->epoch_ns,
		.ifindex = in_ifindex(attrs[NET_DM_ATTR_IN_PORT]),
		.reason = nla_get_string(attrs[NET_DM_ATTR_REASON]),
		.bytes = nla_data(attrs[NET_DM_ATTR_PAYLOAD]),
		.len = nla_len(attrs[NET_DM_ATTR_PAYLOAD]),
		.whole_len = nla_get_u32(attrs[NET_DM_ATTR_ORIG_LEN]),
	};
	if (is_last(&drop))
		drops->told = true;
	else if (drops->fn)
		drops->fn(drops->ctx, &drop);
	return NL_OK;
}

int drops_read(struct drops *drops, drops_fn *fn, void *ctx, struct err *err)
{
	int unreached;

	drops->fn = fn;
	drops->ctx = ctx;
	drops->told = false;
	nl_socket_modify_cb(drops->alerts, NL_CB_VALID, NL_CB_CUSTOM, alert_take, drops);
	/* The last time's ICMP error. */
	getsockopt(drops->last_fd, SOL_SOCKET, SO_ERROR, &unreached, &(socklen_t){sizeof(int)});
	if (send(drops->last_fd, last_words, sizeof(last_words), 0) < 0)
		return err_sys(err, "send the drop monitor's last words");
	while (!drops->told) {
		int nle = nl_recvmsgs_default(drops->alerts);

		if (nle == -NLE_AGAIN)
			return err_set(err, ETIMEDOUT, "the drop monitor has said nothing for %d s",
				       LAST_WAIT_S);
		if (nle == -NLE_NOMEM)
			return err_set(err, ENOBUFS,
				       "more drops than the drop monitor's socket holds");
		if (nle)
			return nlerr_set(err, nle, "hear the drop monitor");
	}
	return 0;
}

bool drops_told(const struct bench *bench)
{
	struct drops *drops = NULL;
	struct err ignored;
	bool told = bench->alone && !drops_open(bench, &drops, &ignored) &&
		    !drops_read(drops, NULL, NULL, &ignored);

	drops_close(drops);
	return told;
}

void drops_close(struct drops *drops)
{
	struct err ignored;

	if (!drops)
		return;
	if (drops->started)
		order(drops, NET_DM_CMD_STOP, &ignored);
	nl_socket_free(drops->alerts);
	nl_socket_free(drops->orders);
	if (drops->last_fd >= 0)
		close(drops->last_fd);
	free(drops);
}
