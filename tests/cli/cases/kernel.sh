# SPDX-License-Identifier: GPL-2.0-or-later
export XDG_CACHE_HOME=$PWD/cache
mkdir -p tree/arch/um empty
touch tree/arch/um/Kconfig empty.tar
# An image with nothing but the header's magic and its release, of before payloads were said.
image() {
	head -c 2048 /dev/zero >"$1"
	printf '\125\252' | dd of="$1" bs=1 seek=$((0x1fe)) conv=notrunc status=none
	printf HdrS | dd of="$1" bs=1 seek=$((0x202)) conv=notrunc status=none
	printf '\0\4' | dd of="$1" bs=1 seek=$((0x20e)) conv=notrunc status=none
	printf '%s (someone@somewhere) #1' "$2" | dd of="$1" bs=1 seek=$((0x600)) conv=notrunc status=none
}
image vmlinuz-4.9 4.9.0-small
# The same of a later protocol, which says how long the kernel in it is: more than there is.
image cut 6.1.0-1-cut
printf '\017\2' | dd of=cut bs=1 seek=$((0x206)) conv=notrunc status=none
printf '\0\0\1' | dd of=cut bs=1 seek=$((0x24c)) conv=notrunc status=none
mkfifo fifo
image vmlinuz-6.1 6.1.0-1-cloud-amd64
mkdir -p modules/6.1.0-1-cloud-amd64 modules/6.2.0
echo code >modules/6.1.0-1-cloud-amd64/x.ko
relative() {
	local code=0

	"$@" >"$WORK/told" 2>"$WORK/refused" || code=$?
	sed "s,$PWD,HERE,g" "$WORK/told"
	sed "s,$PWD,HERE,g" "$WORK/refused" >&2
	return "$code"
}

try afterclose help kernel
try afterclose kernel list
try relative afterclose kernel add qemu:vmlinuz-4.9
try relative afterclose kernel add qemu:vmlinuz-6.1:modules/6.2.0
try relative afterclose kernel add qemu:vmlinuz-6.1:modules/6.1.0-1-cloud-amd64 --name mine
try relative afterclose kernel list
# A kernel that does not count its lines is refused before anything is built.
try afterclose run "$SCENARIOS" --coverage lines
try afterclose run "$SCENARIOS" --target qemu:mine --coverage lines
try relative afterclose kernel add qemu:empty.tar
try relative afterclose kernel add uml:vmlinuz-4.9
# Programs that have the mark of a guest's kernel, as this one has.
try relative afterclose kernel add "uml:$(command -v afterclose)" 2>&1 | sed 's/ [^ ]* is no kernel/ IT is no kernel/; s/ [0-9.]*"$/ VERSION"/'
guest() {
	printf '#!/bin/sh\n# afterclose.seed %s\necho %s\n' "$2" "$3" >"$1"
	chmod 700 "$1"
}
guest plain '' 6.12.1
guest counts net/ipv4/tcp.gcda 6.12.2
guest checks 'possible recursive locking detected' 6.12.3
guest other '' v6
for it in plain counts checks other; do
	try relative afterclose kernel add uml:$it
done
try relative afterclose kernel list
test "$(afterclose kernel path uml)" = "$(afterclose kernel path uml:plain)" && echo "the plain one is meant"
for it in plain counts checks; do
	afterclose kernel remove uml:$it
done
for option in --gcov --debug "--hz 250" "--jobs 1" "--mirror x" "--keyring x"; do
	try afterclose kernel list $option
done
try afterclose kernel add uml:plain --gcov
try afterclose kernel build uml:tree --format text
try afterclose kernel remove uml:plain --name x
try relative afterclose kernel add qemu:cut
try afterclose kernel add qemu:/dev/zero
try relative afterclose kernel add uml:fifo
try relative afterclose kernel build uml:fifo
try afterclose kernel add vmlinuz-4.9
try afterclose kernel path qemu:mime
try afterclose kernel path uml
try afterclose kernel path mine
test "$(head -c 3000 "$(afterclose kernel path qemu:mine)" | cksum)" = "$(cksum <vmlinuz-6.1)" && echo "the path is the image's"
try afterclose kernel remove mime
try afterclose kernel remove qemu:mine
try relative afterclose kernel list
try afterclose kernel build tree
try afterclose kernel build uml:nowhere
try afterclose kernel build uml:empty
try afterclose kernel build uml:tree --hz 300
try afterclose kernel build uml:tree --name a/b
try env PATH="$WORK/bin" afterclose kernel build uml:tree
try relative env XDG_CACHE_HOME="$PWD/a cache" afterclose kernel build uml:tree
try env PATH="$WORK/bin" afterclose kernel fetch debian:6.1
try afterclose kernel fetch debain:6.1
try afterclose kernel fetch debian:new
try afterclose kernel fetch debian:6.1 --mirror "http://localhost/ none main"
try env -u HOME -u XDG_CACHE_HOME afterclose kernel list
try afterclose kernel explode
try ls -A cache/afterclose/kernels/names
