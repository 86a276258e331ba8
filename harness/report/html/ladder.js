// SPDX-License-Identifier: GPL-2.0-or-later
// ladder: what happened, drawn to time: hosts and the wire as lines, segments as arrows between them,
// the states of both ends as bands beside them. Long waits are folded, and say how long they were.
//
// An arrow leaves its host and meets the wire at the time that the record has. It arrives when its
// delivery shows: by the answer that it caused or by a change of state, whichever is first; where
// neither is, after the shortest delay that this direction had.
"use strict";

const LADDER = {
	time: 74, band: 11, lane: 150, caption: 26, note: 15, label: 92,
	line_px: 23, state_px: 14, arrival_px: 3, delay_px: 34, gap_px_max: 84, fold_px: 46,
	effect_us_max: 150000, rows: 400, line_chars: 72,
};

function hosts_drawn(segments) {
	const seen = new Set(segments.flatMap(segment => [segment.from, segment.to]));
	const left = [...seen].filter(host => host !== "server").sort(
		(a, b) => a === "client" ? -1 : b === "client" ? 1 : a < b ? -1 : 1);

	return {left: left.length ? left : ["client"], right: ["server"]};
}

// The time at which each segment's delivery first showed.
function deliveries_seen(record, segment_us, state_us) {
	const seen = new Map();
	const note = (n, us) => {
		const sent = segment_us[n];

		if (sent === undefined || us < sent || us - sent > LADDER.effect_us_max)
			return;
		seen.set(n, Math.min(us, seen.get(n) ?? Infinity));
	};

	record.canonical.segments.forEach((segment, i) => note(segment.cause, segment_us[i]));
	(record.canonical.states ?? []).forEach((state, i) => note(state.after, state_us[i]));
	return seen;
}

// From the wire on; a direction's shortest is what the link costs.
function delays_of(segments, segment_us, seen) {
	const shortest = {};

	for (const [n, us] of seen) {
		const segment = segments[n];

		if (fate_of(segment).from_wire)
			continue;
		const delay = us - segment_us[n];
		const key = segment.to;

		shortest[key] = Math.min(delay, shortest[key] ?? Infinity);
	}
	return shortest;
}

function fate_of(segment) {
	return report.head.fates[segment.fate] ?? report.head.fates.carried;
}

function arrival_us(segment, us, seen_us, delays) {
	const fate = fate_of(segment);
	const delay = delays[segment.to] ?? 0;

	if (fate.to_wire)
		return null;
	if (fate.from_wire || segment.fate === "seen")
		return us;
	// An answer may be late on purpose (delayed ACK), so only a prompt one tells the arrival.
	if (seen_us !== undefined && (seen_us - us <= 2 * delay + 1000 || segment.fate === "delayed"))
		return seen_us;
	return us + delay;
}

// A step may be for some cells only.
function step_played(step, record) {
	return (step?.when ?? []).every(({dimension, values, not}) =>
		values.includes(record.dimensions[dimension]) !== Boolean(not));
}

// Where times are equal, as they are in virtual time: first what was under way arrives, then it
// shows, then the play goes on, and hosts answer. What arrives at the time it was sent comes right
// after it: rank is the place within one order.
const ORDER = {arrival: 0, effect: 1, step: 2, state: 3, segment: 4};

function events_order(a, b) {
	return a.us - b.us || a.order - b.order || a.rank - b.rank;
}

function state_place(state, us, segment_us, index) {
	if (state.after < 0)
		return {order: ORDER.state, rank: index};
	if (segment_us[state.after] < us)
		return {order: ORDER.effect, rank: index};
	return {order: ORDER.segment, rank: state.after + 0.7};
}

function arrival_new(segment, us, arrival_at_us, index) {
	const place = arrival_at_us > us ? {order: ORDER.arrival, rank: index}
		: {order: ORDER.segment, rank: index + 0.5};

	return {us: Math.max(us, arrival_at_us), kind: "arrival", segment, ...place};
}

function events_of(record, scenario) {
	const {segments, states = []} = record.canonical;
	const segment_us = times_of(record, "segment_us"), state_us = times_of(record, "state_us");
	const seen = deliveries_seen(record, segment_us, state_us);
	const delays = delays_of(segments, segment_us, seen);
	const events = [];
	let us = 0;

	times_of(record, "step_us").forEach((at, index) => {
		if (step_played(scenario.line?.steps?.[index], record))
			events.push({us: at, order: ORDER.step, rank: index, kind: "step", index});
	});
	segments.slice(0, LADDER.rows).forEach((segment, index) => {
		us = Math.max(us, segment_us[index] ?? us);
		const arrival = arrival_us(segment, us, seen.get(segment.n), delays);
		const event = {us, order: ORDER.segment, rank: index, kind: "segment", index, segment};

		events.push(event);
		if (arrival !== null)
			events.push(event.arrival = arrival_new(segment, us, arrival, index));
	});
	const last = segments.length > LADDER.rows ? us : Infinity;

	let before = null;

	states.forEach((state, index) => {
		const at = state_us[index] ?? segment_us[state.after] ?? 0;
		const event = {us: at, kind: "state", index, state,
			       ...state_place(state, at, segment_us, index)};

		// Changes stay in the order in which they were seen.
		if (before?.us === at && events_order(event, before) < 0)
			Object.assign(event, {order: before.order, rank: before.rank + 0.001});
		before = event;
		if (at <= last)
			events.push(event);
	});
	events.sort(events_order);
	return {events: events.filter(event => event.us <= last), delays};
}

// Height follows time, but a line of words needs its room, and a long wait is folded.
function events_place(events, delays) {
	const delay_us = Math.max(200, Math.min(...Object.values(delays), 50000) || 2000);
	const px_per_us = LADDER.delay_px / delay_us;
	const folds = [], state_y = {};
	let y = 34, us = events[0]?.us ?? 0, caption_y = -Infinity;

	for (const event of events) {
		const gap = (event.us - us) * px_per_us;
		const from = y;

		if (gap > LADDER.gap_px_max) {
			folds.push({from, to: from + LADDER.fold_px, us: event.us - us});
			y = from + LADDER.fold_px;
		} else {
			y += gap;
		}
		if (event.kind === "segment" || event.kind === "step") {
			y = Math.max(y, caption_y);
			caption_y = y + LADDER.line_px + LADDER.note * (event.lines ?? []).length;
		} else if (event.kind === "state") {
			y = Math.max(y, state_y[event.state.host] ?? 0);
			state_y[event.state.host] = y + LADDER.state_px;
		} else {
			y = Math.max(y, from + LADDER.arrival_px);
		}
		if (folds.at(-1)?.from === from)
			folds.at(-1).to = y;
		event.y = y;
		us = event.us;
	}
	return {folds, height: Math.max(y, caption_y) + 30};
}

// Where everything stands from left to right.
function columns_place(record, hosts) {
	const conns = [...new Set((record.canonical.states ?? []).map(state => state.conn))].slice(0, 6);
	const bands = LADDER.label + Math.max(1, conns.length) * (LADDER.band + 2) + 8;
	const x = {};
	let at = LADDER.time + bands;

	for (const host of hosts.left) {
		x[host] = at;
		at += hosts.left.length > 1 && host !== hosts.left.at(-1) ? bands + 20 : LADDER.lane;
	}
	const wire = at;

	x.server = wire + LADDER.lane;
	return {x, wire, conns, caption: x.server + bands + LADDER.caption};
}

const KINDS = [["S", "SYN"], ["F", "FIN"], ["R", "RST"]];

function kind_words(segment) {
	const flags = KINDS.filter(([letter]) => segment.flags.includes(letter)).map(([, word]) => word);
	const ack = segment.flags.includes("A");
	const data = segment.len ? `data${segment.data ? ` ${segment.data}` : ""}` : "";

	if (flags.length && ack)
		flags.push("ACK");
	const words = [flags.join("-"), data].filter(Boolean).join(" ");

	return words || (ack ? `${segment.final_ack ? "final " : ""}ACK` : "no flags");
}

// Before the first byte is negative: sequence numbers wrap.
function seq_words(seq, len) {
	const at = seq | 0;

	return len ? `[${at}:${at + len}]` : `seq ${at}`;
}

function head_words(segment) {
	const tells = segment.seq !== undefined &&
		(segment.len || segment.name || /[SFR]/.test(segment.flags));
	const words = [];

	if (tells)
		words.push(seq_words(segment.seq, segment.len));
	if (segment.flags.includes("A") && segment.ack !== undefined)
		words.push(`ack ${segment.ack}`);
	words.push(`win ${segment.window}`);
	if (segment.tsval !== undefined)
		words.push(`TSval ${segment.tsval}`);
	if (segment.tsecr !== undefined && segment.flags.includes("A"))
		words.push(`TSecr ${segment.tsecr}`);
	return words.join("  ");
}

function ordinal(n) {
	const ending = Math.floor(n % 100 / 10) !== 1 ? ["th", "st", "nd", "rd"][n % 10] : "th";

	return `${n}${ending ?? "th"}`;
}

// A record counts a host's SYNs and SYN-ACKs together, and RSTs too, of which each is one alone.
function transmission_of(record, segment) {
	const {segments} = record.canonical;
	const same = other => other.transmission && other.flags.includes("S") &&
		other.flags.includes("A") === segment.flags.includes("A") &&
		other.from === segment.from && other.conn === segment.conn;

	if (!(segment.transmission > 1) || segment.flags.includes("R"))
		return 1;
	return segment.flags.includes("S")
		? 1 + segments.slice(0, segments.indexOf(segment)).filter(same).length
		: segment.transmission;
}

const MEANINGS = {delivered: "read by the application", dropped: "discarded by the receiver"};

// What became of a segment, beyond what its arrow shows.
function note_words(record, segment, us) {
	const fate = fate_of(segment), words = [];
	const into = (record.volatile?.into ?? []).find(one => one.n === segment.n);
	const original = record.canonical.segments[segment.of];
	const fact = record.canonical.facts?.[segment.name];

	if (transmission_of(record, segment) > 1)
		words.push(`again (${ordinal(transmission_of(record, segment))})`);
	if (fate.note)
		words.push(fate.note + (segment.name && fate.named ? fate.named + segment.name : ""));
	if (original)
		words.push(`it is #${segment.of}, ${duration(us - times_of(record, "segment_us")[segment.of])} late`);
	if (fate.from_wire && MEANINGS[fact])
		words.push(`\u21d2 ${MEANINGS[fact]}`);
	if (segment.drop_reason)
		words.push(`freed as dropped: ${segment.drop_reason}`);
	if (into)
		words.push(`as ${seq_words(into.seq, segment.len)} of ${into.conn}` +
			(into.ack === undefined ? "" : `, there ack ${into.ack}`) +
			(into.tsval === undefined ? "" : `, there TSval ${into.tsval}`));
	if (fate_of(record.canonical.segments[segment.cause] ?? {}).from_wire)
		words.push(`answers #${segment.cause}`);
	return words;
}

// What is told in parts, in lines of a length that has room beside the drawing.
function lines_fold(parts) {
	const lines = [];

	for (const part of parts) {
		const longer = `${lines.at(-1)}, ${part}`;

		if (lines.length && longer.length <= LADDER.line_chars)
			lines[lines.length - 1] = longer;
		else
			lines.push(part);
	}
	return lines.map((line, i) => i < lines.length - 1 ? `${line},` : line);
}

function lines_drawn(kind, x, y, lines) {
	return draw("text", {class: kind, x, y},
		lines.map((line, i) => draw("tspan", {x, dy: i ? LADDER.note : 0}, line)));
}

// With this cell's values put in.
function words_expand(words, record) {
	return words.replace(/\$(\$|[a-z][a-z0-9-]*)/g, (whole, name) =>
		name === "$" ? "$" : record.dimensions[name] ?? whole);
}

function step_words(scenario, record, index) {
	const step = scenario.line?.steps?.[index];

	return step ? words_expand(step.words, record) : "";
}

function conn_class(place, conn) {
	const at = place.conns.indexOf(conn);

	return at < 0 ? "conn-none" : `conn-${at}`;
}

function arrow_points(place, event) {
	const {segment} = event, fate = fate_of(segment);
	const from = fate.from_wire ? place.wire : place.x[segment.from] ?? place.wire;
	const to = fate.to_wire ? place.wire : place.x[segment.to] ?? place.wire;
	const direction = to < from ? -1 : 1;

	return {from, to, direction, y1: event.y, y2: event.arrival?.y ?? event.y, fate};
}

function arrow_head({to, direction, y1, y2, from}) {
	const angle = Math.atan2(y2 - y1, (to - from) || 1);
	const at = turn => `${to - 9 * Math.cos(angle + turn)},${y2 - 9 * Math.sin(angle + turn)}`;

	return draw("polygon", {class: "head", points: `${to},${y2} ${at(0.38)} ${at(-0.38)}`,
				"data-direction": direction});
}

// The sign where an arrow meets the wire, by its fate.
const WIRE_SIGNS = {
	held: (x, y) => [draw("rect", {class: "held", x: x - 4, y: y - 7, width: 8, height: 14, rx: 2})],
	dropped: (x, y) => [draw("path", {class: "cross", d: `M${x - 6},${y - 6}l12,12m0,-12l-12,12`})],
	lost: (x, y) => [draw("path", {class: "cross", d: `M${x - 6},${y - 6}l12,12m0,-12l-12,12`}),
			 draw("circle", {class: "ring", cx: x, cy: y, r: 10})],
	copied: (x, y) => [draw("rect", {class: "copy-of", x: x - 6, y: y - 8, width: 8, height: 10, rx: 1.5}),
			   draw("rect", {class: "copy-of", x: x - 2, y: y - 4, width: 8, height: 10, rx: 1.5})],
	duplicated: (x, y) => [draw("path", {class: "twice", d: `M${x - 3},${y - 7}v14m6,-14v14`})],
	delayed: (x, y) => [draw("circle", {class: "clock", cx: x, cy: y, r: 7}),
			    draw("path", {class: "clock-hand", d: `M${x},${y - 4}v4h3`})],
	corrupted: (x, y) => [draw("path", {class: "bolt", d: `M${x + 2},${y - 9}l-6,10h8l-6,9`})],
	reordered: (x, y) => [draw("path", {class: "twice", d: `M${x - 6},${y + 6}q6,-16 12,0`})],
	released: (x, y) => [draw("circle", {class: "released", cx: x, cy: y, r: 5.5})],
	injected: (x, y) => [draw("path", {class: "injected", d: `M${x},${y - 7}l2,5h5l-4,3.5 1.5,5.5-4.5,-3.2` +
		"-4.5,3.2 1.5,-5.5-4,-3.5h5z"})],
	unknown: (x, y) => [draw("text", {class: "unsure", x: x - 3, y: y + 5}, "?")],
};

function segment_drawn(place, record, event) {
	const points = arrow_points(place, event), {segment} = event;
	const on_wire = points.to === points.from ? points.y1 : points.y1 +
		(points.y2 - points.y1) * (place.wire - points.from) / (points.to - points.from);
	const words = `${kind_words(segment)}  ${head_words(segment)}`;
	const node = draw("g", {
		class: `segment fate-${segment.fate} ${conn_class(place, segment.conn)}`, role: "listitem",
		"data-n": segment.n, tabindex: "-1",
		"aria-label": `number ${segment.n}, at ${(event.us / 1000).toFixed(3)} milliseconds, ` +
			`${segment.from} to ${segment.to}, ${segment.conn ?? "no connection"}: ${words}` +
			(event.notes.length ? `; ${event.notes.join("; ")}` : ""),
	},
		draw("rect", {class: "hit", x: 0, y: points.y1 - 12, width: place.caption + 560,
			      height: LADDER.line_px + LADDER.note * event.lines.length}),
		draw("line", {class: "arrow", x1: points.from, y1: points.y1, x2: points.to, y2: points.y2}),
		points.fate.to_wire ? null : arrow_head(points),
		(WIRE_SIGNS[segment.fate] ?? (() => []))(place.wire, on_wire),
		draw("text", {class: "kind", x: points.from + 12 * points.direction, y: points.y1 - 3,
			      "text-anchor": points.direction > 0 ? "start" : "end"},
		     kind_words(segment)),
		draw("text", {class: "time", x: LADDER.time - 8, y: event.y + 4, "text-anchor": "end"},
		     (event.us / 1000).toFixed(3)));
	const caption = draw("text", {class: "caption", x: place.caption, y: event.y + 4},
		draw("tspan", {class: "n"}, `#${segment.n} `),
		draw("tspan", {class: "of"}, `${segment.conn ?? "\u2013"} `),
		draw("tspan", {class: "what"}, kind_words(segment)),
		draw("tspan", {class: "numbers"}, `  ${head_words(segment)}`));

	node.append(caption);
	node.append(lines_drawn("note", place.caption + 30, event.y + 4 + LADDER.note, event.lines));
	return node;
}

function step_drawn(place, event) {
	return draw("g", {class: "step-line"},
		draw("line", {x1: LADDER.time, y1: event.y, x2: place.caption - 10, y2: event.y}),
		draw("text", {class: "time", x: LADDER.time - 8, y: event.y + 4, "text-anchor": "end"},
		     (event.us / 1000).toFixed(3)),
		lines_drawn("step-words", place.caption, event.y + 4, [event.caption]),
		lines_drawn("step-words", place.caption + 30, event.y + 4 + LADDER.note, event.lines));
}

// From its hold to its release a kept segment lies on the wire.
function keeping_drawn(place, events) {
	const at = new Map(events.filter(event => event.kind === "segment").map(
		event => [event.segment.n, event]));

	return [...at.values()].filter(({segment}) =>
		segment.fate === "released" && at.has(segment.of)).map(event =>
		draw("line", {class: "keeping", x1: place.wire, y1: at.get(event.segment.of).y,
			      x2: place.wire, y2: event.y}));
}

const SILENT_STATES = new Set(["closed", "listen"]);

// One band a connection and host: from each change of state to the next.
function bands_drawn(place, events, height) {
	const open = new Map(), drawn = [];
	const close_band = (key, y) => {
		const band = open.get(key);

		open.delete(key);
		if (!band || SILENT_STATES.has(band.state.state))
			return;
		const wait = band.state.state === "time-wait";

		drawn.push(draw("rect", {
			class: `state ${conn_class(place, band.state.conn)} is-${band.state.state}`,
			x: band.x, y: band.y, width: LADDER.band, height: Math.max(2, y - band.y),
			rx: wait ? 3 : 2,
		}, draw("title", {}, `${band.state.conn} at the ${band.state.host}: ${band.state.state}`)));
	};

	for (const event of events.filter(one => one.kind === "state")) {
		const {state} = event, host = place.x[state.host];
		const key = `${state.host}\n${state.conn}`;
		const at = Math.max(0, place.conns.indexOf(state.conn));
		const side = state.host === "server" ? 1 : -1;
		const near = host + side * 6 + (side > 0 ? 0 : -LADDER.band);
		const x = near + side * at * (LADDER.band + 2);
		const bands = Math.max(1, place.conns.length) * (LADDER.band + 2);

		if (host === undefined)
			continue;
		close_band(key, event.y);
		open.set(key, {state, x, y: event.y});
		drawn.push(draw("text", {
			class: `state-name ${conn_class(place, state.conn)} is-${state.state}`,
			x: host + side * (bands + 10), y: event.y + 4,
			"text-anchor": side > 0 ? "start" : "end",
		}, state.state, state.minisock && state.state !== "time-wait" ? "\u00b0" : null));
	}
	for (const key of [...open.keys()])
		close_band(key, height - 14);
	return drawn;
}

function folds_drawn(place, folds) {
	return folds.map(fold => {
		const y = (fold.from + fold.to) / 2;

		return draw("g", {class: "fold"},
			draw("rect", {x: LADDER.time, y: y - 9, width: place.caption - LADDER.time - 10,
				      height: 18}),
			draw("text", {x: place.wire, y: y + 4, "text-anchor": "middle"},
			     `\u22ef ${duration(fold.us)} \u22ef`));
	});
}

function lifelines_drawn(place, hosts, height, loopback, raw) {
	const names = [...hosts.left, ...hosts.right].map(
		host => [host === raw ? `${host} (raw)` : host, place.x[host], "host"]);

	if (!loopback)
		names.push(["wire", place.wire, "wire"]);
	return names.map(([name, x, kind]) => draw("g", {class: kind},
		draw("line", {x1: x, y1: 24, x2: x, y2: height - 14}),
		draw("text", {x, y: 14, "text-anchor": "middle"}, name)));
}

function ladder_keys(drawing) {
	const segments = [...drawing.querySelectorAll(".segment")];

	if (segments.length)
		rove(segments, 0, false);
	drawing.addEventListener("keydown", event => {
		const next = segments.indexOf(event.target) +
			({ArrowDown: 1, ArrowUp: -1}[event.key] ?? NaN);

		if (!segments[next])
			return;
		event.preventDefault();
		rove(segments, next);
	});
}

// What stands beside an event: its caption, and the lines below it.
function event_told(event, record, scenario) {
	if (event.kind === "segment") {
		const {segment} = event;

		event.notes = note_words(record, segment, event.us);
		event.lines = lines_fold(event.notes);
		event.caption = `#${segment.n} ${segment.conn ?? "\u2013"} ${kind_words(segment)}  ` +
			head_words(segment);
	} else if (event.kind === "step") {
		const words = step_words(scenario, record, event.index);

		event.lines = lines_fold(words ? words.split(", ") : []);
		event.caption = `step ${event.index + 1}  ${event.lines.shift() ?? ""}`.trim();
	}
}

function ladder_drawn(record, scenario) {
	const {events, delays} = events_of(record, scenario);
	const hosts = hosts_drawn(record.canonical.segments);
	const place = columns_place(record, hosts);
	const loopback = record.canonical.segments.some(segment => segment.fate === "seen");

	for (const event of events)
		event_told(event, record, scenario);
	const {folds, height} = events_place(events, delays);
	const longest = Math.max(...events.flatMap(event => [event.caption?.length ?? 0,
		...(event.lines ?? []).map(line => line.length + 5)]));
	const width = place.caption + longest * 7.3 + 20;
	const drawing = draw("svg", {class: "ladder", viewBox: `0 0 ${width} ${height}`, width, height,
				     role: "list", "aria-label": "Segments in order of time"},
		lifelines_drawn(place, hosts, height, loopback, raw_host(record, scenario)),
		folds_drawn(place, folds),
		bands_drawn(place, events, height), keeping_drawn(place, events),
		events.filter(event => event.kind === "step").map(
			event => step_drawn(place, event)),
		events.filter(event => event.kind === "segment").map(
			event => segment_drawn(place, record, event)));

	ladder_keys(drawing);
	return {drawing, conns: place.conns};
}

const LEGEND = ["held", "dropped", "lost", "copied", "duplicated", "delayed", "corrupted", "reordered",
		"released", "injected", "unknown"];

// Only of what this ladder has.
function legend_new(record, conns) {
	const fates = new Set(record.canonical.segments.map(segment => segment.fate));

	return el("p", {class: "legend"},
		conns.map((conn, i) => el("span", {class: `key conn-${i}`}, conn)),
		LEGEND.filter(fate => fates.has(fate)).map(fate => el("span", {class: "key"},
			draw("svg", {class: "ladder sign-of", viewBox: "0 0 24 24", width: 24, height: 24,
				     "aria-hidden": "true"},
			     draw("g", {class: `segment fate-${fate}`}, WIRE_SIGNS[fate](12, 12))), fate)));
}

function segments_table(record) {
	const us = times_of(record, "segment_us");
	const heads = ["#", "ms", "from", "to", "of", "segment", "seq", "ack", "len", "win", "TSval", "TSecr",
		       "fate", "notes"];

	return table("Segments", heads, record.canonical.segments.slice(0, LADDER.rows).map(
		(segment, i) => el("tr", {}, [segment.n, ((us[i] ?? 0) / 1000).toFixed(3), segment.from,
			segment.to, segment.conn ?? "", kind_words(segment), segment.seq ?? "",
			segment.ack ?? "", segment.len, segment.window, segment.tsval ?? "",
			segment.tsecr ?? "", segment.fate,
			note_words(record, segment, us[i] ?? 0).join(", ")].map(
			value => el("td", {}, String(value))))));
}

function left_out_words(record) {
	const drawn = Math.min(LADDER.rows, record.canonical.segments.length);
	const more = record.canonical.segments.length - drawn;
	const lost = record.volatile?.segments_left_out ?? 0;

	return more || lost ? el("p", {class: "none"}, `The first ${drawn} segments are drawn` +
		(more ? `; ${more} more are in the record` : "") +
		(lost ? `; ${lost} more were not recorded` : "") + ".") : null;
}

function ladder_block(record, scenario) {
	const {drawing, conns} = ladder_drawn(record, scenario);

	return block("ladder", "What happened", el("p", {class: "hint"},
		"Times in ms from the play's start; sequence numbers and TSvals count from each connection's " +
		"first. Arrow keys go from segment to segment."),
	legend_new(record, conns),
	el("div", {class: "wide", tabindex: "0", role: "region", "aria-label": "Ladder"}, drawing),
	left_out_words(record), fold("The same as a table", segments_table(record)));
}
