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

// Those of the cell, with its values put in.
function steps_of(record, scenario) {
	return (scenario.line?.steps ?? []).map((step, index) => ({...step, index,
		words: words_expand(step.words, record)})).filter(step => step_played(step, record));
}

// A raw peer's segments are crafted: it has no namespace.
function raw_host(record, scenario) {
	const raw = steps_of(record, scenario).find(({words}) => words.startsWith("raw "));

	return raw?.words.split(" ")[1] ?? null;
}

// The lab that a cell was played in, and its hosts in the order in which they are set.
function lab_of(record, scenario) {
	const {topology = "link", family, link = "clean"} = record.dimensions;
	const loopback = topology === "loopback", raw = raw_host(record, scenario);
	const client2 = !loopback && (scenario.line?.client2 ?? false);
	const hosts = ["client", ...client2 ? ["client2"] : [], "server",
		       ...topology === "nat" ? ["router"] : []].filter(host => host !== raw);
	const words = [family === "ipv6" ? "ipv6" : "ipv4", topology, ...client2 ? ["client2"] : [],
		       ...raw ? [`raw ${raw}`] : []];

	return {topology, loopback, hosts, link, name: words.join(" ")};
}

function side_has_host(side, host) {
	if (side === "router" || host === "router")
		return side === host;
	return side === "both" || (side === "server") === (host === "server");
}

function sysctl_line(lab, host, name, value) {
	return `ip netns exec ${lab.loopback ? "loopback" : host} sysctl -w ${name}=${quoted(value)}`;
}

// First what --sysctl set of every host, then what the scenario has, as in a run.
function sysctl_lines(record, scenario, lab) {
	const given = settings_of(record).filter(({host}) => lab.hosts.includes(host)).map(
		({host, name, value}) => sysctl_line(lab, host, name, value));
	const fixed = scenario.line?.sysctls ?? [];
	const varied_ones = scenario.dimensions.filter(one => one.sysctl).map(
		one => ({name: one.sysctl, value: record.dimensions[one.name], of: one.of}));
	const set = lab.hosts.flatMap(host => [...fixed, ...varied_ones].filter(
		({value, of}) => value !== "default" && side_has_host(of, host)).map(
		({name, value}) => sysctl_line(lab, host, name, value)));

	return [...given, ...set];
}

// A frame for the server leaves the wire by the interface of that name, and so for the others; the
// wire knows of a router, and not of the clients behind it.
function link_lines(lab) {
	const rules = report.head.links[lab.link];
	const hosts = lab.topology === "nat" ? lab.hosts.filter(host => !host.startsWith("client"))
		: lab.hosts;
	const rule = host => host === "server" ? rules.server : rules.client;

	return !rules || lab.loopback ? [] : hosts.filter(host => rule(host) && rule(host) !== "none").map(
		host => `tc -n wire qdisc add dev ${host} root netem ${rule(host)}`);
}

// What the play does to the lab later, in its own words.
function later_lines(record, scenario) {
	const later = /^(link|nat|balance|forget|route|sysctl) /;

	return steps_of(record, scenario).filter(({words}) => later.test(words)).map(
		({index, words}) => `# at step ${index + 1}: ${words.replaceAll("\n", " ")}`);
}

function hand_lines(record, scenario) {
	const lab = lab_of(record, scenario);

	return [(report.head.labs[lab.name] ?? "").trimEnd(), ...link_lines(lab),
		...sysctl_lines(record, scenario, lab), ...later_lines(record, scenario)].join("\n");
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
