#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# fetch: a kernel from another archive, by an apt state of its own: an archive is made here, laid out
# and signed as Ubuntu's and Debian's are, and read through apt. The newest of a series is taken, with
# its modules; what is not signed, or not with this key, or is not what was signed, is refused, and
# nothing of it gets into the cache. The machine's own apt state stays as it is.
#   tests/guest/fetch.sh PROGRAM
set -u
program=$(realpath "${1:?usage: fetch.sh PROGRAM}") || exit 2
export LC_ALL=C
for tool in apt-get dpkg-deb dpkg-scanpackages gpg; do
	command -v $tool >/dev/null && continue
	echo "skipped: no $tool here"
	[ "${AFTERCLOSE_MUST_WORK:-}" != 1 ]
	exit
done
work=$(TMPDIR=/tmp mktemp -d -t afterclose-fetch.XXXXXX) || exit 2
trap 'gpgconf --homedir "$work/keys" --kill all; rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache GNUPGHOME=$work/keys
archive=$work/archive
mkdir -m 700 "$GNUPGHOME"
failures=0

fail() {
	echo "not ok: $*"
	failures=$((failures + 1))
}

# The machine's apt state, but for what its own timers write.
machine() {
	find /var/lib/apt /etc/apt -path /var/lib/apt/periodic -prune -o -type f -printf '%p %T@\n' 2>/dev/null | sort
}

# image RELEASE FILE: as much of a bzImage as says which release it is (Documentation/arch/x86/boot.rst),
# of a protocol that does not say yet where its kernel is.
image() {
	head -c 4096 /dev/zero >"$2"
	printf '\125\252' | dd of="$2" bs=1 seek=$((0x1fe)) conv=notrunc status=none
	printf 'HdrS' | dd of="$2" bs=1 seek=$((0x202)) conv=notrunc status=none
	printf '\000\004' | dd of="$2" bs=1 seek=$((0x20e)) conv=notrunc status=none
	printf '%s (made) #1\000' "$1" | dd of="$2" bs=1 seek=$((0x600)) conv=notrunc status=none
}

# package NAME PATH...: those of $work/root, as a package of the archive.
package() {
	local name=$1 root=$work/package path

	shift
	rm -rf "$root"
	for path; do
		mkdir -p "$root/$(dirname "$path")"
		cp -r "$work/root/$path" "$root/$path"
	done
	mkdir "$root/DEBIAN"
	printf '%s\n' "Package: $name" "Version: 1.0" "Architecture: amd64" \
		"Maintainer: nobody <nobody@example.org>" "Description: a kernel" >"$root/DEBIAN/control"
	dpkg-deb --root-owner-group --build "$root" "$archive/pool/$name.deb" >/dev/null || exit 2
}

# kernel RELEASE: its files.
kernel() {
	rm -rf "$work/root"
	mkdir -p "$work/root/boot" "$work/root/lib/modules/$1/kernel"
	image "$1" "$work/root/boot/vmlinuz-$1"
	echo "$1" >"$work/root/lib/modules/$1/modules.builtin"
}

ubuntu() {
	kernel "$1"
	package "linux-image-unsigned-$1" "boot/vmlinuz-$1"
	package "linux-modules-$1" "lib/modules/$1"
}

# What apt asks of an archive: an index, and a file of hashes that is signed.
publish() {
	local dist=$archive/dists/here index=main/binary-amd64/Packages

	rm -rf "$dist"
	mkdir -p "$dist/main/binary-amd64"
	(cd "$archive" && dpkg-scanpackages --multiversion pool 2>/dev/null) >"$dist/$index"
	{
		printf '%s\n' "Origin: here" "Suite: here" "Codename: here" "Architectures: amd64" \
			"Components: main" "Date: $(date -Ru)" SHA256:
		printf ' %s %s %s\n' "$(sha256sum <"$dist/$index" | cut -d ' ' -f 1)" \
			"$(stat -c %s "$dist/$index")" "$index"
	} >"$dist/Release"
	gpg --batch --yes --quiet --local-user "$1" --clearsign -o "$dist/InRelease" "$dist/Release" ||
		exit 2
}

key() {
	gpg --batch --quiet --passphrase '' --quick-generate-key "$1@example.org" ed25519 sign never ||
		exit 2
	gpg --batch --quiet --export "$1@example.org" >"$work/$1.gpg"
}

# fetch WHAT [KEYRING]
fetch() {
	"$program" kernel fetch "$1" --mirror "file:$archive here main" \
		--keyring "$work/${2-ours}.gpg" >"$work/out" 2>&1
}

# refused WHAT KEYRING PATTERN: and nothing is in the cache that was not before.
refused() {
	local before after code=0

	before=$("$program" kernel list)
	fetch "$1" "$2" || code=$?
	after=$("$program" kernel list)
	[ $code = 2 ] || [ $code = 99 ] || fail "$1, $2: exit code $code: $(cat "$work/out")"
	grep -qE "$3" "$work/out" || fail "$1, $2: said $(cat "$work/out")"
	[ "$before" = "$after" ] || fail "$1, $2: the cache has changed"
}

key ours
key theirs
mkdir -p "$archive/pool"
ubuntu 6.8.0-9-generic
ubuntu 6.8.0-31-generic # newer than -9, and no series of its own
ubuntu 6.80.0-1-generic
kernel 6.1.0-7-cloud-amd64
package linux-image-6.1.0-7-cloud-amd64 boot/vmlinuz-6.1.0-7-cloud-amd64 lib/modules/6.1.0-7-cloud-amd64
publish ours@example.org
machine=$(machine)

fetch ubuntu:6.8 || fail "ubuntu:6.8: $(cat "$work/out")"
entry=$("$program" kernel path qemu:ubuntu-6.8)
"$program" kernel list | grep -q '^qemu:ubuntu-6.8 .*6.8.0-31-generic' ||
	fail "ubuntu:6.8 is $("$program" kernel list)"
[ -f "$(dirname "$entry")/lib/modules/6.8.0-31-generic/modules.builtin" ] ||
	fail "ubuntu:6.8 has no modules"
fetch debian:6.1 || fail "debian:6.1: $(cat "$work/out")"
"$program" kernel list | grep -q '^qemu:debian-6.1 .*6.1.0-7-cloud-amd64' ||
	fail "debian:6.1 is $("$program" kernel list)"

refused ubuntu:6.7 ours 'no package linux-image-unsigned-6.7'
refused ubuntu:6.80 theirs 'NO_PUBKEY|not signed|signature'
refused ubuntu:6.80 nobody 'No such file'
# The index is signed, the package is another one than it says.
printf 'x' | dd of="$archive/pool/linux-modules-6.80.0-1-generic.deb" bs=1 seek=100 conv=notrunc status=none
refused ubuntu:6.80 ours 'Hash Sum mismatch|unexpected size'
rm "$archive/dists/here/InRelease"
refused ubuntu:6.80 ours 'not signed|InRelease|Release.gpg'

[ "$machine" = "$(machine)" ] ||
	fail "the machine's own apt state has changed"
[ $failures = 0 ] && echo "ok"
exit $((failures != 0))
