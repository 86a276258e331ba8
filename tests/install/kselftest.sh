#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kselftest: the installed component is a directory that the kernel's own make takes and its own
# runner runs: passed, failed and skipped are what that says.
#   tests/install/kselftest.sh BUILD_DIR LINUX_SOURCE_TARBALL
set -euo pipefail
build=$(realpath "$1")
source=$2
tree=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	echo "FAIL: $*"
	exit 1
}

selftests=tools/testing/selftests
tar -xf "$source" --strip-components=1 --wildcards "*/$selftests/lib.mk" "*/$selftests/Makefile" \
	"*/$selftests/kselftest/*" "*/$selftests/*.sh" '*/scripts/subarch.include'
cmake --install "$build" --component kselftest --prefix "$work/$selftests" >/dev/null
cmp "$selftests/afterclose/scenarios/stray/third-segment.yaml" "$tree/scenarios/stray/third-segment.yaml" ||
	fail "the scenarios are not all there"
rm -r "$selftests/afterclose/scenarios"

# runs SCENARIO RESULT: with this one only.
runs() {
	rm -rf installed "$selftests/afterclose/scenarios"
	mkdir "$selftests/afterclose/scenarios"
	cp "$1" "$selftests/afterclose/scenarios"
	make -s -C "$selftests" TARGETS=afterclose install "INSTALL_PATH=$work/installed" >make.txt 2>&1 ||
		fail "make install: $(cat make.txt)"
	for _ in 1 2 3; do # a machine that was too noisy for a cell is a skip, too
		(cd installed && ./run_kselftest.sh -t afterclose:afterclose.sh) >out.txt 2>&1 || true
		grep -qi inconclusive out.txt || break
	done
	grep -qxE "$2" out.txt || fail "$1: no \"$2\" in: $(cat out.txt)"
	echo "ok: $2"
}

runs "$tree/tests/cli/scenarios/small.yaml" 'ok 1 selftests: afterclose: afterclose.sh'
grep -qxE '# *ok 1 small/?[^ ]*' out.txt || fail "no cell in: $(cat out.txt)"
runs "$tree/tests/cli/failing/wrong.yaml" 'not ok 1 selftests: afterclose: afterclose.sh # exit=1'
unset AFTERCLOSE_MUST_WORK # which makes a failure of "nothing could run"
runs "$tree/tests/cli/lacking/sets.yaml" 'ok 1 selftests: afterclose: afterclose.sh # SKIP'
