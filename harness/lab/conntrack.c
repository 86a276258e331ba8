// SPDX-License-Identifier: GPL-2.0-or-later
/* conntrack: owns the questions to a router's connection tracking. */
#include "lab/conntrack.h"
#include "base/mem.h"
#include "lab/nlerr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct conntrack {
	struct nfct_handle *handle;
	/* For what the library has no call for: its counters, and a question by the answers'
	 * four-tuple alone. */
	struct nl_sock *netlink;
	bool acked;
};

static const char *const state_names[TCP_CONNTRACK_MAX] = {
	[TCP_CONNTRACK_NONE] = "none",	       [TCP_CONNTRACK_SYN_SENT] = "syn-sent",
	[TCP_CONNTRACK_SYN_RECV] = "syn-recv", [TCP_CONNTRACK_ESTABLISHED] = "established",
	[TCP_CONNTRACK_FIN_WAIT] = "fin-wait", [TCP_CONNTRACK_CLOSE_WAIT] = "close-wait",
	[TCP_CONNTRACK_LAST_ACK] = "last-ack", [TCP_CONNTRACK_TIME_WAIT] = "time-wait",
	[TCP_CONNTRACK_CLOSE] = "close",       [TCP_CONNTRACK_SYN_SENT2] = "syn-sent2",
};

void conntrack_close(struct conntrack *conntrack)
{
	if (!conntrack)
		return;
	if (conntrack->handle)
		nfct_close(conntrack->handle);
	nl_socket_free(conntrack->netlink);
	free(conntrack);
}

static void cleanup_conntrack(struct conntrack **conntrack)
{
	conntrack_close(*conntrack);
}

static void cleanup_msg(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

static void cleanup_entry(struct nf_conntrack **entry)
{
	if (*entry)
		nfct_destroy(*entry);
}

/* No protocol of that number, or no such subsystem (nfnetlink_rcv_msg(): EINVAL): what a kernel
 * that tracks nothing says. */
static bool is_lack(int rc)
{
	return rc == -EPROTONOSUPPORT || rc == -EINVAL || rc == -EOPNOTSUPP;
}

int conntrack_open(struct conntrack **ret, struct err *err)
{
	static struct counter_set ignored;
	_cleanup_(cleanup_conntrack) struct conntrack *conntrack = mem_zalloc(sizeof(*conntrack));
	int rc = nlerr_open(NETLINK_NETFILTER, "open a netfilter socket", &conntrack->netlink, err);

	*ret = NULL;
	ignored.n = 0;
	if (!rc) /* a kernel with these sockets may still lack conntrack */
		rc = conntrack_count(conntrack, &ignored, err);
	if (rc)
		return is_lack(rc) ? 0 : rc;
	conntrack->handle = nfct_open(CONNTRACK, 0);
	if (!conntrack->handle)
		return err_sys(err, "open a socket of conntrack's");
	*ret = conntrack;
	conntrack = NULL;
	return 0;
}

/* An entry to ask for, by who opened it. */
static struct nf_conntrack *entry_new(const struct tuple *opened)
{
	struct nf_conntrack *entry = nfct_new();
	bool ipv4 = opened->local.family == AF_INET;

	if (!entry)
		abort();
	nfct_set_attr_u8(entry, ATTR_ORIG_L3PROTO, opened->local.family);
	nfct_set_attr_u8(entry, ATTR_ORIG_L4PROTO, IPPROTO_TCP);
	nfct_set_attr(entry, ipv4 ? ATTR_ORIG_IPV4_SRC : ATTR_ORIG_IPV6_SRC, opened->local.bytes);
	nfct_set_attr(entry, ipv4 ? ATTR_ORIG_IPV4_DST : ATTR_ORIG_IPV6_DST, opened->remote.bytes);
	nfct_set_attr_u16(entry, ATTR_ORIG_PORT_SRC, htons(opened->local_port));
	nfct_set_attr_u16(entry, ATTR_ORIG_PORT_DST, htons(opened->remote_port));
	return entry;
}

static void addr_get(const struct nf_conntrack *entry, int family, enum nf_conntrack_attr attr,
		     struct addr *ret)
{
	const void *bytes = nfct_get_attr(entry, attr);

	*ret = (struct addr){.family = family};
	if (bytes)
		memcpy(ret->bytes, bytes, family == AF_INET ? 4 : 16);
}

/* Who opened it. */
static void tuple_get(const struct nf_conntrack *entry, struct tuple *ret)
{
	int family = nfct_get_attr_u8(entry, ATTR_ORIG_L3PROTO);
	bool ipv4 = family == AF_INET;

	addr_get(entry, family, ipv4 ? ATTR_ORIG_IPV4_SRC : ATTR_ORIG_IPV6_SRC, &ret->local);
	addr_get(entry, family, ipv4 ? ATTR_ORIG_IPV4_DST : ATTR_ORIG_IPV6_DST, &ret->remote);
	ret->local_port = ntohs(nfct_get_attr_u16(entry, ATTR_ORIG_PORT_SRC));
	ret->remote_port = ntohs(nfct_get_attr_u16(entry, ATTR_ORIG_PORT_DST));
}

static int entry_came(enum nf_conntrack_msg_type type, struct nf_conntrack *entry, void *data)
{
	struct conntrack_seen *seen = data;
	uint8_t state = nfct_get_attr_u8(entry, ATTR_TCP_STATE);

	(void)type;
	seen->state = state < TCP_CONNTRACK_MAX ? state_names[state] : "none";
	seen->timeout_s = nfct_get_attr_u32(entry, ATTR_TIMEOUT);
	return NFCT_CB_CONTINUE;
}

int conntrack_look(struct conntrack *conntrack, const struct tuple *opened,
		   struct conntrack_seen *ret, struct err *err)
{
	_cleanup_(cleanup_entry) struct nf_conntrack *entry = NULL;
	int rc;

	*ret = (struct conntrack_seen){.state = "none"};
	if (!conntrack)
		return 0;
	entry = entry_new(opened);
	nfct_callback_register(conntrack->handle, NFCT_T_ALL, entry_came, ret);
	rc = nfct_query(conntrack->handle, NFCT_Q_GET, entry);
	nfct_callback_unregister(conntrack->handle);
	return rc < 0 && errno != ENOENT ? err_sys(err, "ask conntrack for a connection") : 0;
}

static void put_addr(struct nl_msg *msg, const struct addr *addr, int type4, int type6)
{
	bool ipv4 = addr->family == AF_INET;

	nla_put(msg, ipv4 ? type4 : type6, ipv4 ? 4 : 16, addr->bytes);
}

static void put_reply(struct nl_msg *msg, const struct tuple *tuple)
{
	struct nlattr *reply = nla_nest_start(msg, CTA_TUPLE_REPLY | NLA_F_NESTED);
	struct nlattr *part = nla_nest_start(msg, CTA_TUPLE_IP | NLA_F_NESTED);

	put_addr(msg, &tuple->local, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
	put_addr(msg, &tuple->remote, CTA_IP_V4_DST, CTA_IP_V6_DST);
	nla_nest_end(msg, part);
	part = nla_nest_start(msg, CTA_TUPLE_PROTO | NLA_F_NESTED);
	nla_put_u8(msg, CTA_PROTO_NUM, IPPROTO_TCP);
	nla_put_u16(msg, CTA_PROTO_SRC_PORT, htons(tuple->local_port));
	nla_put_u16(msg, CTA_PROTO_DST_PORT, htons(tuple->remote_port));
	nla_nest_end(msg, part);
	nla_nest_end(msg, reply);
}

static int opener_came(struct nl_msg *msg, void *arg)
{
	_cleanup_(cleanup_entry) struct nf_conntrack *entry = nfct_new();

	if (entry && nfct_nlmsg_parse(nlmsg_hdr(msg), entry) >= 0)
		tuple_get(entry, arg);
	return NL_OK;
}

/* The kernel calls its one answer a part of many, so that only this is its end. */
static int ack_came(struct nl_msg *msg, void *arg)
{
	(void)msg;
	((struct conntrack *)arg)->acked = true;
	return NL_STOP;
}

int conntrack_opener(struct conntrack *conntrack, const struct tuple *answers, struct tuple *ret,
		     struct err *err)
{
	struct nfgenmsg body = {.nfgen_family = answers->local.family, .version = NFNETLINK_V0};
	_cleanup_(cleanup_msg) struct nl_msg *msg =
		nlmsg_alloc_simple(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, NLM_F_REQUEST);
	int rc;

	*ret = (struct tuple){.local_port = 0};
	if (!conntrack)
		return err_set(err, ENOENT, "this kernel tracks no connections");
	if (!msg || nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO))
		return err_set(err, ENOMEM, "ask conntrack for a connection");
	put_reply(msg, answers);
	nl_socket_modify_cb(conntrack->netlink, NL_CB_VALID, NL_CB_CUSTOM, opener_came, ret);
	nl_socket_modify_cb(conntrack->netlink, NL_CB_ACK, NL_CB_CUSTOM, ack_came, conntrack);
	conntrack->acked = false;
	rc = nl_send_auto(conntrack->netlink, msg);
	while (rc >= 0 && !conntrack->acked)
		rc = nl_recvmsgs_default(conntrack->netlink);
	return rc < 0 ? nlerr_set(err, rc, "ask conntrack for a connection") : 0;
}

int conntrack_delete(struct conntrack *conntrack, const struct tuple *opened, struct err *err)
{
	_cleanup_(cleanup_entry) struct nf_conntrack *entry = NULL;

	if (!conntrack)
		return err_set(err, ENOENT, "this kernel tracks no connections");
	entry = entry_new(opened);
	if (nfct_query(conntrack->handle, NFCT_Q_DESTROY, entry) < 0)
		return err_sys(err, "delete an entry of conntrack's");
	return 0;
}

/* The counters that a play can move; their names begin with Ct, to be told from TCP's. */
static const struct {
	int attribute;
	const char *name;
} counts[] = {
	{CTA_STATS_CLASH_RESOLVE, "CtClashResolve"},
	{CTA_STATS_DROP, "CtDrop"},
	{CTA_STATS_EARLY_DROP, "CtEarlyDrop"},
	{CTA_STATS_INSERT_FAILED, "CtInsertFailed"},
	{CTA_STATS_INVALID, "CtInvalid"},
};

static void count_add(struct counter_set *set, const char *name, uint32_t value)
{
	size_t i = 0;

	while (i < set->n && strcmp(set->of[i].name, name))
		i++;
	if (i == COUNTER_MAX)
		return;
	if (i == set->n) {
		snprintf(set->of[i].name, sizeof(set->of[i].name), "%s", name);
		set->of[set->n++].value = 0;
	}
	set->of[i].value += value;
}

/* One processor's. */
static int counts_came(struct nl_msg *msg, void *arg)
{
	struct nlattr *attributes[CTA_STATS_MAX + 1];

	if (nlmsg_parse(nlmsg_hdr(msg), sizeof(struct nfgenmsg), attributes, CTA_STATS_MAX, NULL))
		return NL_SKIP;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		const struct nlattr *attribute = attributes[counts[i].attribute];

		if (attribute)
			count_add(arg, counts[i].name, ntohl(nla_get_u32(attribute)));
	}
	return NL_OK;
}

int conntrack_count(struct conntrack *conntrack, struct counter_set *set, struct err *err)
{
	struct nfgenmsg body = {.version = NFNETLINK_V0};
	int rc = nl_send_simple(conntrack->netlink,
				NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET_STATS_CPU,
				NLM_F_DUMP, &body, sizeof(body));

	nl_socket_modify_cb(conntrack->netlink, NL_CB_VALID, NL_CB_CUSTOM, counts_came, set);
	if (rc >= 0)
		rc = nl_recvmsgs_default(conntrack->netlink);
	return rc < 0 ? nlerr_set(err, rc, "ask conntrack for its counters") : 0;
}
