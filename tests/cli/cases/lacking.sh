# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# A knob that no kernel but a vendor's has: a skip with that reason, but for who asks about it.
LACKING=$SCENARIOS/../lacking
for name in asks sets turns; do # one by one: which ends first is chance
	try afterclose run "$LACKING/$name.yaml" --report ktap
done
unset AFTERCLOSE_MUST_WORK
try afterclose run "$LACKING/turns.yaml"
