// SPDX-License-Identifier: GPL-2.0-or-later
/* What ss and nstat print is read, in each of its forms; what they never print is an error. */
#include "capture/nstat.h"
#include "capture/ss.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void save(const char *content, char path[64])
{
	int fd;

	snprintf(path, 64, "/tmp/afterclose-tools-XXXXXX");
	fd = mkstemp(path);
	cr_assert(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
}

static int ss_of(const char *content, struct ss *ret, struct err *err)
{
	char path[64];
	int r;

	save(content, path);
	r = ss_load(path, ret, err);
	unlink(path);
	return r;
}

static int nstat_of(const char *content, struct nstat *ret, struct err *err)
{
	char path[64];
	int r;

	save(content, path);
	r = nstat_load(path, ret, err);
	unlink(path);
	return r;
}

Test(ss, rows)
{
	struct ss ss;
	struct err err;
	struct tuple tuple = {.local.family = AF_INET6,
			      .remote.family = AF_INET6,
			      .local_port = 80,
			      .remote_port = 40000};
	const struct ss_row *row;

	cr_assert_eq(ss_of("State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
			   "LISTEN 0 128 0.0.0.0:8080 0.0.0.0:*\n"
			   "TIME-WAIT 0 0 [2001:db8::1]:80 [2001:db8::2]:40000 "
			   "timer:(timewait,48sec,0)\n"
			   "ESTAB 0 0 [::ffff:192.0.2.1]%eth0:80 192.0.2.2:5\n"
			   "\t cubic wscale:7,7 rto:204\n"
			   "LISTEN 0 5 *:9 *:*\n",
			   &ss, &err),
		     0, "%s", err.msg);
	cr_assert_eq(ss.n, 4);
	inet_pton(AF_INET6, "2001:db8::1", tuple.local.bytes);
	inet_pton(AF_INET6, "2001:db8::2", tuple.remote.bytes);
	row = ss_find(&ss, &tuple);
	cr_assert(row && row->state == STATE_TIME_WAIT && row->line == 3);
	cr_assert_eq(ss.of[2].tuple.local.family, AF_INET);
	cr_assert_eq(ss_count(&ss, STATE_LISTEN), 2);
	tuple.local_port = 81;
	cr_assert_null(ss_find(&ss, &tuple));
	ss_free(&ss);
}

Test(ss, other_sockets_and_none)
{
	struct ss ss;
	struct err err;

	cr_assert_eq(ss_of("Netid State Recv-Q Send-Q Local Peer\nudp UNCONN 0 0 *:68 *:*\n"
			   "tcp ESTAB 0 0 10.0.0.1:1 10.0.0.2:2\n",
			   &ss, &err),
		     0);
	cr_assert_eq(ss.n, 1);
	ss_free(&ss);
	cr_assert_eq(ss_of("ESTAB 0 0 10.0.0.1:1 10.0.0.2:99999\n", &ss, &err), -EINVAL);
	cr_assert(strstr(err.msg, ":1: not a line of ss"), "%s", err.msg);
	ss_free(&ss);
}

Test(nstat, both_programs)
{
	struct nstat nstat;
	struct err err;
	int64_t value = -1;

	cr_assert_eq(nstat_of("#kernel\nIpInReceives 9 0.0\nTcpOutRsts 3 0.0\n"
			      "TcpExtPAWSEstab 0 0.0\n",
			      &nstat, &err),
		     0);
	cr_assert(nstat_find(&nstat, "PAWSEstab", &value) && value == 0);
	cr_assert(nstat_find(&nstat, "OutRsts", &value) && value == 3);
	cr_assert(!nstat_find(&nstat, "InReceives", &value));
	nstat_free(&nstat);
	cr_assert_eq(
		nstat_of("Ip:\n    7 total packets received\nTcp:\n    4 resets sent\nTcpExt:\n"
			 "    5 packets rejected in established connections because of "
			 "timestamp\n    TCPTimeWaitOverflow: 6\n",
			 &nstat, &err),
		0);
	cr_assert(nstat_find(&nstat, "PAWSEstab", &value) && value == 5);
	cr_assert(nstat_find(&nstat, "TCPTimeWaitOverflow", &value) && value == 6);
	cr_assert(nstat_find(&nstat, "OutRsts", &value) && value == 4);
	nstat_free(&nstat);
	cr_assert_eq(nstat_of("#kernel\nTcpExtTW many 0.0\n", &nstat, &err), -EINVAL);
	cr_assert(strstr(err.msg, ":2: not a line of nstat"), "%s", err.msg);
	nstat_free(&nstat);
}
