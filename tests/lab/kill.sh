#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGKILL of the runner and of a worker, at random moments, 50 times, leaves nothing behind: no
# process, not even of a program that forked away, no network namespace, no interface, no file.
#
#   kill.sh PROGRAM [ROUNDS [SEED]]
# All of it happens in process, mount and network namespaces of its own: whatever is found there
# is ours, and what else runs on this machine is not seen.
set -u
program=$(realpath "${1:?usage: kill.sh PROGRAM [ROUNDS [SEED]]}") || exit 2
rounds=${2:-50}
seed=${3:-$RANDOM}
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${KILL_TEST_INSIDE:-}" ]; then
	inside=(unshare --pid --fork --mount-proc --net)
	[ "$(id -u)" = 0 ] || inside+=(--map-root-user)
	if ! "${inside[@]}" true; then
		echo "skipped: no namespaces to test in"
		[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
		exit
	fi
	KILL_TEST_INSIDE=1 exec "${inside[@]}" "$0" "$program" "$rounds" "$seed"
fi
work=/mnt
mount -t tmpfs none "$work" || exit 1
cp -r "$program" "$here/../cli/scenarios" "$here/../cli/failing" "$here/../cli/programs" "$work" || exit 1
program=$work/$(basename "$program")
mount -t tmpfs none /tmp && cd / || exit 1
export LC_ALL=C
# Sanitizers would report what a killed process had no time to free.
export ASAN_OPTIONS=detect_leaks=0
# Every process that descends from a run has this in its environment.
token=AFTERCLOSE_KILL_TEST=$seed
RANDOM=$seed
echo "$rounds rounds, seed $seed"

if ! "$program" doctor >"$work/doctor" && [ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]; then
	echo "skipped: $(tail -n 1 "$work/doctor")"
	exit 0
fi

ours() {
	grep -lazF "$token" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
}

# What could be left: namespaces that a process is in or holds open, names of namespaces,
# interfaces, files.
state() {
	readlink /proc/[0-9]*/ns/net /proc/[0-9]*/fd/* 2>/dev/null | grep '^net:' | sort -u
	ip -o link | cut -d: -f2 | sort
	find /tmp /run/netns -mindepth 1 2>/dev/null
}

# A killed process's namespaces are gone when its last thread is: that may take a moment.
settle() {
	local until=$((SECONDS + 10))
	while [ $SECONDS -lt $until ]; do
		[ -z "$(ours)" ] && [ "$(state)" = "$before" ] && return 0
		sleep 0.02
	done
	echo "left behind after $1:"
	for pid in $(ours); do
		tr '\0' ' ' <"/proc/$pid/cmdline"
		echo " ($pid)"
	done
	diff <(echo "$before") <(state)
	return 1
}

# Of four rounds, two have a server that forks away and heeds no signal.
what_to_play() {
	if [ $(($1 % 4)) -lt 2 ]; then
		of=("$work/scenarios" "$work/failing")
	else
		of=("$work/programs/restart.yaml"
			--with "server=$work/programs/daemon {server} {port}")
	fi
}

kill_one() {
	local round=$1 children
	what_to_play "$round"
	env "$token" "$program" run "${of[@]}" --repeat 20 \
		--out "$work/records.jsonl" --report json:/dev/null 2>"$work/stderr" &
	runner=$!
	sleep "0.$(printf %03d $((RANDOM % 500)))"
	if [ $((round % 2)) = 0 ]; then
		kill -KILL $runner
		wait $runner 2>/dev/null
		settle "SIGKILL of the runner in round $round"
		return
	fi
	# shellcheck disable=SC2207 # one number a word
	children=($(cat /proc/$runner/task/$runner/children 2>/dev/null))
	[ ${#children[@]} -gt 0 ] && kill -KILL "${children[RANDOM % ${#children[@]}]}"
	sleep 0.05
	# Not SIGINT: a shell script's background processes ignore it until they ask for it.
	kill -TERM $runner 2>/dev/null
	wait $runner
	code=$?
	# 143: it had not yet begun to run cells. Its first child only probes the kernel: without
	# that, no run begins.
	if [ $code != 130 ] && [ $code != 143 ] &&
		! grep -q 'the process that probes the kernel died' "$work/stderr"; then
		echo "exit code $code in round $round: $(cat "$work/stderr")"
		return 1
	fi
	settle "SIGKILL of a worker in round $round"
}

before=$(state)
for round in $(seq "$rounds"); do
	kill_one "$round" || exit 1
done
echo "nothing was left in $rounds rounds"
