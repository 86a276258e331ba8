# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# The cell and its neighbours are played now; times are the machine's, outcomes are not.
afterclose explain small/closer=client "$SCENARIOS" >explained
echo "exit $?"
sed -n '/^What was set/,/^$/p; /^What would/,$p' explained
try afterclose explain small/closer=clint "$SCENARIOS"
try afterclose explain small "$SCENARIOS" --target host --target host
