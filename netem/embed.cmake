# SPDX-License-Identifier: GPL-2.0-or-later
# Writes files into a C file as rows {name, text} of an array, so that the program alone knows them;
# with -DHASH=ON as {name, text, SHA-256 in hexadecimal}.
#   cmake -DOUT=FILE.c -DFILES=A.yaml;B.yaml -DHEADER=netem/profile.h "-DROW=struct netem_profile_file"
#         -DARRAY=netem_profile_files -DCOUNT=netem_n_profile_files -DNAME=NAME_WE -P embed.cmake
set(text "// SPDX-License-Identifier: GPL-2.0-or-later\n/* Made by embed.cmake. */\n")
string(APPEND text "#include \"${HEADER}\"\n\nconst ${ROW} ${ARRAY}[] = {\n")
set(n 0)
foreach(file IN LISTS FILES)
	get_filename_component(name "${file}" ${NAME})
	file(READ "${file}" content)
	string(REPLACE "\\" "\\\\" content "${content}")
	string(REPLACE "\"" "\\\"" content "${content}")
	string(REPLACE "??" "?\\?" content "${content}") # no trigraphs
	string(REPLACE "\n" "\\n\"\n\t \"" content "${content}")
	set(hash "")
	if(HASH)
		file(SHA256 "${file}" hash)
		set(hash ",\n\t \"${hash}\"")
	endif()
	string(APPEND text "\t{\"${name}\",\n\t \"${content}\"${hash}},\n")
	math(EXPR n "${n} + 1")
endforeach()
string(APPEND text "};\nconst size_t ${COUNT} = ${n};\n")
file(WRITE "${OUT}" "${text}")
