// SPDX-License-Identifier: GPL-2.0-or-later
// data: the records that the page carries. The index is unpacked at once, a part of the records when
// one of its cells is looked at.
"use strict";

// Places in a row of the index, as html.c writes them.
const ROW = {part: 0, verdict: 1, scenario: 2, file: 3, hash: 4, target: 5, kernel: 6, cell: 7,
	     flags: 8, wall_us: 9, why: 10, layout: 11, values: 12};
const ROW_CONTROL = 1, ROW_DEVIATES = 2;

const SIGNS = {pass: "\u2713", fail: "\u2717", skip: "\u2013", inconclusive: "?", error: "!",
	       known: "\u2248"};
// What stands for several cells is the worst of them.
const WORST_FIRST = ["error", "fail", "inconclusive", "known", "skip", "pass"];

// Where a cell ran is a dimension, too; no scenario's own has a space in its name.
const PLACES = {
	"on target": cell => cell.target,
	"on kernel": cell => kernel_words(cell.kernel),
};

const report = {head: null, cells: [], scenarios: new Map(), targets: [], kernels: []};
const parts = new Map();

async function unpack(id) {
	const packed = atob(document.getElementById(id).textContent);
	const bytes = new Uint8Array(packed.length);

	for (let i = 0; i < packed.length; i++)
		bytes[i] = packed.charCodeAt(i);
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
	return new Response(stream).text();
}

function cell_new(row, index, head, at) {
	const text = place => head.strings[row[place]];

	return {
		index, part: row[ROW.part], at, verdict: head.verdicts[row[ROW.verdict]],
		scenario: text(ROW.scenario), file: text(ROW.file), hash: text(ROW.hash),
		target: text(ROW.target), kernel: text(ROW.kernel), id: text(ROW.cell),
		control: Boolean(row[ROW.flags] & ROW_CONTROL),
		deviates: Boolean(row[ROW.flags] & ROW_DEVIATES),
		wall_us: row[ROW.wall_us], why: text(ROW.why), names: head.layouts[row[ROW.layout]],
		values: row.slice(ROW.values).map(number => head.strings[number]), again: 0,
	};
}

function cell_value(cell, dimension) {
	const place = cell.names.indexOf(dimension);

	if (place >= 0)
		return cell.values[place];
	return PLACES[dimension]?.(cell) ?? null;
}

function kernel_of(id) {
	return report.head.kernels.find(kernel => kernel.id === id);
}

function kernel_words(id) {
	return kernel_of(id)?.release ?? id;
}

// What the play has under one name, in the order that the scenario gives, or numbers give.
function values_sort(values, known) {
	const place = value => known ? known.indexOf(value) : -1;

	if (known)
		return values.sort((a, b) => place(a) - place(b));
	if (values.every(value => /^-?\d+(\.\d+)?$/.test(value)))
		return values.sort((a, b) => a - b);
	return values;
}

function kernels_differ(cells) {
	const targets = new Set(cells.map(cell => cell.target));

	return new Set(cells.map(cell => `${cell.target}\n${cell.kernel}`)).size > targets.size;
}

function scenario_dimensions(scenario) {
	const known = Object.fromEntries(
		(scenario.line?.dimensions ?? []).map(dimension => [dimension.name, dimension]));
	const names = [...new Set(scenario.cells.flatMap(cell => cell.names))];

	// A target has one kernel, most times; then it alone tells.
	const places = Object.entries(PLACES).filter(([name]) =>
		name === "on target" || kernels_differ(scenario.cells));

	for (const [name, place] of places)
		if (new Set(scenario.cells.map(place)).size > 1)
			names.unshift(name);
	return names.map(name => {
		const seen = [...new Set(scenario.cells.map(cell => cell_value(cell, name)))];
		const dimension = known[name];

		return {name, sysctl: dimension?.sysctl, of: dimension?.of,
			values: values_sort(seen.filter(value => value !== null), dimension?.values)};
	});
}

function scenario_of(cell) {
	let scenario = report.scenarios.get(cell.scenario);

	if (!scenario) {
		const line = report.head.scenarios.find(one => one.id === cell.hash) ??
			report.head.scenarios.find(one => one.scenario === cell.scenario);
		const titles = report.head.titles;

		scenario = {name: cell.scenario, file: cell.file, line, cells: [],
			    title: line?.title ?? titles[cell.scenario] ??
				    titles[`${cell.scenario} on ${cell.target}`] ?? ""};
		report.scenarios.set(cell.scenario, scenario);
	}
	return scenario;
}

function cells_read(rows, head) {
	const repeats = new Map();
	let part = -1, at = 0;

	rows.forEach((row, index) => {
		at = row[ROW.part] === part ? at + 1 : 0;
		part = row[ROW.part];
		const cell = cell_new(row, index, head, at);
		const key = `${cell.id}\n${cell.target}\n${cell.kernel}`;

		cell.again = repeats.get(key) ?? 0;
		repeats.set(key, cell.again + 1);
		report.cells.push(cell);
		scenario_of(cell).cells.push(cell);
	});
}

async function report_read() {
	const {head, rows} = JSON.parse(await unpack("index"));

	report.head = head;
	cells_read(rows, head);
	report.targets = [...new Set(report.cells.map(cell => cell.target))];
	report.kernels = [...new Set(report.cells.map(cell => cell.kernel))];
	report.scenarios = new Map([...report.scenarios].sort((a, b) =>
		a[1].file < b[1].file ? -1 : a[1].file > b[1].file ? 1 : 0));
	for (const scenario of report.scenarios.values())
		scenario.dimensions = scenario_dimensions(scenario);
}

// The last few parts stay unpacked: neighbours are looked at one after the other.
async function cell_record(cell) {
	if (!parts.has(cell.part)) {
		if (parts.size >= 4)
			parts.delete(parts.keys().next().value);
		parts.set(cell.part, (await unpack(`part-${cell.part}`)).split("\n"));
	}
	return JSON.parse(parts.get(cell.part)[cell.at]);
}

function counts_of(cells) {
	const counts = Object.fromEntries(report.head.verdicts.map(verdict => [verdict, 0]));

	for (const cell of cells)
		counts[cell.verdict]++;
	return counts;
}

function worst_of(cells) {
	const counts = counts_of(cells);

	return WORST_FIRST.find(verdict => counts[verdict]);
}
