// SPDX-License-Identifier: GPL-2.0-or-later
/* commands: owns the lab as a shell script, for a person who wants to stand inside it. */
#include "lab/host.h"
#include "lab/knob.h"
#include "lab/link.h"
#include "base/text.h"

#include <string.h>
#include <sys/socket.h>

/* One assignment a line, quoted where a shell would cut it. */
static void add_assignment(struct text *out, const char *name, const char *value)
{
	const char *quote = *value && !strchr(value, ' ') ? "" : "'";

	text_add(out, " \\\n\t%s=%s%s%s", name, quote, value, quote);
}

static void add_settings(struct text *out, const struct settings *settings)
{
	for (size_t i = 0; settings && i < settings->n; i++) {
		if (!settings->of[i].by && settings->of[i].status == SETTING_APPLIES)
			add_assignment(out, settings->of[i].name, settings->of[i].value);
	}
}

static void add_sysctls(struct text *out, const char *host)
{
	text_add(out, "ip netns exec %s sysctl -e -q -w", host);
	for (size_t i = 0; i < n_quiet_knobs; i++)
		add_assignment(out, quiet_knobs[i].name, quiet_knobs[i].value);
	for (size_t i = 0; i < n_knobs; i++) {
		if (knobs[i].scope == KNOB_NETNS && knobs[i].baseline)
			add_assignment(out, knobs[i].name, knobs[i].baseline);
	}
}

static void add_namespace(struct text *out, const char *name,
			  const struct settings *const settings[], size_t n_settings)
{
	text_add(out, "ip netns add %s\n", name);
	add_sysctls(out, name);
	for (size_t i = 0; i < n_settings; i++)
		add_settings(out, settings[i]);
	text_add(out, "\nip -n %s link set lo up mtu %d\n", name, LINK_MTU);
}

static void add_link(struct text *out, enum host_id id, const struct host *host, int family)
{
	const char *name = host_names[id];
	char text[64];

	text_add(out,
		 "ip -n %s link add eth0 numtxqueues 1 numrxqueues 1 mtu %d address "
		 "%02x:%02x:%02x:%02x:%02x:%02x type veth peer name %s netns wire\n",
		 name, LINK_MTU, host->mac[0], host->mac[1], host->mac[2], host->mac[3],
		 host->mac[4], host->mac[5], name);
	text_add(out,
		 "ip netns exec %s ethtool -K eth0 rx off tx off sg off tso off gso off gro off\n",
		 name);
	text_add(out, "ip -n %s link set eth0 up\n", name);
	text_add(out, "ip -n wire link set %s master wire up\n", name);
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		if (family != AF_INET6)
			text_add(out, "ip -n %s addr add %s/24 dev eth0\n", name,
				 addr_format(&host->ipv4[i], text, sizeof(text)));
		if (family != AF_INET)
			text_add(out, "ip -n %s addr add %s/64 dev eth0 nodad%s\n", name,
				 addr_format(&host->ipv6[i], text, sizeof(text)),
				 i ? " preferred_lft 0" : "");
	}
}

static void add_neighbour(struct text *out, const char *name, const struct addr *addr,
			  const uint8_t mac[FRAME_MAC_LEN])
{
	char text[64];

	text_add(out,
		 "ip -n %s neigh replace %s dev eth0 nud permanent lladdr "
		 "%02x:%02x:%02x:%02x:%02x:%02x\n",
		 name, addr_format(addr, text, sizeof(text)), mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
}

static void add_neighbours(struct text *out, enum host_id id, const struct host *other, int family)
{
	for (unsigned i = 0; i < HOST_ADDRESSES_MAX; i++) {
		if (family != AF_INET6)
			add_neighbour(out, host_names[id], &other->ipv4[i], other->mac);
		if (family != AF_INET)
			add_neighbour(out, host_names[id], &other->ipv6[i], other->mac);
	}
}

static void add_link_lab(const struct lab_spec *spec, struct text *out)
{
	unsigned n_hosts = spec->client2 ? HOSTS_MAX : HOSTS_MAX - 1;
	struct host hosts[HOSTS_MAX] = {0};

	text_add(out, "# The wire carries frames as a scenario tells it; by hand, a bridge does.\n"
		      "ip netns add wire\n"
		      "ip netns exec wire sysctl -q -w net.ipv6.conf.default.disable_ipv6=1\n"
		      "ip -n wire link add wire type bridge forward_delay 0\n"
		      "ip -n wire link set wire up\n");
	for (unsigned id = 0; id < n_hosts; id++) {
		host_describe(&hosts[id], id);
		if (spec->raw[id]) {
			text_add(out, "# %s is a raw peer: nobody is there.\n", host_names[id]);
			continue;
		}
		add_namespace(out, host_names[id], &spec->baseline[id], 1);
		add_link(out, id, &hosts[id], spec->family);
	}
	for (unsigned id = 0; id < n_hosts; id++) {
		for (unsigned other = 0; other < n_hosts; other++) {
			if (other != id && !spec->raw[id])
				add_neighbours(out, id, &hosts[other], spec->family);
		}
	}
}

static void add_loopback_lab(const struct lab_spec *spec, struct text *out)
{
	const struct addr own = host_address_ipv4(HOST_CLIENT, 1);
	char text[64];

	add_namespace(out, "loopback", spec->baseline, HOST_SERVER + 1);
	text_add(out, "ip netns exec loopback ethtool -K lo tso off gso off gro off\n");
	text_add(out, "ip -n loopback addr add %s/32 dev lo\n",
		 addr_format(&own, text, sizeof(text)));
}

void lab_commands(const struct lab_spec *spec, struct text *out)
{
	if (spec->topology == TOPOLOGY_LOOPBACK)
		add_loopback_lab(spec, out);
	else
		add_link_lab(spec, out);
}
