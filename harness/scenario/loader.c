// SPDX-License-Identifier: GPL-2.0-or-later
/* loader: owns the reading of a scenario's file, and the keys that it has at its top. */
#include "scenario/load.h"
#include "scenario/arg.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define SOURCES_MAX  50
#define DRAWS_AS_MAX 4096 /* bytes: a cell's name */
#define TITLE_MAX    200
#define WHY_MAX	     8000
#define LIMIT_NS_MAX (3600 * NS_PER_S)

static int load_name(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;
	_cleanup_free_ char *name = NULL;
	int ret = load_line(load, node, "`scenario`", TITLE_MAX, &name);

	if (ret)
		return ret;
	if (name_check(name, load->err))
		return load_err_at(load, node->at);
	if (strcmp(name, scenario->name))
		return scenario_err(scenario, node->at, load->err,
				    "the scenario is called `%s`, its file `%s`; both must be the "
				    "same",
				    name, scenario->name);
	return 0;
}

static int load_title(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_line(load, node, "`title`", TITLE_MAX, &scenario->title);
}

static int load_why(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	if (node->kind != NODE_SCALAR || strlen(node->text) > WHY_MAX)
		return scenario_err(scenario, node->at, load->err,
				    "`why` is a text of at most %d bytes", WHY_MAX);
	scenario->why = mem_strdup(node->text);
	return 0;
}

static int load_source(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_lines(load, node, "`source`", SOURCES_MAX, &scenario->sources,
			  &scenario->n_sources);
}

static int load_heavy(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	if (node->kind != NODE_SCALAR || !yes_or_no(node->text, &scenario->heavy))
		return scenario_err(scenario, node->at, load->err, "`heavy` is yes or no");
	return 0;
}

static int load_draws_as(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	return load_line(load, node, "`draws-as`", DRAWS_AS_MAX, &scenario->draws_as);
}

static int load_limit(struct load *load, const struct node *node, void *into)
{
	struct scenario *scenario = into;

	if (node->kind != NODE_SCALAR || !duration_parse(node->text, &scenario->limit_ns) ||
	    scenario->limit_ns <= 0 || scenario->limit_ns > LIMIT_NS_MAX)
		return scenario_err(scenario, node->at, load->err,
				    "`limit` is a duration of at most 3600s, such as 90s");
	return 0;
}

/* In the order in which they build on one another. */
static const struct key top_keys[] = {
	{"scenario", load_name, true},
	{"title", load_title, true},
	{"why", load_why},
	{"source", load_source, true},
	{"heavy", load_heavy},
	{"vary", load_vary},
	{"set", load_set},
	{"omit", load_omit},
	{"random", load_random},
	{"draws-as", load_draws_as},
	{"play", load_play, true},
	{"limit", load_limit},
	{"expect", load_expect, true},
	{"rfc", load_rfc},
	{"control", load_control},
};

static char *file_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return dot ? mem_strndup(base, dot - base) : mem_strdup(base);
}

static void document_cleanup(struct document *document)
{
	document_free(document);
}

static void scenario_cleanup(struct scenario **scenario)
{
	scenario_free(*scenario);
}

int scenario_parse(const char *name, const char *bytes, size_t len, struct scenario **ret,
		   struct err *err)
{
	_cleanup_(scenario_cleanup) struct scenario *scenario = mem_zalloc(sizeof(*scenario));
	_cleanup_(document_cleanup) struct document document = {0};
	struct load load = {scenario, err, EXPAND_BUDGET_MAX};
	int status;

	scenario->file = mem_strdup(name);
	scenario->name = file_stem(name);
	hash_format(hash_bytes(bytes, len, HASH_START), scenario->hash);
	if (len > SCENARIO_SIZE_MAX)
		return err_set(err, E2BIG, "%s:1:1: too large; allowed: %d bytes", name,
			       SCENARIO_SIZE_MAX);
	status = document_parse(name, bytes, len, &document, err);
	if (status)
		return status;
	if (!document.root)
		return scenario_err(scenario, (struct place){1, 1}, err,
				    "empty; a scenario is needed");
	status = load_map(&load, document.root, "a scenario", top_keys, ARRAY_SIZE(top_keys),
			  scenario);
	if (status)
		return status;
	scenario->bytes = mem_strndup(bytes, len);
	scenario->n_bytes = len;
	*ret = scenario;
	scenario = NULL;
	return 0;
}

static int file_open(const char *path, struct err *err)
{
	/* Not blocking: a FIFO without a writer must not stop us from saying that it is one. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st = {0};

	if (fd < 0)
		return err_sys(err, "%s: cannot be opened", path);
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	if (S_ISDIR(st.st_mode))
		return err_set(err, EISDIR, "%s: a directory; a scenario's file is needed", path);
	return err_set(err, EINVAL, "%s: not a regular file", path);
}

int scenario_load(const char *path, struct scenario **ret, struct err *err)
{
	_cleanup_fd_ int fd = file_open(path, err);
	_cleanup_free_ char *bytes = NULL;
	size_t len = 0;

	if (fd < 0)
		return fd;
	bytes = mem_zalloc(SCENARIO_SIZE_MAX + 1); /* one more tells that it is too large */
	while (len <= SCENARIO_SIZE_MAX) {
		ssize_t n = read(fd, bytes + len, SCENARIO_SIZE_MAX + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "%s: cannot be read", path);
		if (!n)
			break;
		len += n;
	}
	return scenario_parse(path, bytes, len, ret, err);
}
