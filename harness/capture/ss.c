// SPDX-License-Identifier: GPL-2.0-or-later
/* ss: owns the reading of what ss(8) prints. */
#include "capture/ss.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define WORDS_MAX 6

/* ss's own words, where they are not those of the harness in capitals. */
static const struct {
	const char *word;
	enum tcp_state state;
} states[] = {
	{"ESTAB", STATE_ESTABLISHED},	  {"SYN-SENT", STATE_SYN_SENT},
	{"SYN-RECV", STATE_SYN_RECV},	  {"FIN-WAIT-1", STATE_FIN_WAIT_1},
	{"FIN-WAIT-2", STATE_FIN_WAIT_2}, {"TIME-WAIT", STATE_TIME_WAIT},
	{"UNCONN", STATE_CLOSED},	  {"CLOSE-WAIT", STATE_CLOSE_WAIT},
	{"LAST-ACK", STATE_LAST_ACK},	  {"LISTEN", STATE_LISTEN},
	{"CLOSING", STATE_CLOSING},	  {"NEW-SYN-RECV", STATE_NEW_SYN_RECV},
};

static bool state_of(const char *word, enum tcp_state *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		*ret = states[i].state;
		if (!strcasecmp(word, states[i].word))
			return true;
	}
	return false;
}

/* "192.0.2.1%eth0:80", "[2001:db8::1]:80", "*:80", "0.0.0.0:*". An IPv4 address in an IPv6 one is
 * IPv4 here, as its segments are. */
static bool endpoint_of(char *word, struct addr *ret, uint16_t *ret_port)
{
	char *colon = strrchr(word, ':'), *interface = strchr(word, '%');
	int64_t port = 0;

	*ret = (struct addr){.family = AF_INET};
	*ret_port = 0;
	if (!colon)
		return false;
	*colon = '\0';
	if (strcmp(colon + 1, "*") != 0 &&
	    (!number_parse(colon + 1, &port) || port < 0 || port > UINT16_MAX))
		return false;
	*ret_port = port;
	if (interface)
		*interface = '\0';
	if (!strcmp(word, "*"))
		return true;
	if (*word == '[') {
		word++;
		word[strcspn(word, "]")] = '\0';
	}
	if (inet_pton(AF_INET, word, ret->bytes) == 1)
		return true;
	if (!strncasecmp(word, "::ffff:", 7) && inet_pton(AF_INET, word + 7, ret->bytes) == 1)
		return true;
	ret->family = AF_INET6;
	return inet_pton(AF_INET6, word, ret->bytes) == 1;
}

static size_t words_split(char *line, char *words[WORDS_MAX])
{
	size_t n = 0;
	char *word;

	while (n < WORDS_MAX && (word = strsep(&line, " \t\r"))) {
		if (*word)
			words[n++] = word;
	}
	return n;
}

/* State, Recv-Q, Send-Q, local, peer; a column Netid before them where other sockets are asked for,
 * too. 1: a row; 0: none of TCP; -1: no line of ss. */
static int row_of(char *line, struct ss_row *ret)
{
	char *words[WORDS_MAX];
	size_t n = words_split(line, words), at = 0;
	int64_t queue;

	if (!n || !strcmp(words[0], "State") || !strcmp(words[0], "Netid"))
		return 0;
	if (!strcmp(words[0], "tcp"))
		at = 1;
	else if (n > 1 && !state_of(words[0], &ret->state) && state_of(words[1], &ret->state))
		return 0; /* udp, u_str, ... */
	if (n < at + 5 || !state_of(words[at], &ret->state) ||
	    !number_parse(words[at + 1], &queue) || !number_parse(words[at + 2], &queue) ||
	    !endpoint_of(words[at + 3], &ret->tuple.local, &ret->tuple.local_port) ||
	    !endpoint_of(words[at + 4], &ret->tuple.remote, &ret->tuple.remote_port))
		return -1;
	return 1;
}

static int line_add(struct ss *ss, const char *path, int number, char *line, struct err *err)
{
	struct ss_row row = {.line = number};
	int r;

	if (isspace((unsigned char)*line)) /* what -i tells of the socket above */
		return 0;
	r = row_of(line, &row);
	if (r < 0)
		return err_set(err, EINVAL,
			       "%s:%d: not a line of ss: wanted is STATE RECV-Q SEND-Q LOCAL:PORT "
			       "PEER:PORT with numbers, as ss -tan prints them",
			       path, number);
	if (!r)
		return 0;
	if (ss->n == SS_ROWS_MAX)
		return err_set(err, E2BIG, "%s:%d: more than %d sockets", path, number,
			       SS_ROWS_MAX);
	ss->of = mem_grow(ss->of, ss->n, sizeof(*ss->of));
	ss->of[ss->n++] = row;
	return 0;
}

int ss_load(const char *path, struct ss *ret, struct err *err)
{
	_cleanup_text_ struct text text = {0};
	int r = file_read(path, SS_SIZE_MAX, &text, err);
	char *rest = text.data, *line;

	*ret = (struct ss){0};
	for (int number = 1; !r && (line = strsep(&rest, "\n")); number++)
		r = line_add(ret, path, number, line, err);
	return r;
}

void ss_free(struct ss *ss)
{
	free(ss->of);
	*ss = (struct ss){0};
}

const struct ss_row *ss_find(const struct ss *ss, const struct tuple *tuple)
{
	for (size_t i = 0; i < ss->n; i++) {
		const struct tuple *at = &ss->of[i].tuple;

		if (at->local_port == tuple->local_port && at->remote_port == tuple->remote_port &&
		    addr_equal(&at->local, &tuple->local) &&
		    addr_equal(&at->remote, &tuple->remote))
			return &ss->of[i];
	}
	return NULL;
}

size_t ss_count(const struct ss *ss, enum tcp_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < ss->n; i++)
		n += ss->of[i].state == state;
	return n;
}
