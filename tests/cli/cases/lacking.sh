# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# A knob that no kernel but a vendor's has: a skip with that reason, but for who asks about it.
LACKING=$SCENARIOS/../lacking
try afterclose run "$LACKING" --jobs 1 --report ktap
unset AFTERCLOSE_MUST_WORK
try afterclose run "$LACKING/turns.yaml" "$LACKING/sets.yaml"
