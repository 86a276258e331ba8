// SPDX-License-Identifier: GPL-2.0-or-later
// main: reads the records and shows what the address asks for.
"use strict";

async function route() {
	const [path, query] = location.hash.slice(1).split("?");
	const asked = new URLSearchParams(query ?? "");
	const main = document.getElementById("main");

	if (path === "/cell") {
		const cell = cell_at(asked);

		if (cell)
			await cell_show(cell);
		else
			main.replaceChildren(el("p", {class: "loading"}, "No such cell in this report. ",
						el("a", {href: view_address()}, "All cells")));
	} else {
		view_read(asked);
		overview_show();
	}
}

async function start() {
	try {
		await report_read();
	} catch (error) {
		document.getElementById("loading").textContent =
			`The records in this file cannot be unpacked: ${error.message}`;
		throw error;
	}
	document.getElementById("jump").addEventListener("click", event => {
		event.preventDefault();
		document.getElementById("main").focus();
	});
	window.addEventListener("hashchange", route);
	await route();
	document.documentElement.dataset.ready = "";
}

document.addEventListener("DOMContentLoaded", start);
