# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# A knob that no kernel but a vendor's has, one of the whole kernel, a wait of hours: skips with
# that reason, but for who asks about it.
LACKING=$SCENARIOS/../lacking
unset AFTERCLOSE_MUST_WORK
for name in asks sets turns global long; do # one by one: which ends first is chance
	try afterclose run "$LACKING/$name.yaml" --report ktap
done
try afterclose run "$LACKING/turns.yaml"
# Where everything must work, a run in which nothing could is the harness's failure.
export AFTERCLOSE_MUST_WORK=1
try afterclose run "$LACKING/turns.yaml"
