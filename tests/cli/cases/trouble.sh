# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab userns
try afterclose run "$SCENARIOS" --out /nowhere/records.jsonl
try afterclose run "$SCENARIOS" --report terminal --report junit:/nowhere/junit.xml
try afterclose run "$SCENARIOS" --out /dev/full --report json:/dev/null
try afterclose run "$SCENARIOS" --report junit:/dev/full

# A disk that is full after some records: those are whole, and as many as are said.
filling() {
	mkdir small
	unshare -Urm bash -c '
		mount -t tmpfs -o size=32k none small
		afterclose run "$SCENARIOS" --jobs 1 --out small/records.jsonl --report json:/dev/null 2>said
		code=$?
		kept=$(grep -c "^{.*\"type\":\"cell\".*}$" small/records.jsonl)
		sed "s/($kept of/(KEPT of/" said >&2
		[ "$kept" -gt 0 ] && exit $code'
}
export -f filling
try filling

# What another run is writing stays its own.
held() {
	echo kept >held.jsonl
	flock held.jsonl afterclose run "$SCENARIOS" --out held.jsonl
	code=$?
	cat held.jsonl
	return $code
}
export -f held
try held

full() {
	afterclose list "$SCENARIOS" >/dev/full
}
export -f full
try full

# Who reads it has seen enough: nothing is said, and a shell is told as of any other program.
for i in $(seq 100); do cat "$SCENARIOS/../../data/report/mixed.jsonl"; done >many.jsonl
closed() {
	(sleep 0.3 && exec afterclose "$@") | true
	return "${PIPESTATUS[0]}"
}
export -f closed
try closed list "$SCENARIOS"
try closed help
for format in json terminal ktap junit markdown html; do
	try closed report many.jsonl --format $format
done
# A run goes on, and what it writes is whole.
try closed run "$SCENARIOS/small.yaml" --jobs 1 --report json --out unread.jsonl
try grep -c '"type":"cell"' unread.jsonl

interrupted() {
	afterclose run "$SCENARIOS/small.yaml" "$SCENARIOS/../failing/waits.yaml" --only family=ipv4 \
		--out records.jsonl --report json:/dev/null &
	runner=$!
	# The waiting cell is the last one that is left; a signal ends it.
	for _ in $(seq 100); do
		[ "$(grep -c '"type":"cell"' records.jsonl 2>/dev/null)" = 3 ] && break
		sleep 0.1
	done
	kill -INT $runner
	wait $runner
}
export -f interrupted
try interrupted
try grep -c '"verdict":"pass"' records.jsonl

# A worker that dies costs its cell, and no more.
crashed() {
	afterclose run "$SCENARIOS/../failing/waits.yaml" --report ktap 2>started &
	runner=$!
	worker=
	# The child that probes the kernel is gone once the run says what it runs on.
	for _ in $(seq 200); do
		[ -s started ] && worker=$(cat /proc/$runner/task/$runner/children)
		[ -n "$worker" ] && [ "$(ls -l /proc/${worker% }/fd 2>/dev/null | grep -c socket)" -ge 8 ] && break
		sleep 0.05
	done
	kill -ABRT $worker
	wait $runner
	code=$?
	cat started >&2
	return $code
}
export -f crashed
try crashed
