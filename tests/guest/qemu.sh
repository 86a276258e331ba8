#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests under QEMU: a cold start and a warm one see the same, two that fill the cache at once leave
# one snapshot, a broken snapshot is replaced, one whose guest does not live too, a kernel without a
# PVH entry boots on q35 and says so, and a killed guest costs its cell and nothing else. Needs a
# kernel that was fetched:
#
#   afterclose kernel fetch debian:6.1 && tests/guest/qemu.sh PROGRAM
set -u
program=$(realpath "${1:?usage: qemu.sh PROGRAM}") || exit 2
scenarios=$(cd "$(dirname "$0")/../../scenarios" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/afterclose
kernel=$("$program" kernel list 2>/dev/null | sed -n 's/^qemu:\(debian-6\.1\|ubuntu-6\.8\) .*/\1/p' |
	head -n 1)
# What only a leak check at exit would need, a guest has not.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

skip() {
	echo "skipped: $*"
	[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
	exit
}

[ -n "$kernel" ] || skip "no stock kernel here: afterclose kernel fetch debian:6.1"
command -v qemu-system-x86_64 >/dev/null || skip "no QEMU here: apt-get install qemu-system-x86"

work=$(TMPDIR=/tmp mktemp -d -t afterclose-qemu.XXXXXX) || exit 2
trap 'rm -rf "$work"' EXIT
# Kernels as they are, snapshots of its own.
export XDG_CACHE_HOME=$work/cache
mkdir -p "$XDG_CACHE_HOME/afterclose"
ln -s "$cache/kernels" "$XDG_CACHE_HOME/afterclose/kernels"
snapshots=$XDG_CACHE_HOME/afterclose/snapshots
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

# run NAME [OPTION...]: some short cells, their records in $work/NAME.
run() {
	local name=$1

	shift
	"$program" run "$scenarios/bind/bind-over-time-wait.yaml" --shard 1/13 --seed 1 \
		--target "qemu:$kernel" --jobs 1 --out "$work/$name" "$@" >"$work/$name.out" 2>&1 ||
		! fail "$name: exit $?: $(tail -n 3 "$work/$name.out")"
}

# What is promised of a guest whose clock counts instructions: facts, order and fates, not times.
promised() {
	/usr/bin/python3 - "$1" <<'END'
import json, sys
for line in open(sys.argv[1]):
    cell = json.loads(line)
    if cell["type"] == "cell":
        canonical = cell["canonical"]
        facts = {k: v for k, v in sorted(canonical["facts"].items()) if not isinstance(v, dict)}
        print(cell["cell"], cell["verdict"], facts,
              [(s["from"], s["flags"], s["fate"]) for s in canonical["segments"]])
END
}

same() {
	[ -s "$work/$1" ] || fail "$1: no records"
	promised "$work/$1" >"$work/a" || fail "$1: unreadable records"
	promised "$work/$2" >"$work/b" || fail "$2: unreadable records"
	sort -o "$work/a" "$work/a"
	sort -o "$work/b" "$work/b"
	[ -s "$work/a" ] || fail "$1: no cells"
	diff "$work/a" "$work/b" >"$work/diff" || fail "$1 and $2 differ: $(head -n 5 "$work/diff")"
}

n_snapshots() {
	find "$snapshots" -type f | wc -l
}

run first &
first=$!
run second &
second=$!
wait $first || fail "the first of two cold starts at once"
wait $second || fail "the second of two cold starts at once"
same first second
[ "$(n_snapshots)" = 1 ] || fail "two cold starts at once left $(n_snapshots) snapshots"

run warm
same first warm

truncate -s -4096 "$snapshots"/*
run broken
same first broken
dd if=/dev/urandom of="$(echo "$snapshots"/*)" bs=4096 seek=1 count=8 conv=notrunc status=none
run scrambled
same first scrambled
[ "$(n_snapshots)" = 1 ] || fail "a broken snapshot left $(n_snapshots) behind"
# One that is whole but for what the machine's memory held (its length is the head's third word):
# its guest ends at once, once.
snapshot=$(echo "$snapshots"/*)
memory=$(od -An -t u8 -j 16 -N 8 "$snapshot" | tr -d ' ')
fallocate --punch-hole --offset $(($(stat -c %s "$snapshot") - memory)) --length "$memory" "$snapshot"
"$program" run "$scenarios/bind/bind-over-time-wait.yaml" --shard 1/13 --seed 1 \
	--target "qemu:$kernel" --jobs 1 >"$work/hollow.out" 2>&1
run after-hollow
same first after-hollow

# QEMU's own end, in the middle of a run: of all its descendants only that process.
"$program" run "$scenarios/bind/bind-over-time-wait.yaml" --seed 1 --target "qemu:$kernel" \
	--jobs 1 --out "$work/killed" >"$work/killed.out" 2>&1 &
runner=$!
until grep -q '"type":"cell"' "$work/killed" 2>/dev/null || ! kill -0 $runner 2>/dev/null; do
	sleep 0.1
done

# The runner's guest; none within a minute, or no runner: nothing.
guest() {
	local keeper qemu

	for _ in $(seq 600); do
		kill -0 $runner 2>/dev/null || return
		keeper=$(pgrep -P $runner | head -n 1)
		qemu=$([ -z "$keeper" ] || pgrep -P "$keeper")
		if [ -n "$qemu" ] && [ "$qemu" != "${1-}" ]; then
			echo "$qemu"
			return
		fi
		sleep 0.1
	done
}
killed=$(guest)
kill -KILL "$killed" || fail "no guest to kill: $(tail -n 3 "$work/killed.out")"
qemu=$(guest "$killed")
[ -n "$qemu" ] || fail "no guest after the one that was killed: $(tail -n 3 "$work/killed.out")"
kill -KILL $runner
wait $runner 2>/dev/null
for _ in $(seq 100); do
	[ -d "/proc/$qemu" ] || break
	sleep 0.05
done
[ ! -d "/proc/$qemu" ] || fail "QEMU outlived a killed runner"
n_errors=$(grep -c '"verdict":"error"' "$work/killed")
[ "$n_errors" -le 1 ] || fail "one killed guest cost $n_errors cells"
[ "$(wc -l <"$work/killed")" -gt 1 ] || fail "no cell before the kill"

# The header of an older boot protocol does not tell where the ELF kernel is.
entry=$cache/kernels/names/qemu:$kernel
modules=$(find "$entry/lib/modules/" -mindepth 1 -maxdepth 1)
rm "$XDG_CACHE_HOME/afterclose/kernels"
cp "$entry/vmlinuz" "$work/vmlinuz"
printf '\007' | dd of="$work/vmlinuz" bs=1 seek=$((0x206)) conv=notrunc status=none
"$program" kernel add "qemu:$work/vmlinuz:$modules" --name old >"$work/add.out" 2>&1 ||
	fail "kernel add: $(cat "$work/add.out")"
kernel=old
run old
grep -q '^afterclose: qemu:old: a q35 machine' "$work/old.out" || fail "the fall back to q35 is silent"
[ $failed = 0 ] && echo "cold, warm, broken, killed and old: all as it should be"
exit $failed
