// SPDX-License-Identifier: GPL-2.0-or-later
/* nstat: owns the reading of what nstat(8) and `netstat -s` print. */
#include "capture/nstat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define NAME_LEN_MAX 64

/* What `netstat -s` says in words of its own, of counters that tell about connections after close.
 * The others it calls by their names. */
static const struct {
	const char *words, *name;
} sayings[] = {
	{"active connection openings", "ActiveOpens"},
	{"passive connection openings", "PassiveOpens"},
	{"failed connection attempts", "AttemptFails"},
	{"connection resets received", "EstabResets"},
	{"segments retransmitted", "RetransSegs"},
	{"resets sent", "OutRsts"},
	{"SYN cookies sent", "SyncookiesSent"},
	{"SYN cookies received", "SyncookiesRecv"},
	{"invalid SYN cookies received", "SyncookiesFailed"},
	{"resets received for embryonic SYN_RECV sockets", "EmbryonicRsts"},
	{"TCP sockets finished time wait in fast timer", "TW"},
	{"time wait sockets recycled by time stamp", "TWRecycled"},
	{"TCP sockets finished time wait in slow timer", "TWKilled"},
	{"active connections rejected because of time stamp", "PAWSActive"},
	{"packets rejected in established connections because of timestamp", "PAWSEstab"},
	{"times the listen queue of a socket overflowed", "ListenOverflows"},
	{"SYNs to LISTEN sockets dropped", "ListenDrops"},
	{"connections reset due to unexpected data", "TCPAbortOnData"},
	{"connections reset due to early user close", "TCPAbortOnClose"},
	{"connections aborted due to memory pressure", "TCPAbortOnMemory"},
	{"connections aborted due to timeout", "TCPAbortOnTimeout"},
	{"connections aborted after user close in linger timeout", "TCPAbortOnLinger"},
};

static const char *name_of_saying(const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(sayings); i++) {
		if (!strcmp(words, sayings[i].words))
			return sayings[i].name;
	}
	return NULL;
}

static int row_add(struct nstat *nstat, const char *path, int line, const char *name, int64_t value,
		   struct err *err)
{
	if (nstat->n == NSTAT_ROWS_MAX)
		return err_set(err, E2BIG, "%s:%d: more than %d counters", path, line,
			       NSTAT_ROWS_MAX);
	nstat->of = mem_resize(nstat->of, nstat->n + 1, sizeof(*nstat->of));
	nstat->of[nstat->n++] =
		(struct nstat_row){.name = mem_strdup(name), .value = value, .line = line};
	return 0;
}

/* TcpExtPAWSEstab is PAWSEstab to us, and TcpOutRsts OutRsts; NULL: another protocol's. TcpExt's
 * names begin with TCP themselves, not with Tcp. */
static const char *name_own(const char *name)
{
	if (!strcmp(name, "Ip6InHdrErrors"))
		return name;
	if (!strncmp(name, "TcpExt", 6))
		return name + 6;
	return !strncmp(name, "Tcp", 3) ? name + 3 : NULL;
}

static bool name_valid(const char *name)
{
	size_t len =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	return len && len <= NAME_LEN_MAX && !name[len];
}

static char *word_next(char **rest)
{
	char *word;

	do
		word = strsep(rest, " \t\r");
	while (word && !*word);
	return word;
}

/* The state of reading: which section of netstat's this is. */
struct reading {
	bool netstat, ours;
};

/* "    NAME: N", "    N WORDS"; anything else is of a list that has no name. */
static int netstat_line(struct nstat *nstat, const char *path, int number, char *line,
			struct err *err)
{
	char *colon = strchr(line, ':'), *rest = line, *word;
	const char *name = NULL;
	int64_t value;

	if (colon) {
		*colon = '\0';
		rest = colon + 1;
		word = word_next(&rest);
		name = name_valid(line) ? line : NULL;
	} else {
		word = word_next(&rest);
		name = rest ? name_of_saying(rest) : NULL;
	}
	if (!name || !word || !number_parse(word, &value))
		return 0;
	return row_add(nstat, path, number, name, value, err);
}

static int nstat_line(struct nstat *nstat, const char *path, int number, char *line,
		      struct err *err)
{
	char *rest = line, *name = word_next(&rest), *value = word_next(&rest);
	int64_t n;

	if (!name_valid(name) || !value || !number_parse(value, &n))
		return err_set(err, EINVAL,
			       "%s:%d: not a line of nstat (NAME VALUE RATE) or of netstat -s",
			       path, number);
	return name_own(name) ? row_add(nstat, path, number, name_own(name), n, err) : 0;
}

static int line_add(struct nstat *nstat, struct reading *reading, const char *path, int number,
		    char *line, struct err *err)
{
	size_t len = strlen(line), blank = strspn(line, " \t\r");

	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	if (blank >= len || *line == '#')
		return 0;
	if (!blank && line[len - 1] == ':') {
		reading->netstat = true;
		reading->ours = !strcmp(line, "Tcp:") || !strcmp(line, "TcpExt:");
		return 0;
	}
	if (reading->netstat)
		return reading->ours ? netstat_line(nstat, path, number, line + blank, err) : 0;
	return nstat_line(nstat, path, number, line + blank, err);
}

int nstat_load(const char *path, struct nstat *ret, struct err *err)
{
	_cleanup_text_ struct text text = {0};
	struct reading reading = {0};
	int r = file_read(path, NSTAT_SIZE_MAX, &text, err);
	char *rest = text.data, *line;

	*ret = (struct nstat){0};
	for (int number = 1; !r && (line = strsep(&rest, "\n")); number++)
		r = line_add(ret, &reading, path, number, line, err);
	return r;
}

void nstat_free(struct nstat *nstat)
{
	for (size_t i = 0; i < nstat->n; i++)
		free(nstat->of[i].name);
	free(nstat->of);
	*nstat = (struct nstat){0};
}

bool nstat_find(const struct nstat *nstat, const char *name, int64_t *ret)
{
	for (size_t i = 0; i < nstat->n; i++) {
		if (!strcmp(nstat->of[i].name, name)) {
			*ret = nstat->of[i].value;
			return true;
		}
	}
	return false;
}
