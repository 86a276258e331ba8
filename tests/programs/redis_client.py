#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""redis_client.py ADDRESS PORT COMMANDS PAUSE: INCR, PAUSE seconds apart, over one connection that is
opened again whenever it breaks; no command is sent twice, and what was lost is counted."""

import collections
import socket
import sys
import time

address, port, commands, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
came_to = collections.Counter()
connection = None
for _ in range(commands):
    try:
        if not connection:
            connection = socket.create_connection((address, port), timeout=5)
            came_to["connects"] += 1
        connection.sendall(b"INCR hits\r\n")
        if not connection.recv(100).startswith(b":"):
            raise ConnectionError("no answer")
        came_to["ok"] += 1
    except OSError as error:
        came_to[type(error).__name__] += 1
        if connection:
            connection.close()
        connection = None
    time.sleep(pause)
if connection:
    connection.close()
print(" ".join(f"{name}={n}" for name, n in sorted(came_to.items())))
