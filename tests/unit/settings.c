// SPDX-License-Identifier: GPL-2.0-or-later
/* sysctl.conf and the output of `sysctl -a`: each line is settled, none is lost. */
#include "lab/settings.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

		text_add(&text, "%d %s=%s %s", setting->line, setting->name ? setting->name : "",
			 setting->value ? setting->value : "", setting_status_text(setting));
		if (setting->by)
			text_add(&text, " by %d", settings.of[setting->by - 1].line);
		text_add(&text, "\n");
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
		      "net.ipv4.tcp_rmem = 4096\t87380 \t 6291456\r\n"
		      "net.ipv4.ip_local_reserved_ports =\n",
		      "4 net.ipv4.tcp_fin_timeout=30 applied\n"
		      "5 net.ipv4.tcp_timestamps=0 applied\n"
		      "6 net.ipv4.tcp_rmem=4096 87380 6291456 applied\n"
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
	settings_free(&settings);
	cr_expect_eq(load("a\0b", 3, &settings, &err), -EINVAL);
	settings_free(&settings);
	for (size_t i = 0; i < 6 * 1001; i += 6)
		memcpy(large + i, "n.*=1\n", 6);
	cr_expect_eq(load(large, 6 * 1000, &settings, &err), 0);
	settings_free(&settings);
	cr_expect_eq(load(large, 6 * 1001, &settings, &err), -E2BIG);
	settings_free(&settings);
	cr_expect_eq(settings_load("/nonexistent/file", &settings, &err), -ENOENT);
	cr_expect_str_eq(err.msg, "open /nonexistent/file: No such file or directory");
	settings_free(&settings);
	free(large);
}

/* The last line of a name holds. */
Test(settings, overridden)
{
	check_settled("net.ipv4.tcp_sack = 0\n"
		      "net/ipv4/tcp_sack = 1\n"
		      "vm.swappiness = 1\n"
		      "net.ipv4.tcp_sack = 0\n",
		      "1 net.ipv4.tcp_sack=0 overridden by 4\n"
		      "2 net.ipv4.tcp_sack=1 overridden by 4\n"
		      "3 vm.swappiness=1 not applied: nothing that a lab sets\n"
		      "4 net.ipv4.tcp_sack=0 applied\n");
}

/* sysctl.d(5): a line with the name comes before a pattern, wherever it is; "-NAME" keeps patterns
 * off. A pattern's stars do not cross a dot. */
Test(settings, patterns)
{
	check_settled("net.ipv4.tcp_retries1 = 5\n"
		      "net.ipv4.tcp_retries? = 7\n"
		      "-net.ipv4.tcp_syn_retries\n"
		      "net.ipv4.tcp_syn_r* = 2\n"
		      "net.*.tcp_sac[k] = 0\n"
		      "net.*sack = 0\n"
		      "net.ipv4.conf.*.log_martians = 1\n"
		      "net.*.*tcp*sack* = 0\n",
		      "1 net.ipv4.tcp_retries1=5 applied\n"
		      "2 net.ipv4.tcp_retries1=7 overridden by 1\n"
		      "2 net.ipv4.tcp_retries2=7 applied\n"
		      "3 net.ipv4.tcp_syn_retries= no value: patterns leave it alone\n"
		      "4 net.ipv4.tcp_syn_retries=2 overridden by 3\n"
		      "5 net.ipv4.tcp_sack=0 applied\n"
		      "6 net.*sack=0 not applied: nothing that a lab sets\n"
		      "7 net.ipv4.conf.*.log_martians=1 not applied: nothing that a lab sets\n"
		      "8 = not applied: a pattern of more than three stars\n");
}

Test(settings, what_is_no_text)
{
	check_settled("net.ipv4.tcp_sack = \xff\n"
		      "net.ipv4.tcp_\xc3\xa4 = 1\n"
		      "net.ipv4.no_such = \xff\n"
		      "vm.swappiness = \xff\n",
		      "1 net.ipv4.tcp_sack=\xff not applied: its value holds bytes that are no "
		      "text\n"
		      "2 = malformed: not \"name = value\"\n"
		      "3 net.ipv4.no_such=\xff not applied: its value holds bytes that are no "
		      "text\n"
		      "4 vm.swappiness=\xff not applied: nothing that a lab sets\n");
}

struct file {
	const char *name, *content;
};

static void files_make(const char *root, const struct file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char name[256], *slash;
		FILE *file;

		snprintf(name, sizeof(name), "%s/%s", root, files[i].name);
		slash = strrchr(name, '/');
		*slash = '\0';
		mkdir(name, 0700);
		*slash = '/';
		file = fopen(name, "w");
		cr_assert(file && fputs(files[i].content, file) >= 0);
		fclose(file);
	}
}

static void files_remove(const char *root)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -r %s", root);
	cr_expect_eq(system(command), 0);
}

/* By name, whatever directory; of one name the earlier directory's; what is no directory last. */
Test(settings, directories)
{
	static const struct file files[] = {
		{"etc/90-ours.conf", "net.ipv4.tcp_sack = 0\n"},
		{"etc/README", "net.ipv4.tcp_sack = 5\n"},
		{"usr/10-first.conf", "net.ipv4.tcp_sack = 1\nnet.ipv4.tcp_fin_timeout = 10\n"},
		{"usr/90-ours.conf", "net.ipv4.tcp_fin_timeout = 20\n"},
		{"usr/99-last.conf", "net.ipv4.tcp_timestamps = 0\n"},
		{"sysctl.conf", "net.ipv4.tcp_timestamps = 1\n"},
	};
	char root[] = "/tmp/afterclose-settings-XXXXXX", paths[3][64];
	const char *const given[] = {paths[0], paths[1], paths[2]};
	struct settings settings;
	struct text text = {0};
	struct err err;

	cr_assert(mkdtemp(root));
	files_make(root, files, 6);
	snprintf(paths[0], sizeof(paths[0]), "%s/sysctl.conf", root);
	snprintf(paths[1], sizeof(paths[1]), "%s/etc", root);
	snprintf(paths[2], sizeof(paths[2]), "%s/usr", root);
	cr_assert_eq(settings_load_all(given, 3, &settings, &err), 0, "%s", err.msg);
	for (size_t i = 0; i < settings.n_files; i++)
		text_add(&text, "%s hidden by %zu\n", settings.files[i].path + strlen(root),
			 settings.files[i].hidden_by);
	for (size_t i = 0; i < settings.n; i++)
		text_add(&text, "%s %s=%s %s\n", settings.of[i].file + strlen(root),
			 settings.of[i].name, settings.of[i].value,
			 setting_status_text(&settings.of[i]));
	cr_expect_str_eq(text_str(&text), "/usr/10-first.conf hidden by 0\n"
					  "/etc/90-ours.conf hidden by 0\n"
					  "/usr/90-ours.conf hidden by 2\n"
					  "/usr/99-last.conf hidden by 0\n"
					  "/sysctl.conf hidden by 0\n"
					  "/usr/10-first.conf net.ipv4.tcp_sack=1 overridden\n"
					  "/usr/10-first.conf net.ipv4.tcp_fin_timeout=10 applied\n"
					  "/etc/90-ours.conf net.ipv4.tcp_sack=0 applied\n"
					  "/usr/99-last.conf net.ipv4.tcp_timestamps=0 overridden\n"
					  "/sysctl.conf net.ipv4.tcp_timestamps=1 applied\n");
	text_free(&text);
	settings_free(&settings);
	files_remove(root);
}

/* They could not be told to a guest, which would play without the settings. */
Test(settings, names_that_are_not_utf8)
{
	static const struct file files[] = {{"a/\xff.conf", "net.ipv4.tcp_sack = 0\n"},
					    {"\xff", "net.ipv4.tcp_sack = 0\n"},
					    {"\xc3\xa4.conf", "net.ipv4.tcp_sack = 0\n"}};
	static const char *const names[] = {"a", "\xff", "\xc3\xa4.conf"};
	char root[] = "/tmp/afterclose-settings-XXXXXX", path_of[64];

	cr_assert(mkdtemp(root));
	files_make(root, files, 3);
	for (size_t i = 0; i < 3; i++) {
		struct settings settings;
		struct err err = {0};

		snprintf(path_of, sizeof(path_of), "%s/%s", root, names[i]);
		cr_expect_eq(settings_load(path_of, &settings, &err), i < 2 ? -EINVAL : 0);
		cr_expect(!strstr(err.msg, "is not UTF-8") == (i == 2), "%s", err.msg);
		settings_free(&settings);
	}
	files_remove(root);
}

Test(settings, directory_without_settings)
{
	char root[] = "/tmp/afterclose-settings-XXXXXX";
	struct settings settings;
	struct err err;

	cr_assert(mkdtemp(root));
	cr_expect_eq(settings_load(root, &settings, &err), -ENOENT);
	cr_expect(strstr(err.msg, "holds no *.conf"));
	settings_free(&settings);
	rmdir(root);
}

/* What is not there is passed over where something else is. */
Test(settings, missing_and_empty_directories)
{
	static const struct file files[] = {{"etc/1.conf", "net.ipv4.tcp_sack = 0\n"}};
	static const char *const names[] = {"etc", "nowhere", "empty"};
	char root[] = "/tmp/afterclose-settings-XXXXXX", paths[3][64], link[64];
	const char *const given[] = {paths[1], paths[2], paths[0]};
	struct settings settings;
	struct err err;

	cr_assert(mkdtemp(root));
	files_make(root, files, 1);
	for (size_t i = 0; i < 3; i++)
		snprintf(paths[i], sizeof(paths[i]), "%s/%s", root, names[i]);
	snprintf(link, sizeof(link), "%s/etc/2.conf", root);
	cr_assert_eq(mkdir(paths[2], 0755) | symlink("/nonexistent/file", link), 0);
	cr_assert_eq(settings_load_all(given, 3, &settings, &err), 0, "%s", err.msg);
	cr_expect_eq(settings.n, 1);
	cr_assert_eq(settings.n_files, 4);
	cr_expect_null(settings.files[0].unread);
	for (size_t i = 1; i < 4; i++)
		cr_expect_not_null(settings.files[i].unread, "%s", settings.files[i].path);
	settings_free(&settings);
	cr_expect_eq(settings_load_all(given, 2, &settings, &err), -ENOENT);
	settings_free(&settings);
	files_remove(root);
}
