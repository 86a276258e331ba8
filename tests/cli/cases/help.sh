# SPDX-License-Identifier: GPL-2.0-or-later
try afterclose
try afterclose --help
try afterclose --version
for command in run list check show explain judge report merge compare enter doctor netem schema; do
	try afterclose help $command
done
try afterclose run --help
