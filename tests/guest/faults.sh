#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a kernel that breaks costs: the cell that broke it, with the reason and the console's last
# lines; a fresh guest plays the others.
#
#   faults.sh PROGRAM
# The kernel is ci/mutate's tree with faults.patch: panic, oops, busy loop, no memory, a sleep that
# nothing ends, a warning, each at a port of its own. A guest that is stuck is killed after a minute
# of real time, so this takes two minutes. And a kernel without veth, which can play nothing.
set -u
program=$(realpath "${1:?usage: faults.sh PROGRAM}") || exit 2
root=$(realpath "$(dirname "$0")/../..")
faults=$root/tests/guest/faults
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failures=0

# With the kernels of this test, and none else. What cannot run here is what is asked about.
afterclose() {
	env -u AFTERCLOSE_MUST_WORK "XDG_CACHE_HOME=$work" "$program" "$@"
}

# kernel NAME: build the tree with NAME.patch, and keep it under that name in a cache of our own.
kernel() {
	local linux status

	linux=$("$root/ci/mutate" --build "$faults/$1.patch")
	status=$?
	if [ $status = 77 ]; then
		echo "skipped: $linux"
		[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
		exit
	fi
	[ $status = 0 ] || exit 1
	afterclose kernel add "uml:$linux" --name "$1" >/dev/null || exit 1
}

kernel faults
afterclose run "$faults/faults.yaml" --target uml:faults --jobs 2 --timeout 4s \
	--out "$work/records.jsonl" >"$work/stdout" 2>&1
status=$?
[ $status = 1 ] || {
	echo "not ok: exit code $status, not 1: $(cat "$work/stdout")"
	failures=1
}

# became PORT VERDICT WORDS: the cell's record has this verdict, and says so.
became() {
	local record

	record=$(grep -F "\"cell\":\"faults${1:+/port=$1}\"" "$work/records.jsonl")
	[[ $record == *"\"verdict\":\"$2\""* && $record == *"$3"* ]] || {
		echo "not ok: port ${1:-6660}: no $2 with \"$3\": ${record:0:600}"
		failures=$((failures + 1))
	}
}
became "" pass '"old.time_wait":"client"'
became 6661 error 'Kernel panic - not syncing: as the test asked'
became 6662 error 'Kernel mode fault at addr 0x8'
became 6663 error 'the guest gave no sign for'
became 6664 error 'System is deadlocked on memory'
became 6665 error 'the guest gave no sign for'
became 6666 fail '"fact":"kernel.warning"'

# Before a cell is played: one line, and the exit code of what cannot be done here.
kernel no-veth
afterclose run "$root/tests/cli/scenarios" --target uml:no-veth >"$work/stdout" 2>&1
status=$?
if [ $status != 4 ] || [ "$(wc -l <"$work/stdout")" -gt 1 ] ||
	! grep -q 'no veth (CONFIG_VETH); load it: modprobe veth' "$work/stdout"; then
	echo "not ok: no veth: exit code $status: $(cat "$work/stdout")"
	failures=$((failures + 1))
fi
[ $failures = 0 ] && echo "ok"
exit $((failures != 0))
