// SPDX-License-Identifier: GPL-2.0-or-later
/* Labs, held against what ip, tc and sysctl say of them. */
#include "base/mem.h"
#include "lab/diag.h"
#include "lab/knob.h"
#include "lab/lab.h"
#include "lab/sysctl.h"
#include "child.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static void bench_open_here(struct bench *bench)
{
	struct err err;

	if (bench_open(bench, &err))
		skip("no bench here: %s", err.msg);
}

static json_t *command_json(const char *command)
{
	char line[256];
	json_error_t error;
	json_t *json;
	FILE *pipe;

	snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin %s", command);
	pipe = popen(line, "r");
	check(pipe, "popen");
	json = json_loadf(pipe, 0, &error);
	if (pclose(pipe))
		skip("\"%s\" does not work here", command);
	check(json, "%s: %s", command, error.text);
	return json;
}

static const char *string_of(json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static void check_link(void)
{
	json_t *links = command_json("ip -j -d link show dev eth0");
	json_t *link = json_array_get(links, 0);

	check(!strcmp(string_of(link, "operstate"), "UP"), "%s", string_of(link, "operstate"));
	check(!strcmp(string_of(link, "address"), "02:00:00:00:00:01"), "%s",
	      string_of(link, "address"));
	check(!strcmp(string_of(link, "inet6_addr_gen_mode"), "none"), "%s",
	      string_of(link, "inet6_addr_gen_mode"));
	check(json_integer_value(json_object_get(link, "mtu")) == 1500, "mtu");
	check(json_integer_value(json_object_get(link, "num_tx_queues")) == 1, "queues");
	json_decref(links);
}

static bool has_address(json_t *infos, const char *local, int prefix_len)
{
	json_t *info;
	size_t i;

	json_array_foreach(infos, i, info)
	{
		if (strcmp(string_of(info, "local"), local))
			continue;
		check(!json_object_get(info, "tentative"), "%s is tentative", local);
		return json_integer_value(json_object_get(info, "prefixlen")) == prefix_len;
	}
	return false;
}

static void check_addresses(const struct lab *lab)
{
	json_t *links = command_json("ip -j addr show dev eth0");
	json_t *infos = json_object_get(json_array_get(links, 0), "addr_info");
	char text[64];

	check(json_array_size(infos) == 2 * HOST_ADDRESSES_MAX, "%zu addresses",
	      json_array_size(infos));
	for (unsigned n = 1; n <= HOST_ADDRESSES_MAX; n++) {
		addr_format(lab_address(lab, HOST_CLIENT, AF_INET, n), text, sizeof(text));
		check(has_address(infos, text, 24), "no %s/24", text);
		addr_format(lab_address(lab, HOST_CLIENT, AF_INET6, n), text, sizeof(text));
		check(has_address(infos, text, 64), "no %s/64", text);
	}
	json_decref(links);
}

static void check_neighbours(size_t n_others)
{
	json_t *neighbours = command_json("ip -j neigh show dev eth0");
	json_t *neighbour;
	size_t i;

	check(json_array_size(neighbours) == n_others * 2 * HOST_ADDRESSES_MAX, "%zu neighbours",
	      json_array_size(neighbours));
	json_array_foreach(neighbours, i, neighbour)
	{
		const char *state =
			json_string_value(json_array_get(json_object_get(neighbour, "state"), 0));

		check(state && !strcmp(state, "PERMANENT"), "%s", state ? state : "no state");
		check(!strncmp(string_of(neighbour, "lladdr"), "02:00:00:00:00:0", 16), "%s",
		      string_of(neighbour, "lladdr"));
	}
	json_decref(neighbours);
}

static void check_qdisc(void)
{
	json_t *qdiscs = command_json("tc -j qdisc show dev eth0");

	check(json_array_size(qdiscs) == 1, "%zu qdiscs", json_array_size(qdiscs));
	check(!strcmp(string_of(json_array_get(qdiscs, 0), "kind"), "noqueue"), "%s",
	      string_of(json_array_get(qdiscs, 0), "kind"));
	json_decref(qdiscs);
}

static void check_offloads(const char *name)
{
	static const uint32_t queries[] = {ETHTOOL_GTXCSUM, ETHTOOL_GSG, ETHTOOL_GTSO, ETHTOOL_GGSO,
					   ETHTOOL_GGRO};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		struct ethtool_value value = {.cmd = queries[i]};
		struct ifreq request = {.ifr_data = (void *)&value};

		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
		check(!ioctl(fd, SIOCETHTOOL, &request), "%s: offload %zu", name, i);
		check(!value.data, "%s: offload %zu is on", name, i);
	}
	close(fd);
}

static void check_baseline(void)
{
	char command[256], line[256];

	for (size_t i = 0; i < n_knobs; i++) {
		FILE *pipe;

		if (!knobs[i].baseline || !sysctl_exists(knobs[i].name))
			continue;
		snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin:/sbin sysctl -n %s",
			 knobs[i].name);
		pipe = popen(command, "r");
		check(pipe && fgets(line, sizeof(line), pipe), "%s", command);
		if (pclose(pipe))
			skip("sysctl does not work here");
		line[strcspn(line, "\n")] = '\0';
		for (char *c = line; *c; c++)
			*c = *c == '\t' ? ' ' : *c;
		check(!strcmp(line, knobs[i].baseline), "%s = %s", knobs[i].name, line);
	}
}

static void link_lab(void)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LINK, .client2 = true};
	struct bench bench;
	struct lab lab;
	struct err err;
	char name[32];

	bench_open_here(&bench);
	check(!lab_open(&bench, &spec, &lab, &err), "%s", err.msg);
	for (unsigned id = 0; id < HOSTS_MAX; id++) {
		if (id == HOST_ROUTER)
			continue; /* none between these */
		snprintf(name, sizeof(name), "%s-%u", host_names[id], lab.number);
		check((int)if_nametoindex(name) == lab.hosts[id].wire_ifindex, "%s", name);
		check_offloads(name);
	}
	check(!lab_enter(&lab, HOST_CLIENT, &err), "%s", err.msg);
	check_link();
	check_addresses(&lab);
	check_neighbours(2);
	check_qdisc();
	check_offloads("eth0");
	check_baseline();
	lab_leave(&lab);
	lab_close(&lab);
	lab_close(&lab);
	bench_close(&bench);
}

Test(lab, link_is_what_ip_says)
{
	child_run(link_lab);
}

static struct sockaddr_in lab_sockaddr(const struct lab *lab, enum host_id id, uint16_t port)
{
	struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port)};

	memcpy(&sa.sin_addr, lab_address(lab, id, AF_INET, 1)->bytes, 4);
	return sa;
}

static void connect_pair(const struct lab *lab, int ret_fds[2])
{
	struct sockaddr_in client = lab_sockaddr(lab, HOST_CLIENT, 40000);
	struct sockaddr_in server = lab_sockaddr(lab, HOST_SERVER, 8080);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	check(!bind(listener, (struct sockaddr *)&server, sizeof(server)), "bind");
	check(!listen(listener, 1), "listen");
	ret_fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	check(!bind(ret_fds[0], (struct sockaddr *)&client, sizeof(client)), "bind");
	check(!connect(ret_fds[0], (struct sockaddr *)&server, sizeof(server)), "connect");
	ret_fds[1] = accept(listener, NULL, NULL);
	check(ret_fds[1] >= 0, "accept");
}

static struct sock_seen look(struct lab *lab, enum host_id id)
{
	bool client = id == HOST_CLIENT;
	struct tuple tuple = {.local = *lab_address(lab, HOST_CLIENT, AF_INET, 1),
			      .remote = *lab_address(lab, HOST_SERVER, AF_INET, 1),
			      .local_port = client ? 40000 : 8080,
			      .remote_port = client ? 8080 : 40000};
	struct sock_seen seen;
	struct err err;

	check(!diag_look(lab->hosts[id].diag, &tuple, 1, &seen, &err), "%s", err.msg);
	return seen;
}

/* The ACK of a FIN is delayed by up to 40 ms. */
static void check_states(struct lab *lab, enum tcp_state client, enum tcp_state server)
{
	enum tcp_state client_is = 0, server_is = 0;

	for (int i = 0; i < 100; i++) {
		client_is = look(lab, HOST_CLIENT).state;
		server_is = look(lab, HOST_SERVER).state;
		if (client_is == client && server_is == server)
			return;
		usleep(10000);
	}
	check(false, "client %s, server %s", state_name(client_is), state_name(server_is));
}

static void check_counter(struct lab *lab, const char *name, int64_t value)
{
	struct counter_set set;
	struct err err;
	size_t i = 0;

	check(!counter_read(&lab->hosts[HOST_SERVER].counters, &set, &err), "%s", err.msg);
	while (i < set.n && strcmp(set.of[i].name, name))
		i++;
	check(i < set.n && set.of[i].value == value, "%s = %lld", name,
	      i < set.n ? (long long)set.of[i].value : -1);
}

static void check_time_wait(struct lab *lab)
{
	const struct tuple tuple = {.local = *lab_address(lab, HOST_CLIENT, AF_INET, 1),
				    .remote = *lab_address(lab, HOST_SERVER, AF_INET, 1),
				    .local_port = 40000,
				    .remote_port = 8080};
	const struct tuple listens = {.local = tuple.remote, .local_port = tuple.remote_port};
	struct nl_sock *diag = lab->hosts[HOST_CLIENT].diag;
	struct sock_seen seen = look(lab, HOST_CLIENT);
	struct err err;
	size_t n;

	check(seen.minisock && seen.timer == 3, "no minisock");
	check(seen.timer_ns > 59000000000 && seen.timer_ns <= 60000000000, "%lld ns",
	      (long long)seen.timer_ns);
	check(!diag_count(diag, &(struct diag_filter){AF_INET, STATE_TIME_WAIT}, &n, &err) &&
		      n == 1,
	      "%zu", n);
	check(!diag_count(diag, &(struct diag_filter){AF_INET, STATE_LISTEN}, &n, &err) && n == 1,
	      "%zu", n);
	if (diag_destroy(diag, &tuple, &err) == -EOPNOTSUPP)
		skip("%s", err.msg);
	check_states(lab, STATE_NONE, STATE_NONE);
	check(diag_destroy(diag, &tuple, &err) == -ENOENT, "destroyed a listener");
	check(!diag_count(diag, &(struct diag_filter){AF_INET, STATE_LISTEN}, &n, &err) && n == 1,
	      "%zu", n);
	check(!diag_destroy_listener(diag, &listens, &err), "%s", err.msg);
	check(!diag_count(diag, &(struct diag_filter){AF_INET, STATE_LISTEN}, &n, &err) && n == 0,
	      "%zu", n);
	check(diag_destroy_listener(diag, &listens, &err) == -ENOENT, "there was another one");
}

static void loopback_lab(void)
{
	struct lab_spec spec = {.topology = TOPOLOGY_LOOPBACK};
	struct bench bench;
	struct lab lab;
	struct err err;
	int fds[2];

	bench_open_here(&bench);
	check(!lab_open(&bench, &spec, &lab, &err), "%s", err.msg);
	check(!lab_enter(&lab, HOST_SERVER, &err), "%s", err.msg);
	check_baseline();
	connect_pair(&lab, fds);
	lab_leave(&lab);
	check_states(&lab, STATE_ESTABLISHED, STATE_ESTABLISHED);
	close(fds[0]);
	check_states(&lab, STATE_FIN_WAIT_2, STATE_CLOSE_WAIT);
	close(fds[1]);
	check_states(&lab, STATE_TIME_WAIT, STATE_NONE);
	check_counter(&lab, "ActiveOpens", 1);
	check_counter(&lab, "PassiveOpens", 1);
	check_time_wait(&lab);
	lab_close(&lab);
	bench_close(&bench);
}

Test(lab, loopback_shows_states)
{
	child_run(loopback_lab);
}

static size_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void fifty_labs(void)
{
	struct bench bench;
	size_t before;

	bench_open_here(&bench);
	before = descriptors();
	for (unsigned i = 0; i < 50; i++) {
		struct lab_spec spec = {.topology = i % 10 ? TOPOLOGY_LINK : TOPOLOGY_LOOPBACK};
		struct lab lab;
		struct err err;

		check(!lab_open(&bench, &spec, &lab, &err), "lab %u: %s", i, err.msg);
		lab_close(&lab);
		check(descriptors() == before, "lab %u leaves %zu descriptors, not %zu", i,
		      descriptors(), before);
	}
	bench_close(&bench);
}

Test(lab, fifty_leave_no_descriptor)
{
	child_run(fifty_labs);
}

static void settings(void)
{
	struct setting lines[] = {
		{3, (char *)"net.ipv4.tcp_fin_timeout", (char *)"17", SETTING_APPLIES},
		{4, (char *)"net.ipv4.tcp_mem", (char *)"1 1 1", SETTING_GLOBAL},
		{5, (char *)"net.ipv4.ip_local_reserved_ports", (char *)"8080,8081,9000",
		 SETTING_APPLIES},
	};
	struct settings conf = {(char *)"customer.conf", lines, ARRAY_SIZE(lines)};
	struct lab_spec spec = {.topology = TOPOLOGY_LINK, .baseline[HOST_SERVER] = &conf};
	struct bench bench;
	struct lab lab;
	struct err err;
	char value[64];
	size_t before;

	bench_open_here(&bench);
	check(!lab_open(&bench, &spec, &lab, &err), "%s", err.msg);
	check(!lab_enter(&lab, HOST_SERVER, &err), "%s", err.msg);
	check(!sysctl_read(lines[0].name, value, sizeof(value), &err), "%s", err.msg);
	check(!strcmp(value, "17"), "%s", value);
	check(!sysctl_read(lines[2].name, value, sizeof(value), &err), "%s", err.msg);
	check(!strcmp(value, "8080-8081,9000"), "%s", value);
	lab_leave(&lab);
	lab_close(&lab);

	before = descriptors();
	lines[0].value = (char *)"soon";
	check(lab_open(&bench, &spec, &lab, &err) == -EINVAL, "%s", err.msg);
	check(!strcmp(err.msg, "host server: customer.conf:3: the kernel refuses sysctl "
			       "net.ipv4.tcp_fin_timeout = soon"),
	      "%s", err.msg);
	check(descriptors() == before, "a lab that failed leaves descriptors");
	bench_close(&bench);
}

Test(lab, settings_go_over_the_baseline)
{
	child_run(settings);
}

/* What 4.9 had once for all namespaces, as today's kernels have tcp_mem: no namespace shows it. */
static void has_once(void)
{
	struct bench bench;

	bench_open_here(&bench);
	if (bench.home_fd < 0)
		skip("without privilege there is no way back to the machine's namespace");
	check(bench_has_once(&bench, "net.ipv4.tcp_mem"), "tcp_mem is the machine's");
	check(!bench_has_once(&bench, "net.ipv4.tcp_syncookies"),
	      "tcp_syncookies is a namespace's");
	check(!bench_has_once(&bench, "net.ipv4.tcp_tw_timeout"), "nobody has tcp_tw_timeout");
	check(!sysctl_exists("net.ipv4.tcp_mem"), "the probe does not come back");
	bench_close(&bench);
}

Test(lab, tells_a_machine_s_sysctl_from_a_namespace_s)
{
	child_run(has_once);
}
