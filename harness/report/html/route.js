// SPDX-License-Identifier: GPL-2.0-or-later
// route: what is shown, kept in the part of the address behind "#", so that a view has a link.
"use strict";

const view = {text: "", verdicts: new Set(), scenario: "", target: "", kernel: "", dimensions: [],
	      axes: {}, as: "matrix"};

function view_read(query) {
	view.text = query.get("text") ?? "";
	view.verdicts = new Set((query.get("verdict") ?? "").split(",").filter(
		verdict => report.head.verdicts.includes(verdict)));
	view.scenario = query.get("scenario") ?? "";
	view.target = query.get("target") ?? "";
	view.kernel = query.get("kernel") ?? "";
	view.as = query.get("as") === "list" ? "list" : "matrix";
	view.dimensions = query.getAll("with").map(pair => {
		const cut = pair.indexOf("=");

		return {name: pair.slice(0, cut), value: pair.slice(cut + 1)};
	});
	view.axes = {};
	for (const [key, value] of query) {
		if (key.startsWith("columns."))
			axes_of(key.slice(8)).columns = value.split(",").filter(Boolean);
		if (key.startsWith("folded."))
			axes_of(key.slice(7)).folded = value.split(",").filter(Boolean);
	}
}

function axes_of(scenario) {
	return view.axes[scenario] ??= {columns: null, folded: []};
}

function view_address() {
	const query = new URLSearchParams();

	if (view.text)
		query.set("text", view.text);
	if (view.verdicts.size)
		query.set("verdict", [...view.verdicts].join(","));
	for (const key of ["scenario", "target", "kernel"])
		if (view[key])
			query.set(key, view[key]);
	for (const {name, value} of view.dimensions)
		query.append("with", `${name}=${value}`);
	for (const [scenario, axes] of Object.entries(view.axes)) {
		if (axes.columns)
			query.set(`columns.${scenario}`, axes.columns.join(","));
		if (axes.folded.length)
			query.set(`folded.${scenario}`, axes.folded.join(","));
	}
	if (view.as === "list")
		query.set("as", "list");
	return `#/?${query}`;
}

function cell_address(cell) {
	const query = new URLSearchParams({id: cell.id});

	if (report.targets.length > 1)
		query.set("target", cell.target);
	if (report.kernels.length > 1)
		query.set("kernel", cell.kernel);
	if (cell.again)
		query.set("again", cell.again);
	return `#/cell?${query}`;
}

function cell_at(query) {
	const asked = (key, value) => !query.has(key) || query.get(key) === value;

	return report.cells.find(cell => cell.id === query.get("id") && asked("target", cell.target) &&
		asked("kernel", cell.kernel) && Number(query.get("again") ?? 0) === cell.again);
}

function haystack(cell) {
	return cell.words ??= [cell.id, cell.file, cell.target, cell.why, scenario_of(cell).title,
			       ...cell.names.map((name, i) => `${name}=${cell.values[i]}`)]
		.join("\n").toLowerCase();
}

// Every word of the text must be somewhere.
function view_cells(without_verdicts) {
	const words = view.text.toLowerCase().split(/\s+/).filter(Boolean);

	return report.cells.filter(cell =>
		(without_verdicts || !view.verdicts.size || view.verdicts.has(cell.verdict)) &&
		(!view.scenario || cell.scenario === view.scenario) &&
		(!view.target || cell.target === view.target) &&
		(!view.kernel || cell.kernel === view.kernel) &&
		view.dimensions.every(({name, value}) => cell_value(cell, name) === value) &&
		words.every(word => haystack(cell).includes(word)));
}
