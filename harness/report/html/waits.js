// SPDX-License-Identifier: GPL-2.0-or-later
// waits: TIME-WAIT as a bar of its real length, beside the 60 s that it is given.
"use strict";

const WAIT_FULL_US = 60e6; // TCP_TIMEWAIT_LEN of the kernel

function times_of(record, name) {
	return record.canonical?.[name] ?? record.volatile?.[name] ?? [];
}

// Each TIME-WAIT: whose, from when to when, and by which segment it ended.
function waits_of(record) {
	const states = record.canonical?.states ?? [], us = times_of(record, "state_us");
	const waits = [];

	states.forEach((state, i) => {
		const key = `${state.host}\n${state.conn}`;
		const open = waits.find(wait => wait.key === key && wait.to === null);

		if (state.state === "time-wait" && !open) {
			waits.push({key, host: state.host, conn: state.conn, from: us[i], to: null,
				    timers: state.timer_ms === undefined ? [] : [[us[i], state.timer_ms]]});
		} else if (state.state === "time-wait") {
			if (state.timer_ms !== undefined)
				open.timers.push([us[i], state.timer_ms]);
		} else if (open) {
			open.to = us[i];
			open.by = state.after;
			open.next = state.state;
		}
	});
	return waits;
}

function last_us(record) {
	return Math.max(0, ...["segment_us", "state_us", "step_us"].map(
		name => times_of(record, name).at(-1) ?? 0));
}

function wait_words(wait, end) {
	const lasted = (wait.to ?? end) - wait.from;

	if (wait.to === null)
		return `for ${duration(lasted)} at least: the play ended before it`;
	const timer = wait.timers.at(-1);
	const by_timer = timer && wait.to - timer[0] >= timer[1] * 1000 * 0.98;

	if (by_timer)
		return `for ${duration(lasted)}, until its timer fired`;
	return `for ${duration(lasted)}, ended before its timer` +
		(wait.by >= 0 ? ` (the last segment before: #${wait.by})` : "");
}

function wait_bar(wait, end, scale_us) {
	const lasted = (wait.to ?? end) - wait.from;
	const width = 100 * lasted / scale_us;
	const bar = draw("svg", {class: "wait", role: "img", viewBox: "0 0 1000 34",
				 preserveAspectRatio: "none",
				 "aria-label": `TIME-WAIT of ${wait.conn} at the ${wait.host}, ` +
					 wait_words(wait, end)},
		draw("rect", {class: "track", x: 0, y: 9, width: 1000, height: 16, rx: 3}),
		draw("rect", {class: `span${wait.to === null ? " open" : ""}`, x: 0, y: 9, rx: 3,
			      width: Math.max(4, width * 10), height: 16}),
		draw("line", {class: "full", x1: 1000 * WAIT_FULL_US / scale_us, y1: 2,
			      x2: 1000 * WAIT_FULL_US / scale_us, y2: 32}));

	return el("figure", {class: "waiting"},
		el("figcaption", {}, el("b", {}, `${wait.conn} at the ${wait.host}`), " ",
		   wait_words(wait, end)), bar,
		el("div", {class: "scale", "aria-hidden": "true"}, el("span", {}, "0"),
		   el("span", {}, scale_us > WAIT_FULL_US * 1.02 ? `${duration(scale_us)}; the line: 60s`
			: "60s")));
}

function waits_block(record) {
	const waits = waits_of(record), end = last_us(record);
	const scale_us = Math.max(WAIT_FULL_US, ...waits.map(wait => (wait.to ?? end) - wait.from));

	if (!record.canonical)
		return null;
	return block("waits", "TIME-WAIT", waits.length
		? waits.slice(0, 20).map(wait => wait_bar(wait, end, scale_us))
		: el("p", {class: "none"}, "No end was seen in TIME-WAIT."),
	waits.length > 20 ? el("p", {}, `and ${waits.length - 20} more`) : null);
}
