# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
programs=$(dirname "$SCENARIOS")/programs
ln -s "$programs/restart.yaml" restart.yaml
printf '#!/bin/sh\necho "no such thing" >&2\nexit 3\n' >ends
printf 'no program\n' >text
chmod +x ends

# How it is written.
try afterclose run restart.yaml --with 'client'
try afterclose run restart.yaml --with 'router=./ends'
try afterclose run restart.yaml --with 'client=./ends' --with 'client=./ends'
try afterclose run restart.yaml --with 'client=no-such-program {server}'
try afterclose run restart.yaml --with 'client=./none'
try afterclose run restart.yaml --with 'client=./text'
try afterclose run restart.yaml --with 'client=./ends {serverport}'
try afterclose run restart.yaml --with 'client=./ends | wc'
try afterclose run restart.yaml --with "client=./ends 'a"
try afterclose run restart.yaml --drain quit
try afterclose run restart.yaml --with 'server=./ends' --drain stop
try afterclose run "$SCENARIOS" --with 'client=./ends'
try afterclose run restart.yaml --with 'client=./ends' --target qemu

# What a program does wrong: ends at once, does not listen, forks away and leaves nobody.
short() {
	afterclose run restart.yaml "$@" --out out.jsonl | grep -E '^(PASS|FAIL|ERROR|     [a-z]+, )'
}
export -f short
try short --with 'server=./ends {server}'
try cat 'out.programs/1-restart/app.stderr'
try short --with 'server=sleep 60'
try short --with "server=sh -c 'sleep 0.1 & exit 0'"
# A client that ends at once, and one that makes no connection.
try short --with 'client=./ends'
try short --with "client=sh -c 'test ! -t 0 && read x; exit 4'"
# One that forks away and serves, and heeds no SIGTERM, fails the cell where that is waited for.
facts() {
	python3 -c 'import json
for line in open("out.jsonl"):
	record = json.loads(line)
	facts = record.get("canonical", {}).get("facts", {})
	for name in ("app.exit", "app.daemon", "users.exit", "users.connections", "users.closed"):
		if name in facts: print(name, facts[name])
	for missed in record.get("canonical", {}).get("missed", []): print(missed["what"])'
}
export -f facts
sed 's/- stop: .*/- stop: {of: app, within: 500ms}/' "$programs/restart.yaml" >restart2.yaml
sed 's/^scenario: restart/scenario: restart2/' -i restart2.yaml
afterclose run restart2.yaml --with "server=$programs/daemon {server} {port}" --out out.jsonl \
	>/dev/null 2>&1
try facts
try ls /dev/shm/left

# A scenario's file has no word for it.
for key in 'with: {client: ./ends}' 'programs: [./ends]'; do
	{ cat restart.yaml; echo "$key"; } >stranger.yaml
	sed -i 's/^scenario: restart/scenario: stranger/' stranger.yaml
	try afterclose check stranger.yaml
done
sed 's/at: "server:8080"/at: "server:8080", command: .\/ends/; s/^scenario: restart/scenario: stranger/' \
	restart.yaml >stranger.yaml
try afterclose check stranger.yaml

# Shards have no controls either, and what a program wrote stays where the shard put it.
sharded() {
	for i in 1 2; do
		afterclose run restart.yaml --with 'server=./ends {server}' --shard $i/2 --out $i.jsonl \
			--report json:/dev/null 2>/dev/null
	done
	afterclose merge 1.jsonl 2.jsonl --out all.jsonl --report json:/dev/null
	echo "exit $?"
	ls
	grep -oE '"bytes":[0-9]+,"file":"[^"]*"' all.jsonl
}
export -f sharded
try sharded
