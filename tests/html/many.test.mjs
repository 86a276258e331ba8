// SPDX-License-Identifier: GPL-2.0-or-later
// many: 10,000 cells: written in at most 15 MB, opened, a list with only the lines that are seen, and
// two files of them compared.
// How long it takes is printed, the best of RUNS, for ci/bench.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { statSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser_open, page_close, page_open, program, records, report_write, workplace,
	 workplace_remove } from "./page.mjs";

const N = 10000, RUNS = Number(process.env.RUNS ?? 1);
let browser, many, many_records;

// seed: what chance adds is another one.
function many_write(name, seed) {
	const path = join(workplace, name), out = openSync(path, "w");

	execFileSync(process.execPath, [new URL("multiply.mjs", import.meta.url).pathname, records,
					String(N), String(seed)], {stdio: ["ignore", out, "inherit"]});
	closeSync(out);
	return path;
}

before(async () => {
	many_records = many_write("many.jsonl", 1);
	browser = await browser_open();
});

after(async () => {
	await browser?.close();
	workplace_remove();
});

// Of the children that have ended, in seconds.
function processor_seconds() {
	const ticks = execFileSync("cat", [`/proc/${process.pid}/stat`], {encoding: "utf8"})
		.split(") ")[1].split(" ");

	return (Number(ticks[13]) + Number(ticks[14])) / 100;
}

async function best_of_runs(measure) {
	const took = [];

	for (let i = 0; i < RUNS; i++)
		took.push(await measure());
	return Math.min(...took);
}

test("written, and at most 15 MB", async () => {
	const best_s = await best_of_runs(() => {
		const before_s = processor_seconds();

		many = report_write("many.html", many_records);
		return processor_seconds() - before_s;
	});
	const size = statSync(many).size;

	console.log(`${N} cells: ${best_s.toFixed(2)} s of processor time, ${(size / 1e6).toFixed(1)} MB`);
	assert.ok(size <= 15e6, `${size} bytes`);
});

test("opened", async () => {
	const best = await best_of_runs(async () => {
		const began = Date.now();
		const page = await page_open(browser, many);
		const took = Date.now() - began;

		await page.waitForSelector(".tile");
		await page_close(page);
		return took;
	});

	console.log(`opened in ${best} ms`);
});

test("filters, and a list that has only the lines that are seen", async () => {
	const page = await page_open(browser, many);
	const filter = words => page.evaluate(text => {
		const field = document.getElementById("text"), began = performance.now();

		field.value = text;
		field.dispatchEvent(new Event("input"));
		return performance.now() - began;
	}, words);

	for (const words of ["wan", ""]) {
		const best = await best_of_runs(() => filter(words));

		console.log(`filter "${words}": ${best.toFixed(0)} ms`);
	}
	await page.emulateMedia({reducedMotion: "no-preference"});
	const last = page.locator("section").last(), name = await last.getAttribute("aria-label");

	await page.locator("nav button", {hasText: name}).click();
	await last.locator(".tile").first().waitFor();
	assert.ok(await last.locator("h2").evaluate(head => new Promise(done => setTimeout(() => {
		const {top} = head.getBoundingClientRect();

		done(top >= 0 && top < innerHeight);
	}, 500))), "the heading of the scenario that was asked for is seen");
	await page.getByRole("button", {name: "List"}).click();
	const list = page.locator(".list");

	for (const part of [0, 0.5, 1]) {
		const n = await list.evaluate((element, share) => new Promise(done => {
			element.scrollTop = element.scrollHeight * share;
			requestAnimationFrame(() => requestAnimationFrame(
				() => done(element.querySelectorAll(".line").length)));
		}), part);

		assert.ok(n > 10 && n < 100, `${n} lines`);
	}
	assert.ok(await list.locator(`[aria-rowindex="${N}"]`).isVisible());
	await list.locator(`[data-i="${N - 1}"]`).click();
	await page.waitForSelector("h1:not(.unseen)");
	await page_close(page);
});

test("compared with another file of as many", async () => {
	const other = many_write("other.jsonl", 2);
	const best = await best_of_runs(() => {
		const began = Date.now();
		const compared = spawnSync(program, ["compare", many_records, other], {encoding: "utf8"});

		assert.equal(compared.status, 0, compared.stdout + compared.stderr);
		assert.match(compared.stdout, /no outcome changed/);
		return Date.now() - began;
	});

	console.log(`compared in ${best} ms`);
});
