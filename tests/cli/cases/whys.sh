# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# Cells between two others, played now on this kernel; what no rule is about is the machine's.
why() {
	try afterclose why "$@" | sed -e "s/Linux $(uname -r)/Linux RELEASE/" -e 's/"other": [0-9]*/"other": N/' \
		-e 's/same outcome; .*/same outcome/'
}
why small/family=ipv6 small/closer=client "$SCENARIOS" --seed 1
for format in markdown json; do
	why small/family=ipv6 small/closer=client "$SCENARIOS" --seed 1 --format $format
done
why small small/family=ipv6 "$SCENARIOS" --seed 1
why small small "$SCENARIOS"
try afterclose why small small/closer=client "$SCENARIOS" --fact old.connect 2>&1 | sed 's/differ in: .*/differ in: .../'
echo 'net.ipv4.tcp_max_tw_buckets = 0' >none.conf
: >all.conf
why small small "$SCENARIOS" --sysctl server=all.conf --sysctl server=none.conf --seed 1
afterclose run "$SCENARIOS" --out out.jsonl --seed 1 >/dev/null 2>&1
why small/closer=client small "$SCENARIOS" --records out.jsonl
