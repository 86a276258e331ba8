# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
cat >host.conf <<'CONF'
# what a host had
net.ipv4.tcp_fin_timeout = 30
net.ipv4.tcp_tw_recycle = 1
vm.swappiness=10
net.ipv4.tcp_mem = 1 2 3
nonsense
-net/ipv4/tcp_sack = 0
kernel.pid_max = 4194304
CONF
try afterclose run "$SCENARIOS" --jobs 1 --sysctl client=host.conf --report ktap
echo 'net.ipv4.tcp_fin_timeout = soon' >refused.conf
try afterclose run "$SCENARIOS" --sysctl refused.conf --out records.jsonl
try test -e records.jsonl
try afterclose run "$SCENARIOS" --sysctl client=host.conf --report ktap:host.conf
try wc -l host.conf
try afterclose run "$SCENARIOS" --sysctl host.conf --sysctl server=refused.conf
# sysctl.d(5): an error in setting it is passed over.
printf '%s\n' '-net.ipv4.tcp_fin_timeout = soon' 'net.ipv4.tcp_retries2 = 0x8' >passed.conf
try afterclose run "$SCENARIOS" --jobs 1 --sysctl passed.conf --only family=ipv4 --only closer=server --report ktap
