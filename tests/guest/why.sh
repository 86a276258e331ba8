#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# why, in virtual time: which change flips an outcome, between two cells, two settings files, and two
# records of one cell; alone, and only together with another one.
#   why.sh AFTERCLOSE
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$*"
	cat "$work/told" "$work/log" 2>/dev/null || true
	exit 1
}

# The sentences behind "What flips it".
flips() {
	sed -n '/^What flips it$/,/^$/p' "$work/told" | sed '1d; $d'
}

# why WANTED-EXIT-CODE ARGUMENT...
why() {
	local want=$1 code=0
	shift
	"$program" why "$@" --target uml --seed 1 >"$work/told" 2>"$work/log" || code=$?
	[ $code -eq "$want" ] || fail "why $*: exit code $code"
}

# Neither no timestamps nor SYN cookies alone let the old segment in, and either keeps it out.
why 0 third-segment third-segment/cookies=2,time-wait=gone,timestamps=0 scenarios/stray --fact third --fact new.stream
flips | diff - <(
	cat <<-END
		  new.stream, third
		    in A: timestamps=0 and cookies=2 together (fewer do not)
		    in B: timestamps=1 alone; or cookies=1 alone
		  in none of these: time-wait
	END
) || fail "the third segment"

# The commands that it ends with show what it told.
command=$(sed -n '/# B with cookies=1$/{n;s/^ *afterclose //p;}' "$work/told")
[ -n "$command" ] || fail "no command for B with cookies=1"
eval "'$program' $command" >"$work/shown" || fail "$command: exit code $?"
grep -q '^  third  *dropped ' "$work/shown" || fail "$command shows something else"

# Two settings files, and one cell. What no cell shows otherwise is in none of these.
printf 'net.ipv4.tcp_max_tw_buckets = 0\nnet.ipv4.tcp_sack = 0\n' >"$work/b.conf"
: >"$work/a.conf"
cell=small/closer=client
why 0 $cell $cell tests/cli/scenarios --sysctl "$work/a.conf" --sysctl "$work/b.conf"
flips | diff - <(
	cat <<-END
		  old.time_wait
		    in A: net.ipv4.tcp_max_tw_buckets=0 alone
		    in B: net.ipv4.tcp_max_tw_buckets not set alone
		  in none of these: net.ipv4.tcp_sack
	END
) || fail "two settings files"
command=$(sed -n '/# A with /{n;s/^ *afterclose //p;}' "$work/told")
eval "'$program' $command" >"$work/shown" 2>"$work/log" && fail "$command: it passes"
grep -q '^x old.time_wait  *none  *expected client ' "$work/shown" || fail "$command shows something else"

# The same of records, which say themselves where and under which settings they were made.
"$program" run tests/cli/scenarios --target uml --seed 1 --sysctl "$work/b.conf" --out "$work/b.jsonl" >/dev/null 2>&1 || true
"$program" run tests/cli/scenarios --target uml --seed 1 --out "$work/a.jsonl" >/dev/null 2>&1 || fail "a run"
"$program" why $cell $cell tests/cli/scenarios --records "$work/a.jsonl" --records "$work/b.jsonl" --format json \
	>"$work/told" 2>"$work/log" || fail "two records: exit code $?"
grep -q '"net.ipv4.tcp_max_tw_buckets=0"' "$work/told" || fail "two records"

# A record that is not what is played now is no ground for an answer.
sed '/"cell": *"small\/closer=client"/{s/"observed": *"client"/"observed":"server"/
	s/"old.time_wait": *"client"/"old.time_wait":"server"/; s/"verdict": *"pass"/"verdict":"fail"/g}' \
	"$work/a.jsonl" >"$work/false.jsonl"
cmp -s "$work/a.jsonl" "$work/false.jsonl" && fail "nothing was falsified"
why 1 $cell $cell tests/cli/scenarios --records "$work/false.jsonl" --records "$work/b.jsonl"
grep -q 'does not show what its record .* old.time_wait: client, recorded: server' "$work/log" || fail "a false record"

# What the scenario leaves out is said, and so is that nothing differs.
why 0 third-segment/family=ipv6 third-segment/link=lan,timestamps=0 scenarios/stray
grep -q '^  link=lan  *no such cell: a link does not tell one family from the other$' "$work/told" || fail "what is no cell"
why 1 third-segment third-segment/cookies=2 scenarios/stray
grep -q '^A and B come to the same outcome' "$work/told" || fail "the same outcome"
why 1 third-segment third-segment/cookies=2,time-wait=gone,timestamps=0 scenarios/stray --runs 7
grep -q 'stopped before run 7 (--runs)' "$work/log" || fail "a bound of runs"

# The kernel is a difference like any other, where two are here.
if "$program" kernel path uml:linux-6.1 >"$work/log" 2>&1 && "$program" kernel path uml:linux-6.12 >"$work/log" 2>&1; then
	cell=syn-by-state/tsval=-1000
	"$program" why $cell $cell scenarios/stray --target uml:linux-6.1 --target uml:linux-6.12 --seed 1 \
		--sysctl "$work/a.conf" --sysctl "$work/b.conf" >"$work/told" 2>"$work/log" || fail "two kernels: exit code $?"
	flips | diff - <(
		cat <<-END
			  server PAWSEstab, server TCPChallengeACK, server TCPSYNChallenge
			    in A: target=uml:linux-6.12 alone
			    in B: target=uml:linux-6.1 alone
			  in none of these: net.ipv4.tcp_max_tw_buckets, net.ipv4.tcp_sack
		END
	) || fail "two kernels"
fi
