// SPDX-License-Identifier: GPL-2.0-or-later
/* sysctl.conf and the output of `sysctl -a`: each line is settled, none is lost. */
#include "lab/sysctl.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[] = "/tmp/afterclose-settings-XXXXXX";

static int load(const char *content, size_t len, struct settings *ret, struct err *err)
{
	char name[sizeof(path)];
	int rc, fd;

	snprintf(name, sizeof(name), "%s", path);
	fd = mkstemp(name);
	cr_assert(fd >= 0 && write(fd, content, len) == (ssize_t)len);
	close(fd);
	rc = settings_load(name, ret, err);
	unlink(name);
	return rc;
}

/* "LINE NAME=VALUE STATUS" for each entry. */
static void check_settled(const char *content, const char *expected)
{
	struct settings settings;
	struct text text = {0};
	struct err err;

	cr_assert_eq(load(content, strlen(content), &settings, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < settings.n; i++) {
		const struct setting *setting = &settings.of[i];

		text_add(&text, "%d %s=%s %s\n", setting->line, setting->name ? setting->name : "",
			 setting->value ? setting->value : "", setting_status_text(setting));
	}
	cr_expect_str_eq(text_str(&text), expected);
	text_free(&text);
	settings_free(&settings);
}

Test(settings, conf_lines)
{
	check_settled("# a comment\n"
		      "; another\n"
		      "\n"
		      "net.ipv4.tcp_fin_timeout = 30\n"
		      "  -net/ipv4/tcp_timestamps=0  \n"
		      "net.ipv4.tcp_rmem = 4096\t87380 6291456\r\n"
		      "net.ipv4.ip_local_reserved_ports =\n",
		      "4 net.ipv4.tcp_fin_timeout=30 applied\n"
		      "5 net.ipv4.tcp_timestamps=0 applied\n"
		      "6 net.ipv4.tcp_rmem=4096\t87380 6291456 applied\n"
		      "7 net.ipv4.ip_local_reserved_ports= applied\n");
}

Test(settings, what_is_not_applied_says_why)
{
	check_settled(
		"net.ipv4.tcp_tw_recycle = 1\n"
		"net.ipv4.tcp_tw_resue = 1\n"
		"net.ipv4.tcp_max_orphans = 8192\n"
		"vm.swappiness = 10\n",
		"1 net.ipv4.tcp_tw_recycle=1 absent: this kernel has no such sysctl\n"
		"2 net.ipv4.tcp_tw_resue=1 absent: this kernel has no such sysctl\n"
		"3 net.ipv4.tcp_max_orphans=8192 not applied: one value for the whole kernel, not "
		"per namespace\n"
		"4 vm.swappiness=10 not applied: nothing that a lab sets\n");
}

Test(settings, malformed_lines_are_entries)
{
	check_settled("net.ipv4.tcp_fin_timeout 30\n"
		      "= 5\n"
		      "net.ipv4.../../secret = 1\n"
		      "timestamps = 1\n"
		      "net.ipv4.tcp timestamps = 1",
		      "1 = malformed: not \"name = value\"\n"
		      "2 = malformed: not \"name = value\"\n"
		      "3 = malformed: not \"name = value\"\n"
		      "4 = malformed: not \"name = value\"\n"
		      "5 = malformed: not \"name = value\"\n");
}

Test(settings, empty_file)
{
	check_settled("", "");
}

Test(settings, files_that_are_none)
{
	struct settings settings;
	struct err err;
	char *large = malloc(1100000);

	memset(large, '#', 1100000);
	cr_expect_eq(load(large, 1100000, &settings, &err), -E2BIG);
	cr_expect_eq(load("a\0b", 3, &settings, &err), -EINVAL);
	cr_expect_eq(settings_load("/nonexistent/file", &settings, &err), -ENOENT);
	cr_expect_str_eq(err.msg, "open /nonexistent/file: No such file or directory");
	cr_expect_eq(settings_load("/", &settings, &err), -EISDIR);
	free(large);
}
