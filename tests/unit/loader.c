// SPDX-License-Identifier: GPL-2.0-or-later
/* loader: every file of tests/data/bad is refused with exactly the text of its .err; what lies in
 * tests/data/good is taken. GOLDEN_UPDATE=1 writes the texts anew.
 */
#include "golden.h"
#include "base/mem.h"
#include "scenario/rules.h"

#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read and prove as `check` does, but under the file's name only, so that texts hold anywhere. */
static int check(const char *path, struct scenario **ret, struct err *err)
{
	char *bytes = golden_read(path), *copy = strdup(path);
	int status = scenario_parse(basename(copy), bytes, strlen(bytes), ret, err);

	if (!status)
		status = scenario_prove(*ret, err);
	free(copy);
	free(bytes);
	return status;
}

Test(loader, bad_files)
{
	glob_t found;

	cr_assert_eq(glob(TESTS_DIR "/data/bad/*.yaml", 0, NULL, &found), 0);
	cr_expect_geq(found.gl_pathc, 120);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct scenario *scenario = NULL;
		const char *slash = strrchr(found.gl_pathv[i], '/');
		char *name, *got;
		struct err err = {0};

		cr_expect_neq(check(found.gl_pathv[i], &scenario, &err), 0, "%s was taken",
			      found.gl_pathv[i]);
		cr_assert(asprintf(&name, "bad/%.*s.err", (int)strlen(slash + 1) - 5, slash + 1) >
			  0);
		cr_assert(asprintf(&got, "%s\n", err.msg) > 0);
		golden_check(name, got);
		scenario_free(scenario);
		free(name);
		free(got);
	}
	globfree(&found);
}

static struct scenario *good(void)
{
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_assert_eq(scenario_load(TESTS_DIR "/data/good/third-segment.yaml", &scenario, &err), 0,
		     "%s", err.msg);
	cr_assert_eq(scenario_prove(scenario, &err), 0, "%s", err.msg);
	return scenario;
}

Test(loader, good_file)
{
	struct scenario *scenario = good();

	cr_expect_str_eq(scenario->name, "third-segment");
	cr_expect_eq(scenario->n_sources, 3);
	cr_expect_eq(scenario->n_dimensions, 6);
	cr_expect_eq(scenario->limit_ns, 90 * 1000000000LL);
	cr_expect_not(scenario->heavy);
	cr_expect_not(scenario->client2);
	cr_expect_eq(scenario->n_sysctls, 3);
	cr_expect_eq(scenario->n_steps, 14);
	cr_expect_eq(scenario->n_names, 7);
	cr_expect_eq(scenario->n_expect, 14);
	cr_expect_eq(scenario->n_rfc, 1);
	cr_expect_str_eq(scenario->rfc[0].source, "RFC 9293 3.6.1");
	cr_expect_eq(strlen(scenario->hash), 16);
	cr_expect_eq(scenario_name(scenario, "third")->class, NAME_SEGMENT);
	cr_expect_str_eq(scenario->steps[5].args[SEND_UNTIL].text, "delivered", "the preset");
	cr_expect_null(scenario->steps[6].args[CLOSE_AT].text, "left out, and no preset");
	scenario_free(scenario);
}

/* 30 s, and each wait and bound of the play; the longest where a dimension decides. */
Test(loader, default_limit)
{
	static const char text[] = "scenario: x\ntitle: t\nsource: s\nvary: {pause: [1s, 7s]}\n"
				   "play:\n- listen: server:1\n"
				   "- connect: {as: c, from: client, to: server:1, within: 2s}\n"
				   "- wait: $pause\n"
				   "expect:\n- then: {c.connect: ok}\n";
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_assert_eq(scenario_parse("x.yaml", text, strlen(text), &scenario, &err), 0, "%s",
		     err.msg);
	cr_expect_eq(scenario->limit_ns, (30 + 2 + 7) * 1000000000LL);
	scenario_free(scenario);
}

static void expect_no_file(const char *path, int code, const char *message)
{
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_expect_eq(scenario_load(path, &scenario, &err), -code);
	cr_expect_eq(err.code, code);
	cr_expect_str_eq(err.msg, message);
}

Test(loader, files_that_cannot_be_read)
{
	expect_no_file("/nowhere/x.yaml", ENOENT,
		       "/nowhere/x.yaml: cannot be opened: No such file or directory");
	expect_no_file("/dev", EISDIR, "/dev: a directory; a scenario's file is needed");
	expect_no_file("/dev/zero", EINVAL, "/dev/zero: not a regular file");
}

Test(loader, fifo_does_not_block)
{
	char dir[] = "/tmp/afterclose-test-XXXXXX", path[64], message[128];

	cr_assert_not_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x.yaml", dir);
	snprintf(message, sizeof(message), "%s: not a regular file", path);
	cr_assert_eq(mkfifo(path, 0600), 0);
	expect_no_file(path, EINVAL, message);
	unlink(path);
	rmdir(dir);
}

Test(loader, too_large)
{
	char *bytes = calloc(1, SCENARIO_SIZE_MAX + 2);
	struct scenario *scenario = NULL;
	struct err err = {0};

	memset(bytes, '#', SCENARIO_SIZE_MAX + 1);
	cr_expect_eq(scenario_parse("x.yaml", bytes, SCENARIO_SIZE_MAX + 1, &scenario, &err),
		     -E2BIG);
	cr_expect_str_eq(err.msg, "x.yaml:1:1: too large; allowed: 262144 bytes");
	cr_expect_eq(scenario_parse("x.yaml", bytes, SCENARIO_SIZE_MAX, &scenario, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "x.yaml:1:1: empty; a scenario is needed");
	free(bytes);
}

/* Bytes that are no UTF-8, and a NUL in the middle. */
Test(loader, bytes_that_are_no_text)
{
	static const char no_utf8[] = "scenario: \xff\xfe\n", nul[] = "scenario: a\0b\n",
			  c1[] = "scenario: \"\\x9b\"\n";
	struct scenario *scenario = NULL;
	struct err err = {0};

	cr_expect_eq(scenario_parse("x.yaml", no_utf8, sizeof(no_utf8) - 1, &scenario, &err),
		     -EINVAL);
	cr_expect_str_eq(err.msg, "x.yaml:1:1: not YAML: invalid leading UTF-8 octet");
	cr_expect_eq(scenario_parse("x.yaml", nul, sizeof(nul) - 1, &scenario, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "x.yaml:1:1: not YAML: control characters are not allowed");
	cr_expect_eq(scenario_parse("x.yaml", c1, sizeof(c1) - 1, &scenario, &err), -EINVAL);
	cr_expect_str_eq(err.msg, "x.yaml:1:11: a control character other than tab and line feed");
}

/* Whoever names a fact of the drop monitor's has it listen. */
Test(loader, drops_are_asked_for)
{
	static const struct {
		const char *rule;
		bool drops;
	} rows[] = {
		{"{then: {old.server_fins: 1}}", false},
		{"{then: {old.client_drops: 0}}", true},
		{"{then: {old.server_fins: fact(old.client_drops)}}", true},
		{"{when: {old.client_drops: 0}, then: {old.server_fins: 1}}", true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_free_ char *yaml =
			mem_printf("scenario: s\ntitle: t\nsource: [RFC 9293]\n"
				   "vary: {family: [ipv4]}\nplay:\n  - listen: server:8080\n"
				   "  - connect: {as: old, from: client, to: server:8080}\n"
				   "expect:\n  - %s\n",
				   rows[i].rule);
		struct scenario *scenario = NULL;
		struct err err;

		cr_assert_eq(scenario_parse("s.yaml", yaml, strlen(yaml), &scenario, &err), 0, "%s",
			     err.msg);
		cr_expect_eq(scenario->drops, rows[i].drops, "%s", rows[i].rule);
		scenario_free(scenario);
	}
}

/* No look-up of any kind: a filter is compiled only after each of its words is known. */
Test(loader, filters)
{
	static const struct {
		const char *filter;
		bool allowed;
	} rows[] = {
		{"tcp", true},
		{"tcp[tcpflags] & (tcp-rst|tcp-fin) != 0", true},
		{"tcp[13:1] & 0x04 != 0 and src host 192.0.2.11", true},
		{"ip6 and host 2001:db8::11", true},
		{"net 192.0.2.0/24 and dst port 8080", true},
		{"ether src 02:00:00:00:00:01 and greater 100", true},
		{"ip[2:2] - 4 * (ip[0] & 15) > 20", true},
		{"host localhost", false},
		{"host beef", false},
		{"host 1a.be", false},
		{"host 1.2.3.4.5", false},
		{"port http", false},
		{"portrange 1-2", false},
		{"ip proto \\\\ospf", false},
		{"tcp and gateway 192.0.2.1", false},
		{"", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scenario *scenario = NULL;
		struct err err = {0};
		char *text;
		int status;

		cr_assert(asprintf(&text,
				   "scenario: x\ntitle: t\nsource: s\nplay:\n- listen: server:1\n"
				   "- connect: {as: c, from: client, to: server:1}\n"
				   "- drop: {filter: \"%s\"}\nexpect:\n- then: {c.connect: ok}\n",
				   rows[i].filter) > 0);
		status = scenario_parse("x.yaml", text, strlen(text), &scenario, &err);
		cr_expect_eq(!status, rows[i].allowed, "'%s': %s", rows[i].filter, err.msg);
		scenario_free(scenario);
		free(text);
	}
}
