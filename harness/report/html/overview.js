// SPDX-License-Identifier: GPL-2.0-or-later
// overview: the first page: what came of the run, the filters, and each scenario's matrix.
"use strict";

let overview = null; // the elements that a filter changes
let builder = null;  // builds what comes near the window

function verdict_bar(counts) {
	const total = Object.values(counts).reduce((a, b) => a + b, 0);

	return el("span", {class: "bar", "aria-hidden": "true"}, WORST_FIRST.filter(
		verdict => counts[verdict]).map(verdict => {
		const part = el("span", {class: verdict});

		part.style.flexGrow = Math.max(counts[verdict], total / 60);
		return part;
	}));
}

function counts_words(counts) {
	return report.head.verdicts.filter(verdict => counts[verdict]).map(
		verdict => `${counts[verdict]} ${verdict}`).join(", ");
}

function verdict_toggle(verdict) {
	const on = () => view.verdicts.has(verdict);
	const count = el("b");
	const button = el("button", {
		type: "button", class: `toggle ${verdict}`, "aria-pressed": String(on()),
		on: {click: () => {
			on() ? view.verdicts.delete(verdict) : view.verdicts.add(verdict);
			button.setAttribute("aria-pressed", String(on()));
			overview_update();
		}},
	}, el("span", {class: "sign", "aria-hidden": "true"}, SIGNS[verdict]), count, ` ${verdict}`);

	overview.counts[verdict] = {count, button};
	return button;
}

function environment_words() {
	const head = report.head;
	const kernels = report.kernels.map(id => {
		const kernel = kernel_of(id);

		return kernel ? `Linux ${kernel.release}, HZ ${kernel.hz}` : `kernel ${id}`;
	});
	const words = [report.targets.join(", "), kernels.join("; "), `afterclose ${head.tool}`];

	if (head.elapsed_ns >= 0)
		words.push(`played in ${(head.elapsed_ns / 1e9).toFixed(1)} s`);
	if (head.done < head.planned)
		words.push(`interrupted: ${head.planned - head.done} cells were not played`);
	return words.join(" \u00b7 ");
}

function option_list(values, words, chosen) {
	return values.map(value => el("option", {value, selected: value === chosen}, words(value)));
}

function field(label, control) {
	return el("label", {class: "field"}, el("span", {}, label), control);
}

function search_field() {
	return field("Text", el("input", {
		type: "search", id: "text", value: view.text, placeholder: "cell, value, reason ...",
		on: {input: event => {
			view.text = event.target.value;
			overview_update();
		}},
	}));
}

function place_field(label, key, values, words) {
	if (values.length < 2)
		return null;
	return field(label, el("select", {id: key, on: {change: event => {
		view[key] = event.target.value;
		overview_update();
	}}}, el("option", {value: ""}, "all"), option_list(values, words, view[key])));
}

// Every dimension of every scenario that takes more than one value, and these values.
function dimensions_all() {
	const all = new Map();

	for (const scenario of report.scenarios.values())
		for (const {name, values} of scenario.dimensions)
			if (!(name in PLACES))
				all.set(name, new Set([...(all.get(name) ?? []), ...values]));
	return new Map([...all].filter(([, values]) => values.size > 1).sort(
		(a, b) => a[0] < b[0] ? -1 : 1));
}

function dimension_field() {
	const all = dimensions_all();
	const values = el("select", {id: "value", "aria-label": "Value of the dimension", disabled: true},
			  el("option", {value: ""}, "value"));
	const names = el("select", {id: "dimension"}, el("option", {value: ""}, "any"),
			 option_list([...all.keys()], name => name));

	names.addEventListener("change", () => {
		values.replaceChildren(el("option", {value: ""}, "value"),
				       ...option_list([...all.get(names.value) ?? []], value => value));
		values.disabled = !names.value;
	});
	values.addEventListener("change", () => {
		view.dimensions = view.dimensions.filter(one => one.name !== names.value);
		view.dimensions.push({name: names.value, value: values.value});
		names.value = "";
		names.dispatchEvent(new Event("change"));
		names.focus();
		overview_update();
	});
	return el("div", {class: "pair"}, field("Dimension", names), values);
}

function chips_update() {
	overview.chips.replaceChildren(...view.dimensions.map(one => el("button", {
		type: "button", class: "chip", "aria-label": `Remove ${one.name}=${one.value}`,
		on: {click: () => {
			view.dimensions = view.dimensions.filter(other => other !== one);
			overview_update();
			document.getElementById("dimension").focus();
		}},
	}, `${one.name}=${one.value}`, el("span", {"aria-hidden": "true"}, " \u00d7"))));
}

function as_field() {
	return el("div", {class: "switch", role: "group", "aria-label": "Show cells as"},
		["matrix", "list"].map(as => el("button", {
			type: "button", "aria-pressed": String(view.as === as), on: {click: event => {
				view.as = as;
				for (const button of event.target.parentNode.children)
					button.setAttribute("aria-pressed",
							    String(button === event.target));
				overview_update();
			}},
		}, as === "matrix" ? "Matrix" : "List")));
}

function head_show(...children) {
	document.getElementById("head").replaceChildren(
		el("a", {class: "brand", href: "#/"}, "afterclose"), ...children);
}

function overview_show() {
	document.title = "afterclose";
	overview = {counts: {}, results: el("div", {id: "results"}), chips: el("div", {class: "chips"}),
		    list: el("ul", {class: "toc"}), shown: el("p", {class: "shown"})};
	const counts = counts_of(report.cells);
	const toggles = report.head.verdicts.filter(verdict => counts[verdict]).map(verdict_toggle);

	head_show(el("div", {class: "verdicts", role: "group", "aria-label": "Show only these verdicts"},
		     toggles), el("p", {class: "environment"}, environment_words()));
	document.getElementById("main").replaceChildren(el("h1", {class: "unseen"}, "All cells"), el("div", {class: "overview"},
		el("aside", {"aria-label": "Filters"}, el("form", {
			role: "search", on: {submit: event => event.preventDefault()}},
			search_field(), dimension_field(), overview.chips,
			place_field("Scenario", "scenario",
				    [...report.scenarios.values()].map(one => one.name), name => name),
			place_field("Target", "target", report.targets, target => target),
			place_field("Kernel", "kernel", report.kernels,
				    id => `${kernel_words(id)} (${id.slice(0, 6)})`),
			as_field(), overview.shown),
		   el("nav", {"aria-label": "Scenarios"}, overview.list)), overview.results));
	overview_update();
}

function toc_entry(scenario, cells, section) {
	const counts = counts_of(cells);

	return el("li", {}, el("button", {type: "button", on: {click: () => {
		// At once: what a slow scroll passes by is built, and grows, and moves the goal.
		section.scrollIntoView({behavior: "instant"});
		section.querySelector("h2").focus({preventScroll: true});
	}}}, el("span", {class: "name"}, scenario.name), el("span", {class: "n"}, String(cells.length)),
	   verdict_bar(counts), el("span", {class: "unseen"}, `, ${counts_words(counts)}`)));
}

function matrices_show(by_scenario) {
	const sections = [], entries = [];

	for (const scenario of report.scenarios.values()) {
		const cells = by_scenario.get(scenario.name);

		if (!cells)
			continue;
		const section = scenario_section(scenario, cells);

		sections.push(section);
		entries.push(toc_entry(scenario, cells, section));
	}
	overview.list.replaceChildren(...entries);
	overview.results.replaceChildren(...sections);
}

function overview_update() {
	const cells = view_cells(false);
	const counts = counts_of(view_cells(true));
	const by_scenario = Map.groupBy(cells, cell => cell.scenario);

	for (const [verdict, {count}] of Object.entries(overview.counts))
		count.textContent = counts[verdict].toLocaleString("en");
	overview.shown.textContent = cells.length === report.cells.length
		? plural(cells.length, "cell")
		: `${cells.length.toLocaleString("en")} of ${plural(report.cells.length, "cell")}`;
	say(overview.shown.textContent);
	chips_update();
	builder?.disconnect();
	builder = new IntersectionObserver(build_seen, {rootMargin: "800px"});
	matrices_show(by_scenario);
	overview.list.hidden = view.as === "list";
	if (view.as === "list")
		overview.results.replaceChildren(list_new(cells));
	if (!cells.length)
		overview.results.replaceChildren(el("p", {class: "loading"}, "No cell is left. ",
			el("a", {href: "#/"}, "Take the filters off")));
	history.replaceState(null, "", view_address());
}

// A matrix is built when it comes near the window, and kept.
function build_seen(entries) {
	for (const entry of entries)
		if (entry.isIntersecting) {
			builder.unobserve(entry.target);
			entry.target.build();
		}
}
