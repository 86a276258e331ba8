#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A guest's processes keep their extended registers behind each kind of system call (harness/kernel/edit.c
# leaves them where they are).
#   registers.sh AFTERCLOSE [TARGET]
set -eu
program=$1 target=${2:-uml}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

cc -O1 -pthread -o "$work/registers" "$(dirname "$0")/registers.c"
"$program" run "$(dirname "$0")/../../scenarios/programs/connection-churn.yaml" --only keep-alive=no --only closer=client \
	--only tw-reuse=0 --only family=ipv4 --with "client=$work/registers" --target "$target" \
	--out "$work/records.jsonl" >"$work/log" 2>&1 || [ $? -eq 3 ] || {
	cat "$work/log"
	exit 1
}
said=$(cat "$work"/records.programs/*/fill.stdout)
[ "$said" = held ] && exit
echo "of a process's registers: $said"
exit 1
