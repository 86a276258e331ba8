# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
# Shards played apart, and put together again: the cells of one run, in its order. (That the records
# are the same too is seen where time is: tests/guest/shards.sh.)
cells() {
	/usr/bin/python3 -c '
import json, sys
for line in open(sys.argv[1]):
    record = json.loads(line)
    if record["type"] == "cell":
        print(record["cell"], record["dimensions"], sorted(record["canonical"]["facts"]))' "$1"
}
for i in 1 2 3; do
	afterclose run "$SCENARIOS" --shard $i/3 --seed 1 --out $i.jsonl --report json:/dev/null 2>&1
done
try afterclose merge 3.jsonl 1.jsonl 2.jsonl --out merged.jsonl
afterclose run "$SCENARIOS" --seed 1 --jobs 1 --out whole.jsonl >whole.txt 2>&1
cells merged.jsonl >merged.cells
cells whole.jsonl >whole.cells
try cmp merged.cells whole.cells
try grep -c shard 1.jsonl merged.jsonl
try afterclose merge 1.jsonl 2.jsonl
cp 1.jsonl again.jsonl
try afterclose merge 1.jsonl 2.jsonl again.jsonl
head -n 3 1.jsonl >cut.jsonl
try afterclose merge cut.jsonl 2.jsonl 3.jsonl
try afterclose merge whole.jsonl
try afterclose merge 1.jsonl --out ./1.jsonl 2.jsonl 3.jsonl
afterclose run "$SCENARIOS" --only family=ipv4 --shard 2/3 --seed 1 --out other.jsonl --report json:/dev/null 2>&1
try afterclose merge 2.jsonl other.jsonl 3.jsonl
# What was cut before its second repetition is not there, though each shard looks whole for itself.
for i in 1 2 3; do
	afterclose run "$SCENARIOS" --shard $i/3 --seed 1 --repeat 2 --out twice.$i.jsonl --report json:/dev/null >/dev/null 2>&1
	/usr/bin/python3 - "twice.$i.jsonl" "once.$i.jsonl" <<-'END'
		import json, sys
		seen = set()
		with open(sys.argv[2], "w") as out:
		    for line in open(sys.argv[1]):
		        record = json.loads(line)
		        name = record.get("cell"), json.dumps(record.get("dimensions"))
		        if record["type"] != "cell" or name not in seen:
		            out.write(line)
		        seen.add(name)
	END
done
afterclose merge twice.*.jsonl --out merged.twice --report json:/dev/null
grep -c '"type":"cell"' merged.twice
try afterclose merge once.*.jsonl
cat once.1.jsonl twice.1.jsonl >thrice.jsonl
try afterclose merge thrice.jsonl twice.2.jsonl twice.3.jsonl
# Shards of other runs, though they have the same cells.
echo net.ipv4.tcp_fin_timeout=30 >other.conf
afterclose run "$SCENARIOS" --shard 2/3 --sysctl other.conf --out set.jsonl --report json:/dev/null >/dev/null 2>&1
sed -E 's/("tool": ?")[^"]*/\19.9/' 2.jsonl >newer.jsonl
sed -E 's/("kernel": ?")[^"]*/\10123456789abcdef/' 2.jsonl >kernel.jsonl
sed -E 's/"host"/"uml:linux"/' 2.jsonl >uml.jsonl
for other in twice.2 set newer kernel uml; do
	try afterclose merge 1.jsonl $other.jsonl 3.jsonl
done
# Another seed is no other run.
afterclose run "$SCENARIOS" --shard 2/3 --seed 2 --out seed.jsonl --report json:/dev/null >/dev/null 2>&1
afterclose merge 1.jsonl seed.jsonl 3.jsonl --out merged.seed --report json:/dev/null
grep -c '"type":"cell"' merged.seed
# A part with no cell in it writes a file as well.
for i in $(seq 20); do
	afterclose run "$SCENARIOS" --shard "$i/20" --seed 1 --out "of20.$i.jsonl" --report json:/dev/null >/dev/null 2>&1
done
try afterclose merge of20.*.jsonl
# Which part this is, as schedulers say it.
try env SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_STEP=2 SLURM_ARRAY_TASK_COUNT=3 afterclose list "$SCENARIOS" --cells --shard auto
try afterclose list "$SCENARIOS" --cells --shard 3/3
# Of N parts the index is one itself, and not counted from the array's first: a second array is not
# the first one again. A few tasks of an array once more do not say of how many parts they are.
array() {
	env SLURM_ARRAY_TASK_ID="$1" SLURM_ARRAY_TASK_MIN="$2" SLURM_ARRAY_TASK_MAX="$3" \
		SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_COUNT="$4" \
		afterclose list "$SCENARIOS" --cells --shard "$5"
}
for part in "3 3 4 2 auto/4" "3 1 4 4 auto" "2 0 3 4 auto/4"; do
	array $part | cmp - <(afterclose list "$SCENARIOS" --cells --shard 3/4) && echo "$part is 3/4"
done
try array 3 3 3 1 auto
try array 3 3 4 2 auto
try array 3 1 7 3 auto
try array 0 1 7 3 auto/7
try env JOB_COMPLETION_INDEX=2 afterclose list "$SCENARIOS" --cells --shard auto/3
try env JOB_COMPLETION_INDEX=2 afterclose list "$SCENARIOS" --cells --shard auto
try env JOB_COMPLETION_INDEX=3 afterclose list "$SCENARIOS" --cells --shard auto/3
try env JOB_COMPLETION_INDEX=two afterclose list "$SCENARIOS" --cells --shard auto/3
try afterclose list "$SCENARIOS" --cells --shard auto
try afterclose list "$SCENARIOS" --cells --shard 4/3
# Captures need the segments' bytes.
try afterclose report merged.jsonl --report pcapng
try afterclose report merged.jsonl --report pcapng:captures --report json:/dev/null
try ls captures
sed -E 's/"packets": ?\[[^]]*\], ?//' merged.jsonl >old.jsonl
try afterclose report old.jsonl --report pcapng:old --report json:/dev/null
try afterclose report mixed.jsonl --report pcapng:/dev/null/none
