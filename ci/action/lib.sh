# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# lib: what the action's steps share. A step begins in the user's workspace, and afterclose's own
# tree is where the action is.
# shellcheck disable=SC2034 # it is for the steps
workspace=$PWD
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

program=$PWD/build/release/afterclose

# step_output NAME TEXT: TEXT may have several lines.
step_output() {
	local mark="end-of-$1-$$-$RANDOM"

	printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >>"$GITHUB_OUTPUT"
}

# step_error TEXT: an annotation, and the end.
step_error() {
	echo "::error title=afterclose::$1"
	exit 1
}
