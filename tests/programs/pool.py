#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""pool.py ADDRESS PORT REQUESTS PAUSE: a client that keeps its connection, pauses PAUSE seconds
between requests, and counts what they came to. It does not look before it uses a connection."""

import collections
import http.client
import sys
import time

address, port, requests, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
came_to = collections.Counter()
connection = http.client.HTTPConnection(address, port, timeout=5)
connection.auto_open = 1
for n in range(requests):
    if n:
        time.sleep(pause)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        came_to["ok"] += 1
    except (OSError, http.client.HTTPException) as error:
        came_to[type(error).__name__] += 1
        connection.close()
connection.close()
print(" ".join(f"{name}={n}" for name, n in sorted(came_to.items())))
