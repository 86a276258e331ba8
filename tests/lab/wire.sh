#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every verb of the wire on real segments: scenarios whose facts are what the verb did.
#   wire.sh AFTERCLOSE
exec tests/lab/again-if-noisy "$1" run tests/data/wire --seed 1
