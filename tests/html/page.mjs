// SPDX-License-Identifier: GPL-2.0-or-later
// page: a browser, and a page of it that minds its manners: nothing on its console, and no request.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const program = process.env.AFTERCLOSE;
export const records = process.env.RECORDS; // of a run of third-segment and who-holds-time-wait
export const workplace = mkdtempSync(join(tmpdir(), "afterclose-html-"));

export function workplace_remove() {
	rmSync(workplace, {recursive: true});
}

export function lines_of(path) {
	return readFileSync(path, "utf8").trimEnd().split("\n").map(line => JSON.parse(line));
}

export function lines_write(name, lines) {
	const path = join(workplace, name);

	writeFileSync(path, lines.map(line => `${JSON.stringify(line)}\n`).join(""));
	return path;
}

// The exit code says what verdicts the records have; that a page was written is what counts here.
export function report_write(name, ...paths) {
	const page = join(workplace, name);

	try {
		execFileSync(program, ["report", ...paths, "--report", `html:${page}`], {stdio: "pipe"});
	} catch (error) {
		assert.ok([1, 3, 99].includes(error.status), String(error.stderr));
	}
	return page;
}

// As root, Chromium has no sandbox to offer.
export async function browser_open() {
	return chromium.launch({executablePath: process.env.CHROMIUM,
				args: process.getuid() === 0 ? ["--no-sandbox"] : []});
}

// scripts: the page has some, and says when they are done.
export async function page_open(browser, path, hash = "", {scripts = true, ...options} = {}) {
	const page = await browser.newPage({viewport: {width: 1440, height: 900}, ...options});

	page.trouble = [];
	page.on("console", message => page.trouble.push(`console: ${message.text()}`));
	page.on("pageerror", error => page.trouble.push(`error: ${error.message}`));
	page.on("dialog", dialog => {
		page.trouble.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	page.on("request", request => {
		if (request.url().split("#")[0] !== `file://${path}` && !request.url().startsWith("data:,"))
			page.trouble.push(`request: ${request.url()}`);
	});
	await page.goto(`file://${path}${hash}`);
	if (scripts)
		await page.waitForSelector("html[data-ready]", {timeout: 20000});
	return page;
}

export async function page_close(page) {
	const {trouble} = page;

	await page.close();
	assert.deepEqual(trouble, []);
}
