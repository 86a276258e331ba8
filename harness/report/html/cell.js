// SPDX-License-Identifier: GPL-2.0-or-later
// cell: the page of one cell: its verdict fact by fact, its ladder, and how to play it again.
"use strict";

function badge(verdict) {
	return el("span", {class: `badge ${verdict}`},
		  el("span", {class: "sign", "aria-hidden": "true"}, SIGNS[verdict]), ` ${verdict}`);
}

function block(id, title, ...children) {
	return el("section", {class: "block", "aria-labelledby": `h-${id}`, id: `s-${id}`},
		  el("h2", {id: `h-${id}`}, title), children);
}

function fold(title, ...children) {
	return el("details", {}, el("summary", {}, title), children);
}

// Of a column whose signs tell the eyes what it is.
function head_unseen(words) {
	return el("span", {class: "unseen"}, words);
}

function table(caption, heads, rows) {
	return el("div", {class: "wide"}, el("table", {class: "data"},
		el("caption", {class: "unseen"}, caption),
		el("thead", {}, el("tr", {}, heads.map(head => el("th", {scope: "col"}, head)))),
		el("tbody", {}, rows)));
}

function fact_words(fact) {
	return typeof fact === "object" ? duration(fact.ns / 1000) : String(fact);
}

function judged_row(record, row) {
	const same = row.expected === row.observed && !row.must_fail;

	return el("tr", {class: row.verdict},
		el("td", {class: `mark ${row.verdict}`}, el("span", {"aria-hidden": "true"},
			SIGNS[row.verdict]), el("span", {class: "unseen"}, row.verdict)),
		el("th", {scope: "row"}, row.fact), el("td", {class: "seen"}, row.observed),
		el("td", {class: same ? "same" : ""}, row.must_fail ? "anything but " : "", row.expected),
		el("td", {class: "place"}, `${record.file}:${row.line}:${row.column}`));
}

function facts_block(record) {
	const rows = record.judged ?? [];
	const missed = rows.filter(row => row.verdict !== "pass");
	const met = rows.filter(row => row.verdict === "pass");

	if (!rows.length)
		return null;
	return block("facts", "Expected and observed", table("Facts that a rule asserts",
		[head_unseen("verdict"), "fact", "observed", "expected", "rule"],
		[...missed, ...met].map(row => judged_row(record, row))), other_facts(record));
}

function other_facts(record) {
	const judged = new Set((record.judged ?? []).map(row => row.fact));
	const others = Object.entries(record.canonical?.facts ?? {}).filter(([name]) => !judged.has(name));

	if (!others.length)
		return null;
	return fold(`${plural(others.length, "fact")} that no rule asserts`, el("dl", {class: "facts"},
		others.map(([name, fact]) => el("div", {}, el("dt", {}, name),
						 el("dd", {}, fact_words(fact))))));
}

function rfc_block(record) {
	const rows = record.rfc ?? [];

	return rows.length ? block("rfc", "What the standards ask", table("Deviations",
		[head_unseen("agreement"), "standard", "fact", "it asks for", "Linux", "rule"],
		rows.map(row => el("tr", {},
			el("td", {class: `mark ${row.deviates ? "deviates" : "pass"}`},
			   row.deviates ? "\u2260" : "=", el("span", {class: "unseen"},
				row.deviates ? "differs" : "agrees")),
			el("td", {}, row.source ?? "?"), el("th", {scope: "row"}, row.fact),
			el("td", {}, row.expected), el("td", {class: "seen"}, row.observed),
			el("td", {class: "place"}, `${record.file}:${row.line}`))))) : null;
}

function set_block(record, scenario) {
	const known = Object.fromEntries(scenario.dimensions.map(one => [one.name, one]));
	const rows = Object.entries(record.dimensions).map(([name, value]) => {
		const judged_as = record.judged_as?.[name] ?? value;

		return el("tr", {}, el("th", {scope: "row"}, name), el("td", {class: "seen"}, value,
			judged_as === value ? null : el("em", {}, ` judged as ${judged_as}`)),
			el("td", {class: "place"}, known[name]?.sysctl
				? `${known[name].sysctl} of ${known[name].of}` : ""));
	});
	const always = (scenario.line?.sysctls ?? []).map(one => el("tr", {},
		el("th", {scope: "row"}, "(always)"), el("td", {class: "seen"}, one.value),
		el("td", {class: "place"}, `${one.name} of ${one.of}`)));

	const settings = settings_of(record).map(({host, name, value}) => el("tr", {},
		el("th", {scope: "row"}, "(--sysctl)"), el("td", {class: "seen"}, value),
		el("td", {class: "place"}, `${name} of ${host}`)));

	return block("set", "What was set", table("Dimensions", ["dimension", "value", "sysctl"],
						  [...rows, ...always, ...settings]));
}

function counters_block(record) {
	const hosts = Object.entries(record.canonical?.counters ?? {}).filter(
		([, counters]) => Object.keys(counters).length);
	const names = [...new Set(hosts.flatMap(([, counters]) => Object.keys(counters)))];

	if (!names.length)
		return null;
	return block("counters", "Counters that moved", table("Counters",
		["counter", ...hosts.map(([host]) => host)],
		names.map(name => el("tr", {}, el("th", {scope: "row"}, name),
			hosts.map(([, counters]) => el("td", {class: "number"},
				name in counters ? `+${counters[name]}`.replace("+-", "\u2212") : ""))))));
}

function run_words(cell, record) {
	const measured = record.volatile ?? {}, kernel = kernel_of(record.kernel);
	const words = [`on ${record.target}`, kernel ? `Linux ${kernel.release}, HZ ${kernel.hz}` : null,
		       measured.wall_us ? `in ${duration(measured.wall_us)}` : null,
		       measured.inside_us ? `${duration(measured.inside_us)} of virtual time` : null,
		       measured.noise_us ? `the machine was late by up to ${duration(measured.noise_us)}` : null,
		       measured.attempt > 1 ? `attempt ${measured.attempt}` : null,
		       cell.again ? `repetition ${cell.again + 1}` : null,
		       measured.started ?? null];

	return `Played ${words.filter(Boolean).join(" \u00b7 ")}`;
}

function neighbour(cell, cells, step, words) {
	const other = cells[cells.indexOf(cell) + step];

	return other ? el("a", {class: "step", rel: step > 0 ? "next" : "prev", href: cell_address(other)},
			  words) : el("span", {class: "step off", "aria-hidden": "true"}, words);
}

// Neighbours are those that the filters leave, if this cell is among them.
function neighbours(cell) {
	const left = view_cells(false);

	return left.includes(cell) ? left : report.cells;
}

function cell_head(cell) {
	const cells = neighbours(cell);
	const counts = counts_of(report.cells);

	head_show(el("nav", {class: "steps", "aria-label": "Cells"},
		el("a", {class: "step", href: view_address()}, "\u2191 All cells"),
		neighbour(cell, cells, -1, "\u2190 previous"), neighbour(cell, cells, 1, "next \u2192")),
	el("p", {class: "environment"}, counts_words(counts)));
}

function about(cell, record, scenario) {
	const sources = scenario.line?.sources ?? [];

	return el("div", {class: "lead"},
		el("p", {class: "trail"}, cell.file),
		el("h1", {tabindex: "-1"}, badge(cell.verdict), " ", scenario.name,
		   cell.id === scenario.name ? null
			: el("span", {class: "rest"}, cell.id.slice(scenario.name.length))),
		el("p", {class: "about"}, scenario.title),
		cell.why ? el("p", {class: `reason ${cell.verdict}`}, cell.why) : null,
		record.judged_as ? el("p", {class: "reason"}, "A negative control: played one way and " +
			"judged as if it were another, it must fail in exactly the facts it names.") : null,
		scenario.line?.why || sources.length ? fold("Why, and where it is written",
			(scenario.line?.why ?? "").split(/\n\s*\n/).map(words => el("p", {}, words)),
			el("ul", {class: "sources"}, sources.map(source => el("li", {}, source)))) : null,
		el("p", {class: "environment"}, run_words(cell, record)));
}

async function cell_show(cell) {
	const record = await cell_record(cell);
	const scenario = scenario_of(cell);
	const ladder = record.canonical?.segments?.length ? ladder_block(record, scenario) : null;

	document.title = `${cell.id} \u2013 afterclose`;
	cell_head(cell);
	document.getElementById("main").replaceChildren(el("article", {class: "cell"},
		about(cell, record, scenario),
		el("div", {class: "columns"},
		   el("div", {}, facts_block(record), rfc_block(record)),
		   el("div", {}, waits_block(record), set_block(record, scenario))),
		ladder,
		el("div", {class: "columns"}, again_block(cell, record, scenario), counters_block(record)),
		fold("The record itself", el("pre", {tabindex: "0"}, JSON.stringify(record, null, 1)))));
	window.scrollTo(0, 0);
	document.querySelector("h1").focus({preventScroll: true});
}
