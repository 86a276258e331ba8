# SPDX-License-Identifier: GPL-2.0-or-later
# needs: lab
inside() {
	echo "$1" | SHELL=/bin/sh afterclose enter small/closer=client "$SCENARIOS" "${@:2}"
}
export -f inside
try inside 'ip -br address show dev eth0 | cut -c1-4; ss -tanH | wc -l; echo $AFTERCLOSE_HOST $AFTERCLOSE_CELL'
try inside 'ss -tanH state time-wait | wc -l'
try inside 'ss -tanH state time-wait | wc -l' --host server
try inside 'ss -tanH state established | wc -l; exit 3' --after 2 --host server
try inside 'echo not reached' --host client2
