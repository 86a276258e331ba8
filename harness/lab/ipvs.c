// SPDX-License-Identifier: GPL-2.0-or-later
/* ipvs: owns the messages to the kernel's load balancer. */
#include "lab/ipvs.h"
#include "base/mem.h"
#include "lab/nlerr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define SCHEDULER "rr"

static void cleanup_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static void cleanup_msg(struct nl_msg **msg)
{
	nlmsg_free(*msg);
}

/* A socket and the family's number. */
static int ipvs_open(struct nl_sock **ret, int *ret_family, struct err *err)
{
	int rc = nlerr_open(NETLINK_GENERIC, "open a generic netlink socket", ret, err);

	if (rc)
		return rc;
	*ret_family = genl_ctrl_resolve(*ret, IPVS_GENL_NAME);
	if (*ret_family < 0)
		return err_set(err, EOPNOTSUPP,
			       "this kernel has no IPVS (CONFIG_IP_VS); load it: modprobe ip_vs");
	return 0;
}

bool ipvs_here(void)
{
	_cleanup_(cleanup_socket) struct nl_sock *sock = NULL;
	struct err ignored;
	int family;

	return !ipvs_open(&sock, &family, &ignored);
}

/* union nf_inet_addr is 16 bytes for either family. */
static void put_endpoint(struct nl_msg *msg, int addr_type, int port_type,
			 const struct ipvs_endpoint *endpoint)
{
	nla_put(msg, addr_type, sizeof(endpoint->addr.bytes), endpoint->addr.bytes);
	nla_put_u16(msg, port_type, htons(endpoint->port));
}

static void put_service(struct nl_msg *msg, const struct ipvs_endpoint *service)
{
	const struct ip_vs_flags flags = {.flags = 0, .mask = ~0U};
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_SERVICE);
	bool ipv4 = service->addr.family == AF_INET;

	nla_put_u16(msg, IPVS_SVC_ATTR_AF, service->addr.family);
	nla_put_u16(msg, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
	put_endpoint(msg, IPVS_SVC_ATTR_ADDR, IPVS_SVC_ATTR_PORT, service);
	nla_put_string(msg, IPVS_SVC_ATTR_SCHED_NAME, SCHEDULER);
	nla_put(msg, IPVS_SVC_ATTR_FLAGS, sizeof(flags), &flags);
	nla_put_u32(msg, IPVS_SVC_ATTR_TIMEOUT, 0);
	nla_put_u32(msg, IPVS_SVC_ATTR_NETMASK, ipv4 ? UINT32_MAX : 128);
	nla_nest_end(msg, nest);
}

static void put_server(struct nl_msg *msg, const struct ipvs_endpoint *server, uint32_t weight)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_DEST);

	nla_put_u16(msg, IPVS_DEST_ATTR_ADDR_FAMILY, server->addr.family);
	put_endpoint(msg, IPVS_DEST_ATTR_ADDR, IPVS_DEST_ATTR_PORT, server);
	nla_put_u32(msg, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_MASQ);
	nla_put_u32(msg, IPVS_DEST_ATTR_WEIGHT, weight);
	nla_put_u32(msg, IPVS_DEST_ATTR_U_THRESH, 0);
	nla_put_u32(msg, IPVS_DEST_ATTR_L_THRESH, 0);
	nla_nest_end(msg, nest);
}

/* One command; server NULL: only about the service. Returns libnl's code. */
static int order(struct nl_sock *sock, int family, int command, const struct ipvs_endpoint *service,
		 const struct ipvs_endpoint *server, uint32_t weight)
{
	_cleanup_(cleanup_msg) struct nl_msg *msg = nlmsg_alloc();
	int rc;

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_ACK, command,
				 IPVS_GENL_VERSION))
		return -NLE_NOMEM;
	put_service(msg, service);
	if (server)
		put_server(msg, server, weight);
	rc = nl_send_auto(sock, msg);
	return rc < 0 ? rc : nl_wait_for_ack(sock);
}

int ipvs_balance(const struct ipvs_endpoint *service, const struct ipvs_endpoint *server,
		 uint32_t weight, struct err *err)
{
	_cleanup_(cleanup_socket) struct nl_sock *sock = NULL;
	int family, rc;

	if (ipvs_open(&sock, &family, err))
		return -err->code;
	rc = order(sock, family, IPVS_CMD_NEW_SERVICE, service, NULL, 0);
	if (rc && rc != -NLE_EXIST)
		return nlerr_set(err, rc, "add a virtual service");
	rc = order(sock, family, IPVS_CMD_NEW_DEST, service, server, weight);
	if (rc == -NLE_EXIST)
		rc = order(sock, family, IPVS_CMD_SET_DEST, service, server, weight);
	return rc ? nlerr_set(err, rc, "add a real server") : 0;
}
