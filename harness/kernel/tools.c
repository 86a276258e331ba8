// SPDX-License-Identifier: GPL-2.0-or-later
/* tools: owns the table of programs and packages. */
#include "kernel/tools.h"

#include "base/mem.h"
#include "base/text.h"
#include "kernel/program.h"

#include <errno.h>

const struct tool tools[] = {
	{TOOL_BUILD, "make", "make", "build uml:"},
	{TOOL_BUILD, "gcc", "gcc", "build uml:"},
	{TOOL_BUILD, "ld", "binutils", "build uml:"},
	{TOOL_BUILD, "flex", "flex", "build uml:"},
	{TOOL_BUILD, "bison", "bison", "build uml:"},
	{TOOL_BUILD, "bc", "bc", "build uml:"},
	{TOOL_BUILD, "tar", "tar", "build uml: of a tarball"},
	{TOOL_UNPACK_XZ, "xz", "xz-utils", "build uml: of a .tar.xz"},
	{TOOL_UNPACK_ZST, "zstd", "zstd", "build uml: of a .tar.zst"},
	{TOOL_FETCH, "apt-get", "apt", "fetch"},
	{TOOL_FETCH, "apt-cache", "apt", "fetch"},
	{TOOL_FETCH, "dpkg-deb", "dpkg", "fetch"},
	{TOOL_QEMU, "qemu-system-x86_64", "qemu-system-x86", "run --target qemu"},
	{TOOL_GCOV, "gcov", "gcc", "run --coverage"},
};
const size_t n_tools = ARRAY_SIZE(tools);

int tools_check(enum tool_use use, struct err *err)
{
	_cleanup_text_ struct text programs = {0}, packages = {0};

	for (size_t i = 0; i < n_tools; i++) {
		if (tools[i].use != use || program_is_there(tools[i].program))
			continue;
		text_add(&programs, "%s%s", programs.len ? ", " : "", tools[i].program);
		text_add(&packages, " %s", tools[i].package);
	}
	if (!programs.len)
		return 0;
	return err_set(err, ENOENT, "not installed: %s (apt-get install%s)", text_str(&programs),
		       text_str(&packages));
}
