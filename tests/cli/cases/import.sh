# SPDX-License-Identifier: GPL-2.0-or-later
# Captures made by tcpdump and dumpcap, and one of our own records; nothing is played.
cp "$SCENARIOS"/../../data/capture/* .
for file in *.pcap *.pcapng; do
	try afterclose import --all "$file"
done
try afterclose import python-sll2.pcap --ss ss.txt --format json
try afterclose import third-segment.pcapng -o imported.yaml
try cat imported.yaml
try afterclose import third-segment.pcapng -o third-segment.pcapng.yaml
try afterclose check imported.yaml
try afterclose import third-segment.pcapng --check third-segment.jsonl
# What else is known: a setting and counters that exclude one value each.
echo "net.ipv4.tcp_syncookies = 2" >server.conf
try afterclose import third-segment.pcapng -o known.yaml --sysctl server=server.conf --nstat nstat.txt
try sed -n '/^vary/,/^play/p' known.yaml
try afterclose check known.yaml
# An end that is no Linux: its segments, one by one.
try afterclose import third-segment.pcapng --raw client -o raw.yaml
try sed -n '/^vary/,$p' raw.yaml
try afterclose check raw.yaml
try afterclose import third-segment.pcapng --raw router -o raw.yaml
# What was given stays as it is.
cp third-segment.pcapng capture.pcapng
try afterclose import capture.pcapng -o capture.pcapng
ln capture.pcapng linked.yaml
try afterclose import capture.pcapng -o linked.yaml
try afterclose import capture.pcapng -o made.yaml --sysctl server=server.conf --run --out server.conf
try cmp third-segment.pcapng capture.pcapng
# Nothing that cannot be read is guessed at.
head -c 1500 python-sll2.pcap >cut.pcap
try afterclose import cut.pcap
try afterclose import ss.txt
head -c 1000 third-segment.pcapng >broken.pcapng
printf 'aaaaaaaaaaaaaaaa' >>broken.pcapng
try afterclose import broken.pcapng
try afterclose import python-sll.pcap --ss nstat.txt
try afterclose import python-sll.pcap --nstat ss.txt
try afterclose import python-sll.pcap --connection 7
try afterclose import python-sll.pcap --connection x
try afterclose import python-sll.pcap --connection 1.9 -o nothing.yaml
try afterclose import none.pcap
try afterclose import
