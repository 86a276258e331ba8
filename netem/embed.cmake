# SPDX-License-Identifier: GPL-2.0-or-later
# Writes the profiles' files into a C file, so that the program alone knows them.
#   cmake -DOUT=FILE.c -DFILES=A.yaml;B.yaml -P embed.cmake
set(text "// SPDX-License-Identifier: GPL-2.0-or-later\n/* Made of netem/profiles by embed.cmake. */\n")
string(APPEND text "#include \"netem/profile.h\"\n\n")
string(APPEND text "const struct netem_profile_file netem_profile_files[] = {\n")
set(n 0)
foreach(file IN LISTS FILES)
	get_filename_component(name "${file}" NAME_WE)
	file(READ "${file}" yaml)
	string(REPLACE "\\" "\\\\" yaml "${yaml}")
	string(REPLACE "\"" "\\\"" yaml "${yaml}")
	string(REPLACE "\n" "\\n\"\n\t \"" yaml "${yaml}")
	string(APPEND text "\t{\"${name}\",\n\t \"${yaml}\"},\n")
	math(EXPR n "${n} + 1")
endforeach()
string(APPEND text "};\nconst size_t netem_n_profile_files = ${n};\n")
file(WRITE "${OUT}" "${text}")
