#!/usr/bin/node
// SPDX-License-Identifier: GPL-2.0-or-later
// server.mjs ADDRESS PORT [IDLE_MS]: answers, closes what is idle for IDLE_MS; SIGTERM drains it.
import http from "node:http";

const [address, port, idle] = process.argv.slice(2);
const server = http.createServer((request, response) => response.end("hello\n"));

server.keepAliveTimeout = Number(idle ?? 5000);
server.listen(Number(port), address);
process.on("SIGTERM", () => {
	server.close();
	server.closeIdleConnections?.();
});
