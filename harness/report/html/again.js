// SPDX-License-Identifier: GPL-2.0-or-later
// again: the commands that play a cell again, by the program or by hand.
"use strict";

function quoted(word) {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

// What --sysctl set, host by host.
function settings_of(record) {
	return Object.entries(record.settings ?? {}).flatMap(([host, values]) =>
		Object.entries(values).map(([name, value]) => ({host, name, value})));
}

// As a file that the shell makes, for each host.
function sysctl_options(record) {
	return Object.entries(record.settings ?? {}).map(([host, values]) => {
		const lines = Object.entries(values).map(([name, value]) => quoted(`${name}=${value}`));

		return ` --sysctl ${host}=<(printf '%s\\n' ${lines.join(" ")})`;
	}).join("");
}

function command_lines(cell, record) {
	const only = Object.entries(record.dimensions).map(
		([name, value]) => `--only ${quoted(`${name}=${value}`)}`);
	const at = cell.target === "host" ? "" : ` --target ${quoted(cell.target)}`;
	const seed = record.volatile?.seed === undefined ? "" : ` --seed ${record.volatile.seed}`;
	const netem = record.canonical?.netem === "kernel" ? " --netem kernel" : "";
	const how = `${quoted(cell.file)}${at}${seed}${netem}${sysctl_options(record)}`;
	const lines = [`afterclose show ${quoted(cell.id)} ${how}`];

	if (!cell.control)
		lines.unshift([`afterclose run ${how}`, ...only].join(" \\\n\t"));
	return lines.join("\n");
}

// Hosts whose sysctls a side's dimension sets; those of a loopback lab are one.
function hosts_of(side, loopback, client2) {
	const hosts = {client: client2 ? ["client", "client2"] : ["client"], server: ["server"]};
	const named = side === "both" ? [...hosts.client, ...hosts.server] : hosts[side] ?? [side];

	return loopback ? ["loopback"] : named;
}

// A raw peer's segments are crafted: it has no namespace.
function raw_host(record, scenario) {
	const steps = (scenario.line?.steps ?? []).filter(step => step_played(step, record));
	const raw = steps.map(step => words_expand(step.words, record)).find(
		words => words.startsWith("raw "));

	return raw?.split(" ")[1] ?? null;
}

function sysctl_lines(record, scenario, loopback, client2) {
	const fixed = (scenario.line?.sysctls ?? []).map(one => [one.name, one.value, one.of]);
	const varied_ones = scenario.dimensions.filter(one => one.sysctl).map(
		one => [one.sysctl, record.dimensions[one.name], one.of]);

	const raw = raw_host(record, scenario);

	return [...fixed, ...varied_ones].filter(([, value]) => value !== "default").flatMap(
		([name, value, side]) => hosts_of(side, loopback, client2).filter(host => host !== raw).map(
			host => `ip netns exec ${host} sysctl -w ${name}=${quoted(value)}`));
}

// A frame for the server leaves the wire by the interface of that name, and so for the others.
function link_lines(record, raw, client2) {
	const link = report.head.links[record.dimensions.link ?? "clean"];
	const line = (host, rule) => rule && rule !== "none" && host !== raw
		? [`tc -n wire qdisc add dev ${host} root netem ${rule}`] : [];

	return link ? [...line("server", link.server), ...line("client", link.client),
		       ...client2 ? line("client2", link.client) : []] : [];
}

function hand_lines(record, scenario) {
	const of = record.dimensions;
	const loopback = of.topology === "loopback";
	const client2 = scenario.line?.client2 ?? false;
	const raw = raw_host(record, scenario);
	const lab = [of.family === "ipv6" ? "ipv6" : "ipv4", loopback ? "loopback" : "link"];

	if (raw || (client2 && !loopback))
		lab.push(raw ? `raw ${raw}` : "client2");
	return [(report.head.labs[lab.join(" ")] ?? "").trimEnd(),
		...loopback ? [] : link_lines(record, raw, client2),
		...sysctl_lines(record, scenario, loopback, client2)].join("\n");
}

function code_new(label, lines) {
	const pre = el("pre", {tabindex: "0", "aria-label": label}, lines);
	const button = el("button", {type: "button", class: "copy", on: {click: async () => {
		try {
			await navigator.clipboard.writeText(lines);
			say("Copied");
			button.textContent = "copied";
		} catch {
			getSelection().selectAllChildren(pre);
			say("Marked: copy it from here");
		}
	}}}, "copy");

	return el("div", {class: "code"}, button, pre);
}

function again_block(cell, record, scenario) {
	return block("again", "Play it again", code_new("Commands", command_lines(cell, record)),
		fold("The same lab by hand, as root", code_new("Lab by hand", hand_lines(record, scenario))));
}
