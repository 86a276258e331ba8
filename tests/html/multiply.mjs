// SPDX-License-Identifier: GPL-2.0-or-later
// multiply: N records out of a file's, as a run with --repeat would have given them: what is chance
// differs from one repetition to the next.
//
//     node multiply.mjs RECORDS N [SEED] > MORE
import { readFileSync, writeSync } from "node:fs";

const [path, n, seed] = process.argv.slice(2);
const lines = readFileSync(path, "utf8").trimEnd().split("\n");
const records = lines.map(line => JSON.parse(line));
const cells = records.filter(record => record.type === "cell");

let state = Number(seed ?? 1);
function chance(below) {
	state = (state * 48271) % 2147483647;
	return state % below;
}

function again(record) {
	const copy = structuredClone(record), measured = copy.volatile ?? {};

	for (const name of ["segment_us", "state_us", "step_us"]) {
		const shift = chance(100);

		if (measured[name])
			measured[name] = measured[name].map(us => us + shift + chance(20));
	}
	for (const name of ["wall_us", "cpu_us", "noise_us", "pid", "seed"])
		measured[name] = (measured[name] ?? 0) + chance(5000);
	return copy;
}

for (const line of records.filter(record => record.type !== "cell"))
	writeSync(1, `${JSON.stringify(line)}\n`);
for (let i = 0; i < Number(n); i++)
	writeSync(1, `${JSON.stringify(again(cells[i % cells.length]))}\n`);
