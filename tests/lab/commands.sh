#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The ip, sysctl, ethtool and tc commands that `show` prints for a cell build the lab that the program
# built: each host of both says the same of its links, addresses, neighbours, offloads and sysctls.
# Names of namespaces live in a mount namespace of this script's own.
#   commands.sh AFTERCLOSE
set -eu
if [ "${2:-}" != inside ]; then
	user=(--user --map-root-user)
	[ "$(id -u)" -ne 0 ] || user=()
	exec unshare "${user[@]}" --net --mount --propagation private -- "$0" "$(realpath "$1")" inside
fi
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mount -t tmpfs none /run
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C

cat >"$work/link.yaml" <<'SCENARIO'
scenario: link
title: Three hosts
source: the tests
vary:
  family: [ipv4, ipv6]
  timestamps: {sysctl: net.ipv4.tcp_timestamps, of: client, values: [1, 0]}
  rfc1337: {sysctl: net.ipv4.tcp_rfc1337, of: server, values: [default, 1]}
set:
  both: {net.ipv4.tcp_fin_timeout: 30}
  server: {net.ipv4.ip_local_reserved_ports: "8080,8082"}
play:
  - listen: {at: server:8080, as: l}
  - repeat: {as: r, times: 1, from: client2, to: server:8080}
  - link: up delay 5ms loss 1% down rate 2mbit
expect:
  - then: {l.listen: ok}
SCENARIO
cat >"$work/loopback.yaml" <<'SCENARIO'
scenario: loopback
title: Two hosts in one
source: the tests
vary:
  topology: [loopback]
  timestamps: {sysctl: net.ipv4.tcp_timestamps, of: both, values: [1, 0]}
set:
  client: {net.ipv4.tcp_fin_timeout: 30}
  server: {net.ipv4.tcp_rfc1337: 1}
play:
  - listen: {at: server:8080, as: l}
expect:
  - then: {l.listen: ok}
SCENARIO
cat >"$work/crafted.yaml" <<'SCENARIO'
scenario: crafted
title: A raw peer, which has no namespace
source: the tests
vary:
  timestamps: {sysctl: net.ipv4.tcp_timestamps, of: both, values: [1, 0]}
set:
  both: {net.ipv4.tcp_fin_timeout: 30}
play:
  - raw: client
  - connect: {as: c, from: client:40000, to: server:8080, handshake: none}
  - link: delay 5ms loss 1%
expect:
  - then: {c.syns: 0}
SCENARIO
cat >"$work/nat.yaml" <<'SCENARIO'
scenario: nat
title: Two clients behind a router
source: the tests
vary:
  topology: [nat]
  family: [ipv4, ipv6]
  gone: {sysctl: net.netfilter.nf_conntrack_tcp_timeout_time_wait, of: router, values: [120, 10]}
set:
  client: {net.ipv4.tcp_fin_timeout: 30}
play:
  - nat: {masquerade: fully-random, pool: 50000-50100, invalid: drop}
  - listen: {at: server:8080, as: l}
  - repeat: {as: r, times: 1, from: client2, to: server:8080}
expect:
  - then: {l.listen: ok}
SCENARIO
cat >"$work/host.conf" <<'SETTINGS'
net.ipv4.tcp_syn_retries = 3
net.ipv4.tcp_wmem = 4096 20000 30000
SETTINGS

# What there is to compare in the namespace where this runs. Left out: what differs from one
# namespace to the next by itself (numbers of interfaces, the far end's qdisc, secrets), and the
# segmentation of AccECN, which the ioctl of old does not know and nothing uses without the others.
cat >"$work/state" <<'STATE'
cd /
ip -j -d -p link show | grep -vE '"(ifindex|link_index|link_netnsid)"'
ip -j -p addr show | grep -vE '"(ifindex|link_index|link_netnsid)"'
ip -j -p -4 neigh show nud permanent | sort
ip -j -p -6 neigh show nud permanent | sort
ip -j -p -4 route show table all | grep -v expires
nft list table inet afterclose 2>/dev/null || true
sysctl net.netfilter.nf_conntrack_tcp_timeout_time_wait 2>/dev/null || true
for link in lo eth0 client client2; do
	ethtool -k $link 2>/dev/null | grep -E '(segmentation|receive|checksumming|gather).*:' |
		grep -vE 'accecn|^tcp-segmentation-offload' || true
done
sysctl net 2>/dev/null | grep -vE 'netdev_rss_key|stable_secret|random|netfilter|tcp_fastopen_key'
STATE

# by_program CELL FILE HOST
by_program() {
	echo "sh $work/state" |
		SHELL=/bin/sh "$program" enter "$1" "$2" --after 1 --host "$3" \
			--sysctl "server=$work/host.conf" 2>"$work/stderr" || {
		cat "$work/stderr"
		return 1
	}
}

# by_hand CELL FILE: run what is printed.
by_hand() {
	"$program" show "$1" "$2" --sysctl "server=$work/host.conf" 2>/dev/null |
		sed '1,/^The same lab by hand/d' >"$work/commands"
	[ -s "$work/commands" ]
	grep '^tc ' "$work/commands" >"$work/tc" || true
	$has_netem || sed -i '/^tc /d' "$work/commands"
	bash -eu "$work/commands" >"$work/stdout" || {
		echo "the commands of $1 do not work:"
		cat "$work/commands"
		return 1
	}
}

failed=0
has_netem=true
if ! tc qdisc add dev lo root netem 2>/dev/null || ! tc qdisc del dev lo root; then
	has_netem=false
	echo "no sch_netem here: the tc lines are read, not run"
fi

# links CELL DEVICE...: its last rules are those that its play sets, at these ends of the wire
links() {
	local device rule

	for device in "${@:2}"; do
		[ "$device" = server ] && rule="delay 5ms loss 1%" || rule="rate 2mbit"
		if [ "$(grep " dev $device " "$work/tc" | tail -n 1)" != \
			"tc -n wire qdisc replace dev $device root netem $rule" ]; then
			echo "DIFFERS: the link of $1 to $device:"
			cat "$work/tc"
			failed=1
		fi
	done
}

# same CELL FILE HOST...: a host, or HOST=NAMESPACE where its name is another
same() {
	local cell=$1 file=$2 host
	shift 2
	by_hand "$cell" "$file"
	for host; do
		by_program "$cell" "$file" "${host%=*}" >"$work/program"
		ip netns exec "${host#*=}" sh "$work/state" >"$work/hand"
		if [ "$(wc -l <"$work/program")" -gt 300 ] &&
			diff -u "$work/program" "$work/hand" >"$work/diff"; then
			echo "same: ${host%=*} of $cell"
		else
			echo "DIFFERS: ${host%=*} of $cell (-: the program's, +: by hand)"
			cat "$work/diff"
			failed=1
		fi
	done
	[ "$file" != "$work/link.yaml" ] || links "$cell" "$@"
	ip -all netns delete
}

same link "$work/link.yaml" client server client2
same link/rfc1337=1,timestamps=0 "$work/link.yaml" client server client2
same link/family=ipv6,timestamps=0 "$work/link.yaml" client server
same crafted/timestamps=0 "$work/crafted.yaml" server
same nat "$work/nat.yaml" client server client2 router
same nat/family=ipv6,gone=10 "$work/nat.yaml" client server client2 router
same loopback "$work/loopback.yaml" client=loopback server=loopback
same loopback/timestamps=0 "$work/loopback.yaml" client=loopback
exit $failed
