# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# What it finds is the machine's: the transcript holds what every machine has that can run cells.
afterclose doctor >doctor.txt
echo "exit $?"
grep -cE '^(ok|limited|missing) ' doctor.txt >/dev/null && echo "has rows"
afterclose doctor --format json >doctor.json
python3 -c 'import json; rows = json.load(open("doctor.json")); print(sorted(rows[0]))'
