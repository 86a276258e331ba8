# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab userns
# A user namespace of our own in which no further namespace may be made.
forbidden() {
	local limit=$1
	shift
	unshare -Ur bash -c 'echo 0 >/proc/sys/user/$0 && exec "$@"' "$limit" "$@"
}
export -f forbidden
unset AFTERCLOSE_MUST_WORK
try forbidden max_net_namespaces afterclose run "$SCENARIOS" --out records.jsonl
try test -e records.jsonl
try forbidden max_net_namespaces env AFTERCLOSE_MUST_WORK=1 afterclose run "$SCENARIOS"
try forbidden max_net_namespaces afterclose run "$SCENARIOS" --bisect
try forbidden max_net_namespaces afterclose show small "$SCENARIOS"
try forbidden max_user_namespaces env AFTERCLOSE_ROOTLESS=1 afterclose run "$SCENARIOS"
# A limit that is not 0, reached here (by the lab, after the wire) or in the namespace around this one.
limited() {
	unshare -Ur bash -c 'echo 1 >/proc/sys/user/$0 && exec "$@"' "$@"
}
export -f limited
try limited max_net_namespaces afterclose run "$SCENARIOS"
try limited max_user_namespaces unshare -Ur env AFTERCLOSE_ROOTLESS=1 afterclose run "$SCENARIOS"
try limited max_net_namespaces unshare -Urn env AFTERCLOSE_ROOTLESS=1 afterclose run "$SCENARIOS"
forbidden max_net_namespaces afterclose doctor >doctor.txt
echo "exit $?"
tail -n 1 doctor.txt

few() {
	ulimit -n 20
	afterclose run "$SCENARIOS"
}
export -f few
try few
