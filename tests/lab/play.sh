#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every step that makes socket calls, with its variants, on real sockets: scenarios whose facts are
# what the step did.
#   play.sh AFTERCLOSE
exec tests/lab/again-if-noisy "$1" run tests/data/play --seed 1
