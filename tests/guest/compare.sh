#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# compare, in virtual time: what the one line does that two settings files differ in.
#   compare.sh AFTERCLOSE
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

: >"$work/old.conf"
printf 'net.ipv4.tcp_max_tw_buckets = 0\nnet.ipv4.tcp_fin_timeout = 30\n' >"$work/new.conf"
code=0
"$program" compare --sysctl "server=$work/old.conf" --sysctl "server=$work/new.conf" --target uml --seed 1 \
	--only scenario=who-holds-time-wait --only family=ipv4 scenarios >"$work/told" 2>"$work/log" || code=$?
if [ $code -ne 1 ] || ! grep -q '^    old.time_wait: server -> none$' "$work/told" ||
	! grep -q '^net.ipv4.tcp_fin_timeout: (not set) -> 30: no outcome changed$' "$work/told"; then
	echo "exit code $code"
	cat "$work/told" "$work/log"
	exit 1
fi

# Whether a sysctl is there is the word of the guest's kernel. It has IPVS, and no tcp_tw_reuse_delay
# before 6.14, whatever this machine has.
printf 'net.ipv4.vs.expire_nodest_conn = 1\nnet.ipv4.tcp_tw_reuse_delay = 60000\n' >"$work/new.conf"
code=0
"$program" compare --sysctl "$work/old.conf" --sysctl "$work/new.conf" --target uml:linux-6.12 --seed 1 \
	--only scenario=ipvs-one-second --only family=ipv4 scenarios >"$work/told" 2>"$work/log" || code=$?
if [ $code -ne 1 ] || ! grep -q '^net.ipv4.vs.expire_nodest_conn: (not set) -> 1: 2 changed outcomes' "$work/told" ||
	! grep -q '^net.ipv4.tcp_tw_reuse_delay: (not set) -> 60000: absent' "$work/told" ||
	! grep -q 'expire_nodest_conn = 1: applied$' "$work/log"; then
	echo "exit code $code"
	cat "$work/told" "$work/log"
	exit 1
fi
