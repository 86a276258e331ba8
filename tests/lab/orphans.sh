#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a cell's hosts still have open when it ends does not keep their namespaces: an orphan in
# FIN-WAIT-1 would, for minutes. 150 cells of two hosts each, in a user namespace that may have only
# 100 network namespaces at a time; without the end of the orphans, cell 49 finds no more.
#
#   orphans.sh PROGRAM
set -u
program=$(realpath "${1:?usage: orphans.sh PROGRAM}") || exit 2
inside=(unshare --user --map-root-user --net)
if ! "${inside[@]}" true; then
	echo "skipped: no user namespace to test in"
	[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
	exit
fi
work=$(mktemp -d) || exit 1
trap 'rm -r "$work"' EXIT
cat >"$work/orphans.yaml" <<'EOF'
scenario: orphans
title: Each cell leaves an orphan in FIN-WAIT-1, and another connection open
why: A lab that is taken down takes its sockets with it.
source: ["linux: inet_csk_destroy_sock"]
vary: {family: [ipv4, ipv6]}
play:
  - listen: server:8080
  - connect: {as: stays, from: client, to: "server:8080"}
  - connect: {as: old, from: client, to: "server:8080"}
  - drop: {of: old, from: client, segment: fin, times: 100}
  - close: {via: old, at: client}
  - look: {as: orphan, via: old, at: client}
expect:
  - then: {stays.connect: ok, old.connect: ok, orphan.state: fin-wait-1}
EOF
# shellcheck disable=SC2016
"$(dirname "$0")/again-if-noisy" "${inside[@]}" bash -c 'echo 100 >/proc/sys/user/max_net_namespaces && exec "$@"' bash \
	"$program" run "$work/orphans.yaml" --repeat 75 --jobs 1 >"$work/out" 2>&1 ||
	{ tail -n 5 "$work/out"; exit 1; }
tail -n 1 "$work/out"
