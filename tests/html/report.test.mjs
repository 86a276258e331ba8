// SPDX-License-Identifier: GPL-2.0-or-later
// report: the page as people use it: filters, rows and columns, a cell and its ladder, by mouse and
// by keyboard, light and dark; and what a stranger's records can do to it: nothing.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { browser_open, lines_of, lines_write, page_close, page_open, program, records, report_write,
	 workplace_remove } from "./page.mjs";

const CORRUPT = "third-segment/cookies=2,time-wait=gone,timestamps=0";
const HELD = "third-segment/timestamps=0";
let browser, report, lines;

before(async () => {
	lines = lines_of(records);
	report = report_write("report.html", records);
	browser = await browser_open();
});

after(async () => {
	await browser?.close();
	workplace_remove();
});

const cells = () => lines.filter(line => line.type === "cell");
const record_of = id => cells().find(cell => cell.cell === id);
const at = id => `#/cell?${new URLSearchParams({id})}`;
// In virtual time, times are part of what is the same in every run.
const timed = record => record.canonical.segment_us ? record.canonical : record.volatile;
const shown = page => page.locator(".shown").textContent();

test("every cell of every scenario has a tile with a sign and a name", async () => {
	const page = await page_open(browser, report);
	const scenarios = [...new Set(cells().map(cell => cell.scenario))];

	for (const scenario of scenarios) {
		const section = page.locator(`section[aria-label="${scenario}"]`);

		await section.scrollIntoViewIfNeeded();
		await section.locator(".tile").first().waitFor();
		assert.equal(await section.locator(".tile").count(),
			     cells().filter(cell => cell.scenario === scenario).length);
	}
	const tiles = await page.locator(".tile").evaluateAll(all => all.map(tile => [
		tile.getAttribute("aria-label"), tile.textContent]));

	for (const [label, sign] of tiles)
		assert.match(`${label} ${sign}`, /^(pass.*\u2713|fail.*\u2717|inconclusive.*\?)$/s);
	assert.equal(await page.locator("table.matrix caption").count(), scenarios.length);
	await page_close(page);
});

test("filters: text, verdict, dimension; the address keeps them", async () => {
	const page = await page_open(browser, report);
	const n = (dimension, value) => cells().filter(
		cell => cell.dimensions[dimension] === value).length;

	await page.fill("#text", "third-segment wan");
	const wan = cells().filter(cell => cell.scenario === "third-segment" &&
		cell.dimensions.link === "wan").length;
	assert.match(await shown(page), new RegExp(`^${wan} of `));
	await page.fill("#text", "");
	await page.selectOption("#dimension", "family");
	await page.selectOption("#value", "ipv6");
	assert.match(await shown(page), new RegExp(`^${n("family", "ipv6")} of `));
	await page.waitForSelector(".tile");
	for (const label of await page.locator("table .tile").evaluateAll(
		all => all.map(tile => tile.getAttribute("aria-label"))))
		assert.match(label, /family=ipv6/);
	await page.reload();
	await page.waitForSelector("html[data-ready]");
	assert.match(await shown(page), new RegExp(`^${n("family", "ipv6")} of `));
	await page.click(".chip");
	assert.doesNotMatch(await shown(page), / of /);
	await page.click(".toggle.pass");
	const passed = cells().filter(cell => cell.verdict === "pass").length;
	assert.ok((await shown(page)).startsWith(`${passed.toLocaleString("en")} `), await shown(page));
	await page.fill("#text", "no such cell anywhere");
	await page.getByText("No cell is left").waitFor();
	await page_close(page);
});

test("two kernels: a filter, and a dimension of each scenario", async () => {
	const [kernel] = lines, other = {...kernel, id: `${kernel.id.slice(0, -1)}x`, release: "9.8.7"};
	const again = lines.slice(1).map(line => line.type === "cell" ? {...line, kernel: other.id} : line);
	const page = await page_open(browser, report_write("kernels.html",
		lines_write("kernels.jsonl", [...lines, other, ...again])));
	const n = cells().length, label = other.id.slice(0, 6);

	assert.match(await page.locator(".environment").textContent(), /; Linux 9\.8\.7/);
	await page.locator("#kernel").selectOption({label: `9.8.7 (${label})`});
	assert.ok((await shown(page)).startsWith(`${n.toLocaleString("en")} of `), await shown(page));
	await page.waitForSelector(".tile");
	await page.reload();
	await page.waitForSelector("html[data-ready]");
	assert.ok((await shown(page)).startsWith(`${n.toLocaleString("en")} of `), await shown(page));
	await page.locator(".tile").first().click();
	await page.locator("main", {hasText: "Linux 9.8.7"}).locator("h1").waitFor();
	await page_close(page);
});

test("the reader chooses rows and columns", async () => {
	const page = await page_open(browser, report);
	const section = page.locator('section[aria-label="third-segment"]');
	const axis = text => section.locator("th.axis", {hasText: text});

	await section.locator("summary").click();
	await section.locator('select[data-dimension="timestamps"]').selectOption("columns");
	assert.equal(await axis("timestamps").getAttribute("scope"), "row");
	await section.locator('select[data-dimension="timestamps"]').selectOption("rows");
	assert.equal(await axis("timestamps").getAttribute("scope"), "col");
	const before_fold = await section.locator("table .tile").count();

	await section.locator('select[data-dimension="cookies"]').selectOption("folded");
	assert.equal(await section.locator("table .tile").count(), before_fold / 2);
	assert.equal(await section.locator("table .tile small").first().textContent(), "2");
	await section.locator("table .tile").first().click();
	await page.locator(".list .line").first().waitFor();
	assert.match(await shown(page), /^2 of /);
	await page_close(page);
});

test("a cell: facts with their rules, deviations, what was set, commands", async () => {
	const page = await page_open(browser, report, at(CORRUPT));
	const record = record_of(CORRUPT);
	const row = page.locator("#s-facts tr", {has: page.getByRole("rowheader", {name: "third",
										      exact: true})});
	const rule = record.judged.find(one => one.fact === "third");
	const commands = await page.locator("#s-again pre").first().textContent();

	assert.match(await page.locator("h1").textContent(), /pass.*third-segment\/cookies=2/);
	assert.ok((await row.textContent()).includes(`${record.file}:${rule.line}:${rule.column}`));
	assert.match(await page.locator("#s-rfc").textContent(), /RFC 9293 3\.4\.3.*delivered/s);
	assert.match(await page.locator("#s-set").textContent(), /net\.ipv4\.tcp_syncookies of server/);
	assert.match(await page.locator("#s-counters").textContent(), /TCPTimeWaitOverflow/);
	assert.match(commands, /^afterclose run .*--seed \d+/);
	await page.locator("#s-again summary").click();
	const hand = await page.locator("#s-again pre").nth(1).textContent();

	for (const line of [/^ip netns add wire$/m, /sysctl -w net\.ipv4\.tcp_timestamps=0$/m,
			    /^tc -n wire qdisc add dev server root netem delay 2ms limit \d+$/m])
		assert.match(hand, line);
	// The command that the page gives plays this cell and no other, but for its controls.
	const only = commands.split(/\s+/).filter((word, i, all) => all[i - 1] === "--only");
	const listed = execFileSync(program, ["list", "--cells", ...only.flatMap(one => ["--only", one]),
					      record.file], {encoding: "utf8"});

	assert.deepEqual(listed.trim().split("\n").filter(line => !line.includes("/control=")), [CORRUPT]);
	await page_close(page);
});

test("a folded tile's list has its scenario's cells, and no others", async () => {
	const line = lines.find(one => one.type === "scenario" && one.scenario === "third-segment");
	const named = {...line, id: "0123456789abcdef", scenario: "other", title: "Unlike third-segment"};
	const others = cells().filter(cell => cell.scenario === "third-segment").map(cell => ({...cell,
		hash: named.id, scenario: "other", cell: cell.cell.replace("third-segment", "other")}));
	const page = await page_open(browser, report_write("others.html",
		lines_write("others.jsonl", [...lines, named, ...others])), "#/?folded.third-segment=cookies");
	const tile = page.locator('section[aria-label="third-segment"] table .tile').first();

	await tile.click();
	await page.locator(".list .line").first().waitFor();
	assert.match(await shown(page), /^2 of /);
	assert.equal(await page.locator("#scenario").inputValue(), "third-segment");
	await page.locator("#scenario").selectOption("other");
	assert.match(await shown(page), /^2 of /);
	assert.match(await page.locator(".list .line .id").first().textContent(), /^other/);
	await page_close(page);
});

// What a router and --sysctl make of it: `show` has the same lines in the same order.
test("the same lab by hand is the cell's own", async () => {
	const routed = structuredClone(lines);
	const scenario = routed.find(line => line.type === "scenario" && line.scenario === "third-segment");
	const cell = routed.find(line => line.cell === CORRUPT);

	scenario.client2 = true;
	scenario.sysctls = [{name: "net.ipv4.ip_forward", value: "1", of: "router"},
			    {name: "net.ipv4.tcp_rfc1337", value: "0", of: "client"}];
	scenario.steps.push({words: "nat masquerade: yes", line: 1});
	cell.dimensions.topology = "nat";
	cell.settings = {client: {"net.ipv4.tcp_rfc1337": "1"}, router: {"net.ipv4.tcp_sack": "0"}};
	const page = await page_open(browser, report_write("routed.html", lines_write("routed.jsonl", routed)),
				     at(CORRUPT));

	await page.locator("#s-again summary").click();
	const hand = (await page.locator("#s-again pre").nth(1).textContent()).split("\n");
	const places = ["ip netns add router", "ip netns add client2",
			"ip netns exec client sysctl -w net.ipv4.tcp_rfc1337=1",
			"ip netns exec router sysctl -w net.ipv4.tcp_sack=0",
			"ip netns exec client sysctl -w net.ipv4.tcp_rfc1337=0",
			"ip netns exec router sysctl -w net.ipv4.ip_forward=1",
			`# at step ${scenario.steps.length}: nat masquerade: yes`].map(line => hand.indexOf(line));

	assert.ok(!places.includes(-1), `${places}`);
	assert.deepEqual(places, places.toSorted((a, b) => a - b));
	assert.equal(hand.filter(line => line.startsWith("tc ") && line.includes(" client")).length, 0);
	await page_close(page);
});

// A machine that was late sees a minisock in FIN-WAIT-2, which has a mark.
function state_names(record) {
	return record.canonical.states.map(({state, minisock}) =>
		state + (minisock && state !== "time-wait" ? "\u00b0" : ""));
}

test("the ladder of third-segment", async () => {
	const page = await page_open(browser, report, at(CORRUPT));
	const record = record_of(CORRUPT), {segments} = record.canonical;
	const drawn = await page.locator(".ladder .segment[data-n]").evaluateAll(all => all.map(one => ({
		n: Number(one.dataset.n), y: Number(one.querySelector(".arrow").getAttribute("y1")),
		x: ["x1", "x2"].map(end => Number(one.querySelector(".arrow").getAttribute(end))),
		fate: one.getAttribute("class"), words: one.getAttribute("aria-label"),
	})));
	const [client, wire, server] = await page.locator(".ladder .host line, .ladder .wire line").evaluateAll(
		all => all.map(one => Number(one.getAttribute("x1"))).sort((a, b) => a - b));
	const held = segments.find(segment => segment.fate === "held");
	const released = segments.find(segment => segment.fate === "released");

	assert.deepEqual(drawn.map(one => one.n), segments.map(segment => segment.n));
	for (let i = 1; i < drawn.length; i++)
		assert.ok(drawn[i].y > drawn[i - 1].y, `#${drawn[i].n} is below #${drawn[i - 1].n}`);
	segments.forEach((segment, i) => {
		const from = segment.fate === "released" ? wire : segment.from === "client" ? client : server;
		const to = segment.fate === "held" ? wire : segment.to === "client" ? client : server;

		assert.deepEqual(drawn[i].x, [from, to], `#${segment.n}, ${segment.fate}`);
	});
	assert.match(drawn[held.n].words, /data 3 .*held as third/);
	// Nothing of it, its notes neither, is cut by a window that is as wide as most.
	assert.deepEqual(await page.locator("svg.ladder[role=list]").evaluate(ladder => {
		const ends = [...ladder.querySelectorAll("text")].map(text => text.getBBox()).map(
			box => box.x + box.width);

		return [Math.max(...ends) <= ladder.viewBox.baseVal.width,
			ladder.getBoundingClientRect().width <= ladder.parentElement.clientWidth];
	}), [true, true]);
	assert.match(drawn[released.n].words, /read by the application.*as \[201:301\] of new/);
	const keeping = page.locator(".ladder .keeping");

	assert.equal(Number(await keeping.getAttribute("y1")), drawn[held.n].y);
	assert.equal(Number(await keeping.getAttribute("y2")), drawn[released.n].y);
	assert.ok((await page.locator(".ladder .step-words").allTextContents()).some(
		words => /release third/.test(words)));
	const names = await page.locator(".ladder .state-name").allTextContents();

	assert.deepEqual(names, state_names(record));
	await page.getByText("The same as a table").click();
	assert.equal(await page.locator("#s-ladder details tbody tr").count(), segments.length);
	await page_close(page);
});

test("all at one time, as in virtual time: what the record says came first is above", async () => {
	const [kernel, ...rest] = structuredClone(lines);
	const record = rest.find(line => line.cell === HELD);

	for (const name of ["segment_us", "state_us", "step_us"])
		timed(record)[name] = timed(record)[name].map(() => 0);
	const page = await page_open(browser, report_write("one-time.html",
		lines_write("one-time.jsonl", [kernel, record])), at(HELD));
	const names = page.locator(".ladder .state-name");
	const ys = await names.evaluateAll(all => all.map(one => Number(one.getAttribute("y"))));
	const numbers = await page.locator(".ladder .segment[data-n]").evaluateAll(
		all => all.map(one => Number(one.dataset.n)));

	assert.deepEqual(await names.allTextContents(), state_names(record));
	assert.deepEqual(ys, [...ys].sort((a, b) => a - b));
	assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b));
	await page_close(page);
});

test("TIME-WAIT is a bar as long as it lasted, and a long wait is folded", async () => {
	// As a cell that waits TIME-WAIT out: 60 s pass before the state that ends it.
	const [kernel, ...rest] = structuredClone(lines);
	const record = rest.find(line => line.cell === HELD);
	const {states} = record.canonical, us = timed(record).state_us;
	const begins = states.findIndex(state => state.state === "time-wait");
	const ends = states.findIndex((state, i) => i > begins && state.host === states[begins].host &&
		state.conn === states[begins].conn && state.state !== "time-wait");
	const path = lines_write("waits.jsonl", [kernel, record]);
	const page = await page_open(browser, report_write("waits.html", path), at(HELD));
	const width = async one => Number(await one.locator(".waiting .span").first().getAttribute("width"));
	const short = await width(page);

	assert.ok(begins >= 0 && ends > begins);
	assert.ok(short < 10, "some ms of 60 s are next to nothing");
	await page_close(page);
	for (let i = ends; i < us.length; i++)
		us[i] += 30e6;
	for (const name of ["segment_us", "step_us"])
		timed(record)[name] = timed(record)[name].map(
			at_us => at_us >= us[ends] - 30e6 ? at_us + 30e6 : at_us);
	const later = await page_open(browser, report_write("later.html",
		lines_write("later.jsonl", [kernel, record])), at(HELD));

	assert.ok(Math.abs(await width(later) - 500) < 2, "30 s of 60 s are half");
	assert.match(await later.locator("#s-waits").textContent(), /for 30(\.\d+)?s/);
	assert.match((await later.locator(".ladder .fold").allTextContents()).join(), /\u22ef (29|30)(\.\d+)?s/);
	await page_close(later);
});

test("by keyboard alone", async () => {
	const page = await page_open(browser, report);
	const focused = what => page.evaluate(`document.activeElement.${what}`);

	await page.waitForSelector(".tile");
	await page.keyboard.press("Tab");
	assert.equal(await focused("id"), "jump");
	for (let i = 0; i < 60 && !(await focused("className")).startsWith("tile"); i++)
		await page.keyboard.press("Tab");
	const first = await focused("href");

	await page.keyboard.press("ArrowRight");
	const right = await focused("href");

	await page.keyboard.press("ArrowDown");
	assert.equal(new Set([first, right, await focused("href")]).size, 3);
	await page.keyboard.press("ArrowUp");
	assert.equal(await focused("href"), right);
	await page.keyboard.press("Enter");
	await page.waitForSelector("h1:not(.unseen)");
	assert.equal(await focused("tagName"), "H1");
	assert.ok(right.endsWith(await page.evaluate("location.hash")));
	await page.locator(".ladder .segment[data-n]").first().focus();
	await page.keyboard.press("ArrowDown");
	assert.equal(await focused("dataset.n"), "1");
	await page.goBack();
	await page.waitForSelector(".tile");
	await page_close(page);
});

// WCAG 2.1, relative luminance.
function luminance([r, g, b]) {
	const part = c => c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;

	return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

function contrast(a, b) {
	const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);

	return (light + 0.05) / (dark + 0.05);
}

test("light and dark: both can be read", async () => {
	const backs = [];

	for (const colorScheme of ["light", "dark"]) {
		const page = await page_open(browser, report, "", {colorScheme});

		await page.waitForSelector(".tile");
		const pairs = await page.evaluate(() => {
			const colours = (element, back) => [getComputedStyle(element).color,
				getComputedStyle(back).backgroundColor].map(
				colour => colour.match(/[\d.]+/g).map(Number));
			const tiles = ["pass", "fail", "skip", "inconclusive", "error", "known"].map(verdict => {
				const tile = document.createElement("a");

				tile.className = `tile ${verdict}`;
				document.body.append(tile);
				return colours(tile, tile);
			});

			return [colours(document.body, document.body), ...tiles,
				colours(document.querySelector(".about"), document.querySelector(".scenario")),
				colours(document.querySelector(".environment"), document.querySelector("#head"))];
		});

		for (const [ink, back] of pairs)
			assert.ok(contrast(ink, back) >= 4.5, `${colorScheme}: ${ink} on ${back}`);
		backs.push(pairs[0][1].join());
		await page_close(page);
	}
	assert.notEqual(backs[0], backs[1]);
});

test("axe, an accessibility checker, objects to nothing", async () => {
	const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

	for (const colorScheme of ["light", "dark"])
		for (const hash of ["", "#/?as=list", at(CORRUPT), at(HELD)]) {
			const page = await page_open(browser, report, hash, {colorScheme, bypassCSP: true});

			await page.waitForSelector(".tile, .line, h1:not(.unseen)");
			await page.evaluate(axe);
			const {violations} = await page.evaluate("axe.run()");

			assert.deepEqual(violations.map(({id, nodes}) => [colorScheme, hash, id, nodes[0].html]), []);
			await page_close(page);
		}
});

// Every text of a record that is no enumeration, replaced.
function spoil(value, words) {
	if (typeof value === "string")
		return words;
	if (Array.isArray(value))
		return value.map(one => spoil(one, words));
	if (value && typeof value === "object")
		return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoil(one, words)]));
	return value;
}

test("a stranger's text stays text", async () => {
	const evil = "</script><img src=x onerror=alert(1)><script>alert(2)</script>${1}";
	const record = structuredClone(record_of(CORRUPT));
	const {canonical} = record;

	for (const segment of canonical.segments)
		Object.assign(segment, {conn: evil, text: evil, name: evil, from: evil});
	for (const state of canonical.states)
		Object.assign(state, {conn: evil, state: evil});
	Object.assign(record, {
		cell: evil, scenario: evil, file: evil, dimensions: {[evil]: evil, link: evil},
		judged: spoil(record.judged, evil), rfc: spoil(record.rfc, evil), error: evil, verdict: "error",
		canonical: {...canonical, facts: {[evil]: evil}, counters: {client: {[evil]: 1}}},
	});
	const scenario = spoil(lines.find(line => line.scenario === "third-segment" &&
		line.type === "scenario"), evil);

	Object.assign(scenario, {type: "scenario", schema: 1, id: record.hash});
	const page = await page_open(browser, report_write("evil.html", lines_write("evil.jsonl", [
		lines[0], scenario, record])));

	await page.waitForSelector(".tile");
	await page.locator(".tile").first().click();
	await page.waitForSelector("h1:not(.unseen)");
	assert.ok((await page.locator("h1").textContent()).includes(evil));
	assert.equal(await page.locator("img, iframe, object").count(), 0);
	await page_close(page);
});

test("a comparison is a page, too", async () => {
	const evil = "<img src=x onerror=alert(1)>&amp;";
	const changed = structuredClone(lines);

	for (const record of changed.filter(line => line.type === "cell" &&
		line.scenario === "third-segment" && line.dimensions.timestamps === "0")) {
		record.canonical.facts["new.stream"] = evil;
		for (const row of (record.judged ?? []).filter(row => row.fact === "new.stream"))
			Object.assign(row, {observed: evil, verdict: "fail"});
		record.verdict = "fail";
	}
	const after_path = lines_write("after.jsonl", changed), path = after_path.replace("jsonl", "html");
	const compared = spawnSync(program, ["compare", records, after_path, "--format", "html"],
				   {encoding: "utf8", maxBuffer: 1 << 26});

	assert.equal(compared.status, 1, compared.stderr);
	writeFileSync(path, compared.stdout);
	const page = await page_open(browser, path, "", {scripts: false});
	const row = page.locator("tr", {hasText: "new.stream"}).first();

	assert.ok((await row.textContent()).includes(evil));
	assert.match(await row.textContent(), /with timestamps=0/);
	assert.equal(await page.locator("img").count(), 0);
	await page_close(page);
});

test("records without a cell that was played, and of every verdict", async () => {
	const mixed = new URL("mixed.jsonl", `file://${process.env.DATA}/`).pathname;
	const page = await page_open(browser, report_write("mixed.html", mixed));
	const found = lines_of(mixed).filter(line => line.type === "cell");

	await page.waitForSelector(".tile");
	for (const verdict of ["pass", "fail", "skip", "inconclusive", "error"]) {
		const n = found.filter(cell => cell.verdict === verdict).length;

		assert.equal(await page.locator(`.toggle.${verdict} b`).textContent(), String(n));
	}
	for (const cell of found) {
		await page.evaluate(hash => location.hash = hash, at(cell.cell));
		await page.locator("h1", {hasText: cell.scenario}).waitFor();
	}
	await page_close(page);
});
