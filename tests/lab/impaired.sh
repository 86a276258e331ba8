#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a link's rule does to real segments, told by the counters of the TCP that met them.
#   impaired.sh AFTERCLOSE
exec tests/lab/again-if-noisy "$1" run tests/data/impaired --seed 1
