# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# What one changed setting changes, and what another does not. Facts that no rule settles, times and
# counters are left to chance. Three times each: a cell that this machine's noise leaves open once is
# settled by another time.
echo 'net.ipv4.tcp_timestamps = 1' >old.conf
printf '%s = 0\n' net.ipv4.tcp_max_tw_buckets net.ipv4.tcp_mem >new.conf
outcomes() {
	afterclose compare "$@" | sed -E '/^(Facts|Times|Counters)/,/^$/d; s/; besides: .*//'
	return "${PIPESTATUS[0]}"
}
export -f outcomes
try outcomes --sysctl old.conf --sysctl new.conf --repeat 3 "$SCENARIOS"
cp old.conf same.conf
try outcomes --sysctl old.conf --sysctl same.conf "$SCENARIOS"
try outcomes --sysctl old.conf --sysctl server=new.conf "$SCENARIOS"
try outcomes --sysctl old.conf "$SCENARIOS"
echo 'net.ipv4.tcp_fin_timeout = soon' >refused.conf
try outcomes --sysctl old.conf --sysctl refused.conf "$SCENARIOS"
