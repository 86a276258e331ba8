// SPDX-License-Identifier: GPL-2.0-or-later
/* report_github: one annotation a rule, at its place from the repository's root. */
#include "base/mem.h"
#include "golden.h"
#include "stopped.h"

#include <sys/stat.h>
#include <unistd.h>

Test(report_github, every_verdict)
{
	char *got;

	unsetenv("GITHUB_WORKSPACE");
	got = golden_report("github", "report/mixed.jsonl", 0);
	golden_check("report/mixed.github", got);
	free(got);
}

/* The annotation of one failed cell whose scenario is this file. */
static char *annotation_of(const char *file)
{
	struct report_plan plan = {0};
	char *got;
	json_t *record = json_pack("{ss ss ss ss s{} s[{ss ss ss ss si si}]}", "scenario", "s",
				   "cell", "s/a=1%2", "verdict", "fail", "file", file, "dimensions",
				   "judged", "fact", "x", "expected", "a", "observed", "b\nc",
				   "verdict", "fail", "line", 3, "column", 7);

	got = golden_report_times("github", &plan, record, 3);
	json_decref(record);
	return got;
}

Test(report_github, paths_are_from_the_repository)
{
	char root[] = "/tmp/afterclose-github.XXXXXX", *file, *git, *folder, *got;
	FILE *made;

	cr_assert_not_null(mkdtemp(root));
	git = mem_printf("%s/.git", root);
	folder = mem_printf("%s/a,b", root);
	file = mem_printf("%s/s.yaml", folder);
	cr_assert(!mkdir(git, 0700) && !mkdir(folder, 0700));
	made = fopen(file, "we");
	cr_assert_not_null(made);
	fclose(made);
	got = annotation_of(file);
	cr_expect_str_eq(got, "::error file=a%2Cb/s.yaml,line=3,col=7,title=3 cells failed::x: "
			      "expected a, observed b%0Ac in s/a=1%252 and 2 more\n");
	free(got);
	rmdir(git);
	setenv("GITHUB_WORKSPACE", folder, 1);
	got = annotation_of(file);
	cr_expect(strstr(got, "file=s.yaml,"), "%s", got);
	free(got);
	unlink(file);
	rmdir(folder);
	rmdir(root);
	free(file);
	free(folder);
	free(git);
}

Test(report_github, a_file_that_is_not_here_keeps_its_name)
{
	char *got = annotation_of("elsewhere/s.yaml");

	cr_expect(strstr(got, "file=elsewhere/s.yaml,"), "%s", got);
	free(got);
}

Test(report_github, a_run_that_was_stopped)
{
	char *got = golden_stopped("github");

	cr_expect_str_eq(got, "::error title=stopped early::4 of 5 cells did not run\n");
	free(got);
}
