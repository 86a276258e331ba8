# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
afterclose run "$SCENARIOS" --out records.jsonl --report ktap:/dev/null 2>/dev/null
try afterclose show small/closer=client "$SCENARIOS" --records none.jsonl
try afterclose show small/closer=client,family=ipv4 "$SCENARIOS" --records records.jsonl
# The drawing's own text is tested in unit tests, with fixed times: here only that it is the cell's.
for source in "--records records.jsonl" ""; do
	afterclose show small/closer=client "$SCENARIOS" $source >shown
	echo "exit $?"
	grep -oE 'FIN|SYN-ACK|TIME-WAIT|time-wait|sysctl' shown | sort -u
	grep -c 'ip netns add' shown
done
# Under --sysctl: the lab by hand has it too, where it is played and where it was.
echo 'net.ipv4.tcp_rfc1337 = 1' >server.conf
afterclose run "$SCENARIOS" --sysctl server=server.conf --out set.jsonl --report json:/dev/null 2>/dev/null
for source in "--records set.jsonl" "--sysctl server=server.conf"; do
	afterclose show small/closer=client "$SCENARIOS" $source 2>/dev/null >shown
	grep "sysctl -w net.ipv4.tcp_rfc1337" shown
done
