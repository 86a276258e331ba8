#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# steps: the action's steps as a runner calls them: in a workspace of the user's, with the files
# that GITHUB_OUTPUT and GITHUB_STEP_SUMMARY name. Needs the release build (or makes it).
#   tests/action/steps.sh
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GITHUB_OUTPUT=$work/output GITHUB_STEP_SUMMARY=$work/summary RUNNER_TEMP=$work/temp
export GITHUB_SERVER_URL=file:// GITHUB_REPOSITORY=nobody/nothing GITHUB_ACTION_PATH=$tree
export XDG_CACHE_HOME=$work/cache GITHUB_WORKSPACE=$work/workspace
mkdir -p "$work/workspace/my" "$work/workspace/.git" "$RUNNER_TEMP"
cp "$tree"/tests/cli/scenarios/*.yaml "$work/workspace/my"
cp "$tree"/tests/cli/failing/wrong.yaml "$work/workspace"
cd "$work/workspace"

fail() {
	echo "FAIL: $*"
	cat "$work/log"
	exit 1
}

# step CODE NAME [VARIABLE=VALUE...]: a step of the action, which is to end with CODE.
step() {
	local wanted=$1 name=$2 code=0

	shift 2
	: >"$GITHUB_OUTPUT"
	: >"$GITHUB_STEP_SUMMARY"
	env "$@" "$GITHUB_ACTION_PATH/ci/action/$name" >"$work/log" 2>&1 || code=$?
	[ "$code" = "$wanted" ] || fail "$name $* ended with $code, not $wanted"
	echo "ok: $name $* ended with $code"
}

# has FILE REGEX: a line of it does.
has() {
	grep -qE -- "$2" "$1" || fail "no line of $1 is like $2: $(cat "$1")"
}

# output NAME: its value, as the runner reads it.
output() {
	/usr/bin/python3 - "$1" "$GITHUB_OUTPUT" <<-'PYTHON'
		import re, sys
		text = open(sys.argv[2]).read()
		found = dict((name, value) for name, mark, value in re.findall(
		    r"^([\w-]+)<<(\S+)\n(.*?)\n\2$", text, re.M | re.S))
		print(found[sys.argv[1]])
	PYTHON
}

step 0 setup
has "$GITHUB_STEP_SUMMARY" "What this runner cannot test"
[ -n "$(output lacking)" ] || fail "setup says nothing of what is lacking"

# A kernel from a release: downloaded once, held against its checksum.
kernels_try() {
	mkdir release
	xz -1 -c "$kernel" >release/linux-x.xz
	(cd release && sha256sum linux-x.xz >linux-x.xz.sha256)
	step 0 kernels KERNELS=uml:linux-x "KERNELS_FROM=file://$PWD/release"
	has "$work/log" "^uml:linux-x "
	rm -r release/linux-x.xz
	step 0 kernels KERNELS=uml:linux-x "KERNELS_FROM=file://$PWD/release"
	echo "0000" >release/linux-y.xz
	sed s/linux-x/linux-y/ release/linux-x.xz.sha256 >release/linux-y.xz.sha256
	step 1 kernels KERNELS=uml:linux-y "KERNELS_FROM=file://$PWD/release"
	has "$work/log" "^::error title=afterclose::the kernel uml:linux-y could not be had"
	step 1 kernels KERNELS=netbsd
}

program=$tree/build/release/afterclose
if ! kernel=$(env -u XDG_CACHE_HOME "$program" kernel path uml); then
	[ "${AFTERCLOSE_MUST_WORK-}" != 1 ] || [ "$(uname -m)" != x86_64 ] || fail "no UML kernel to release"
	echo "skip: kernels (no UML kernel here)"
else
	kernels_try
	export TARGETS=uml:linux-x # where no noise makes a cell inconclusive
fi

step 0 run SCENARIOS=my "REPORT=html junit pcapng ktap"
[ "$(output exit-code)" = 0 ] || fail "exit-code is $(output exit-code)"
counts=$(output counts)
/usr/bin/python3 -c '
import json, sys
counts = json.loads(sys.argv[1])
assert counts["cells"] == counts["pass"] == 5 and counts["fail"] == 0, counts' "$counts" ||
	fail "counts are $counts"
[ "$(grep -c '"type": *"cell"' "$(output records)")" = 5 ] || fail "records are not 5"
has "$(output records)" "\"target\": *\"${TARGETS-host}\""
for file in summary.md report.html junit.xml results.ktap captures/small.pcapng; do
	[ -s "$(output report)/$file" ] || fail "no $file"
done
has "$GITHUB_STEP_SUMMARY" "small"

# A failure: annotated at its rule, in the user's file; --only of two words; never does not fail.
step 1 run SCENARIOS=wrong.yaml
has "$work/log" "^::error file=wrong.yaml,line="
has "$GITHUB_STEP_SUMMARY" "expected"
[ "$(output exit-code)" = 1 ] || fail "exit-code is $(output exit-code)"
step 0 run SCENARIOS=wrong.yaml FAIL_ON=never
step 0 run SCENARIOS=my "ONLY=closer=client family=ipv4"

# What the caller wrote wrong: one annotation, and not a word is run as a command.
step 1 run SCENARIOS=none.yaml
has "$work/log" "^::error title=afterclose::"
step 1 run SCENARIOS=my FAIL_ON=maybe
has "$work/log" "^::error title=afterclose::fail-on: takes"
step 1 run SCENARIOS=my REPORT=pdf
has "$work/log" "^::error title=afterclose::report: takes"
# shellcheck disable=SC2016 # it must not be expanded
step 1 run 'SCENARIOS=my $(touch touched); touch touched' 'ONLY=`touch touched`'
[ ! -e touched ] || fail "an input was run"

# On this kernel, whatever comes of it.
step 0 run SCENARIOS=my TARGETS=host FAIL_ON=never
has "$(output records)" '"target": *"host"'

# Shards, merged.
for i in 1 2 3; do
	step 0 run SCENARIOS=my "SHARD=$i/3"
	cp "$(output records)" "$i.jsonl"
done
step 0 run "MERGE=[1-3].jsonl"
has "$RUNNER_TEMP/afterclose/terminal.txt" "^5 cells: 5 pass"
rm 2.jsonl
step 1 run "MERGE=[1-3].jsonl"
has "$work/log" "shard 2/3 is missing"

echo "all steps did as they should"
