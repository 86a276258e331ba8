# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# What is said of lines that are not run, and where each comes from. What is run is run by
# tests/guest/advise.sh, in virtual time.
mkdir etc usr
cat >etc/90-ours.conf <<'CONF'
# overridden, absent, malformed, misspelt, of the whole kernel, something else
net.ipv4.tcp_timestamps = 0
-net.ipv4.tcp_tw_recycle = 1
net.ipv4.tcp_fin_timeout 30
net.ipv4.tcp_tw_resue = 1
net.ipv4.tcp_mem = 010 0x20 3
vm.swappiness = 10
-net.ipv4.tcp_syn_retries
net.ipv4.tcp_syn_r* = 6
CONF
echo 'net.ipv4.tcp_timestamps = 2' >usr/90-ours.conf
printf '%s\n' 'net.ipv4.tcp_timestamps = 1' 'kernel.pid_max = 4194304' >sysctl.conf
try afterclose advise sysctl.conf etc usr --scenarios "$SCENARIOS"
try afterclose advise sysctl.conf etc usr --scenarios "$SCENARIOS" --format markdown
mkdir empty
try afterclose advise empty --scenarios "$SCENARIOS"
try afterclose advise nowhere.conf --scenarios "$SCENARIOS"
try afterclose advise
echo 'net.ipv4.tcp_fin_timeout = soon' >refused.conf
try afterclose advise refused.conf --scenarios "$SCENARIOS"
try afterclose advise etc sysctl.conf --scenarios "$SCENARIOS" --out ./etc/90-ours.conf
try afterclose advise sysctl.conf --scenarios "$SCENARIOS" --out sysctl.conf
try cat sysctl.conf
try afterclose advise sysctl.conf --scenarios "$SCENARIOS" --records sysctl.conf
try afterclose advise sysctl.conf --scenarios "$SCENARIOS" --records sysctl.conf --out records.jsonl
