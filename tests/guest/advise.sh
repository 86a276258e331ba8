#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The classic tuning list, on a UML kernel: what each line does there, and the shortest file. The
# same from the records that it kept, and with each line alone in every cell.
#
#   advise.sh PROGRAM
set -u
program=$(realpath "${1:?usage: advise.sh PROGRAM}") || exit 2
here=$(cd "$(dirname "$0")" && pwd)
export LC_ALL=C ASAN_OPTIONS=detect_leaks=0
files=() scenarios=()
for name in reuse/tw-reuse incidents/fin-timeout-sixty-one incidents/server-cannot-restart \
	half-close/data-for-a-closed-end; do
	files+=("$here/../../scenarios/$name.yaml")
	scenarios+=(--scenarios "${files[-1]}")
done

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect WHAT FILE PATTERN: the file holds a line like that.
expect() {
	if grep -qE -- "$3" "$2"; then
		echo "ok: $1"
	else
		echo "not ok: $1: no line like $3 in $2:"
		cat "$2"
		failures=$((failures + 1))
	fi
}

# same WHAT A B
same() {
	if diff -u "$2" "$3"; then
		echo "ok: $1"
	else
		echo "not ok: $1"
		failures=$((failures + 1))
	fi
}

printf 'net.ipv4.%s = %s\n' tcp_syncookies 1 tcp_tw_recycle 1 tcp_tw_reuse 1 tcp_fin_timeout 30 \
	>classic.conf
if ! "$program" advise classic.conf "${scenarios[@]}" --target uml --seed 1 --out kept.jsonl \
	>played 2>errors; then
	echo "skipped: $(tail -n 1 errors)"
	[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
	exit
fi
expect "a sysctl that is gone is said so" played 'Not on this kernel.*gone since'
expect "tcp_tw_reuse lets a connect succeed" played 'new\.connect: EADDRNOTAVAIL -> ok'
expect "tcp_tw_reuse does not let a server restart" played 'lets a server restart.*: no\.'
expect "the other lines are not needed" played '^        net\.ipv4\.tcp_tw_reuse = 1$'
expect "that was run" played 'Run: it has the same outcomes as the whole'
[ "$(grep -c '^        net\.' played)" = 1 ] || {
	echo "not ok: the shortest file has more than one line"
	failures=$((failures + 1))
}

"$program" advise classic.conf "${scenarios[@]}" --records kept.jsonl >again || failures=$((failures + 1))
same "the same from records" played again
# A guest is given another baseline from cell to cell: the records are those of one that booted with it.
printf 'net.ipv4.%s\n' 'tcp_timestamps = 0' 'tcp_fin_timeout = 30' >mixed.conf
echo 'net.ipv4.tcp_timestamps = 0' >alone.conf
"$program" advise mixed.conf "${scenarios[@]}" --target uml --seed 1 --thorough --out mixed.jsonl \
	>/dev/null 2>errors || failures=$((failures + 1))
"$program" run "${files[@]}" --target uml --seed 1 --sysctl alone.conf --out booted.jsonl \
	>/dev/null 2>errors || failures=$((failures + 1))
/usr/bin/python3 - mixed.jsonl booted.jsonl <<'CHECK' || failures=$((failures + 1))
import json, sys


def cells(path, settings):
    return {record["cell"]: record["canonical"] for record in map(json.loads, open(path))
            if record["type"] == "cell" and record.get("settings", {}).get("client", {}) == settings}


alone, none = {"net.ipv4.tcp_timestamps": "0"}, {}
kept, booted, without = cells(sys.argv[1], alone), cells(sys.argv[2], alone), cells(sys.argv[1], none)
changed = sum(without[cell] != canonical for cell, canonical in kept.items())
same = changed and all(booted[cell] == canonical for cell, canonical in kept.items())
print(f"{'ok' if same else 'not ok'}: {len(kept)} cells with one line, {changed} of them others than without it, "
      "are those of a guest that booted with it")
sys.exit(not same)
CHECK
# The JSON says of each line what the text says, and a machine's whole `sysctl -a` no more and no less of
# the lines that are in both. A tab parts the fields of a value there.
"$program" advise classic.conf "${scenarios[@]}" --records kept.jsonl --format json >classic.json ||
	failures=$((failures + 1))
{
	sysctl -a 2>/dev/null | grep -v '^net\.'
	printf 'net.ipv4.%s\n' 'tcp_rmem = 4096	131072	6291456' 'ip_local_reserved_ports = ' \
		'tcp_available_congestion_control = reno cubic' 'conf.eth0.rp_filter = 2'
	cat classic.conf
} >dump
"$program" advise dump "${scenarios[@]}" --records kept.jsonl --format json >dump.json ||
	failures=$((failures + 1))
/usr/bin/python3 - played classic.json dump.json <<'CHECK' || failures=$((failures + 1))
import json, re, sys

text, advice, dump = open(sys.argv[1]).read(), *(json.load(open(path)) for path in sys.argv[2:])
bad = 0


def check(what, holds):
    global bad
    print(f"{'ok' if holds else 'not ok'}: {what}")
    bad += not holds


def by_name(advice):
    return {line["name"]: line for line in advice["lines"]}


lines, dumped = by_name(advice), by_name(dump)
check("JSON: each line in its order", [line["line"] for line in advice["lines"]] == [1, 2, 3, 4])
check("JSON: what was not run says why", all("untried" in line or "alone" in line for line in advice["lines"]))
alone = lines["net.ipv4.tcp_tw_reuse"]["alone"]
check("JSON: the counts of the text",
      re.search(rf"tcp_tw_reuse = 1\n(.*\n)*?.*Alone it changes outcomes in {alone['changed']} of {alone['cells']} cells", text))
check("JSON: as many cells by scenario as in all", sum(one["changed"] for one in alone["scenarios"]) == alone["changed"] > 0)
check("JSON: the shortest file", [(one["name"], one["value"]) for one in advice["shortest"]["lines"]]
      == [("net.ipv4.tcp_tw_reuse", "1")] and advice["shortest"]["differ"] == 0 < advice["shortest"]["cells"])
check("sysctl -a: the same of each line", all(
    {key: line.get(key) for key in ("alone", "rest", "claims", "untried")}
    == {key: dumped[name].get(key) for key in ("alone", "rest", "claims", "untried")} for name, line in lines.items()))
check("sysctl -a: what it has as the baseline is not tried", "untried" in dumped["net.ipv4.tcp_rmem"]
      and "untried" in dumped["net.ipv4.ip_local_reserved_ports"])
check("sysctl -a: the rest is counted", dump["others"]["n"] > 1 and "net.ipv4.conf.eth0.rp_filter" not in dumped)
check("sysctl -a: the same shortest file", dump["shortest"] == advice["shortest"])
sys.exit(bad > 0)
CHECK

"$program" advise classic.conf "${scenarios[@]}" --target uml --seed 1 --thorough >thorough 2>errors ||
	failures=$((failures + 1))
expect "not every cell was played" played 'cells that a line reaches.*were chosen'
for advice in played thorough; do
	grep -E -- ' -> |^        net\.' "$advice" >"$advice.found"
done
same "the same findings with each line alone in every cell" played.found thorough.found

echo 'net.ipv4.tcp_fin_timeout = soon' >refused.conf
"$program" advise refused.conf "${scenarios[@]}" --target uml --seed 1 >refused 2>errors
expect "a value that the kernel refuses" refused 'Not run: .*the kernel refuses sysctl'

# A value between two of a scenario's own, and beyond the border that these are about.
echo 'net.ipv4.tcp_fin_timeout = 75' >other.conf
"$program" advise other.conf --scenarios "$here/../../scenarios/half-close/data-for-a-closed-end.yaml" \
	--target uml --seed 1 >other 2>errors
expect "a value that no cell has is played" other 'Alone it changes outcomes in 8 of 32 cells'

# As in the output of `sysctl -a` of another machine: some of many, and the others are run.
printf 'net.ipv4.%s = %s\n' tcp_retries1 4 tcp_congestion_control nobodys tcp_sack 0 tcp_reordering 4 \
	tcp_fin_timeout soon tcp_tw_reuse 1 >some.conf
"$program" advise some.conf "${scenarios[@]}" --target uml --seed 1 >some 2>errors
for line in 'tcp_congestion_control = nobodys' 'tcp_fin_timeout = soon'; do
	grep -A 4 "$line" some >told
	expect "of some lines $line is refused" told 'Not run: .*some.conf:[25]: the'
done
[ "$(grep -c 'Not run' some)" = 2 ] || {
	echo "not ok: of some lines not two are refused:"
	cat some
	failures=$((failures + 1))
}
expect "and the others are run" some 'new\.connect: EADDRNOTAVAIL -> ok'

# What sysctl(8) sets is set, whatever the kernel makes of it; and from the records nothing else is said.
printf 'net.ipv4.%s\n' 'tcp_tw_reuse = 1 # c' 'tcp_retries2 = 0x8' 'tcp_congestion_control = nobodys' \
	'ip_forward = 1' >odd.conf
"$program" advise odd.conf "${scenarios[@]}" --target uml --seed 1 --out odd.jsonl >odd 2>errors ||
	failures=$((failures + 1))
"$program" advise odd.conf "${scenarios[@]}" --records odd.jsonl >again 2>errors || failures=$((failures + 1))
expect "a comment behind a value" odd 'new\.connect: EADDRNOTAVAIL -> ok'
expect "a router forwards in any case" odd 'Not tried on the router'
[ "$(grep -c 'Not run' odd)" = 1 ] || {
	echo "not ok: not one line is refused:"
	cat odd
	failures=$((failures + 1))
}
same "a refusal is in the records, too" odd again
[ $failures = 0 ]
