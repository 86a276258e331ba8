# SPDX-License-Identifier: GPL-2.0-or-later
try afterclose netem list
try afterclose netem show none
try afterclose netem show mobile
try afterclose netem show 'rate 1mbit delay 0.1s 20ms 25% distribution normal'
try afterclose netem explain mobile
try afterclose netem explain 'loss 100%'
try afterclose netem explain bad
try afterclose netem explain 'reorder 10%'
try afterclose netem show
try afterclose netem list --format json
