#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The scenarios on the kernel that runs, for kselftest: KTAP, 0 passed, 1 failed, 4 nothing could run
# here. Where some cells were inconclusive and none failed it is 4 as well: that is no pass.
# Arguments go to `afterclose run`.
cd "$(dirname "$0")" || exit 1
./afterclose run scenarios --report ktap "$@"
code=$?
[ $code -eq 3 ] && exit 4
exit $code
