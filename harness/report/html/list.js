// SPDX-License-Identifier: GPL-2.0-or-later
// list: cells one below the other; only those near the window exist as elements.
"use strict";

const LINE_PX = 34, LINES_MORE = 12;

function list_line(cell, i) {
	const line = el("div", {class: "line", role: "row", "aria-rowindex": i + 1},
		el("span", {class: `tile ${cell.verdict}${cell.deviates ? " deviates" : ""}`, role: "cell"},
		   SIGNS[cell.verdict], el("span", {class: "unseen"}, ` ${cell.verdict}`)),
		el("span", {class: "id", role: "cell"}, el("a", {href: cell_address(cell), "data-i": i},
			cell.id), cell.again ? ` (${cell.again + 1}.)` : null),
		el("span", {class: "why", role: "cell"}, cell.why),
		el("span", {class: "where", role: "cell"}, report.targets.length > 1 ? cell.target : ""),
		el("span", {class: "took", role: "cell"}, duration(cell.wall_us)));

	line.style.top = `${i * LINE_PX}px`;
	return line;
}

function list_new(cells) {
	const space = el("div", {class: "space", role: "rowgroup"});
	const list = el("div", {class: "list", role: "table", "aria-label": "Cells",
				"aria-rowcount": cells.length, tabindex: "0"}, space);
	let from = -1, to = -1;
	const fill_window = () => {
		const first = Math.floor(list.scrollTop / LINE_PX);
		const n = Math.ceil((list.clientHeight || 800) / LINE_PX);
		const focused = document.activeElement?.dataset?.i;

		if (from >= 0 && first >= from && first + n <= to)
			return;
		from = Math.max(0, first - LINES_MORE);
		to = Math.min(cells.length, first + n + LINES_MORE);
		space.replaceChildren(...cells.slice(from, to).map((cell, i) => list_line(cell, from + i)));
		if (focused !== undefined)
			space.querySelector(`[data-i="${Number(focused)}"]`)?.focus({preventScroll: true});
	};

	space.style.height = `${cells.length * LINE_PX}px`;
	list.addEventListener("scroll", fill_window, {passive: true});
	list.addEventListener("keydown", event => {
		const at = Number(event.target.dataset?.i ?? -1);
		const next = at + ({ArrowDown: 1, ArrowUp: -1}[event.key] ?? NaN);

		if (!(next >= 0 && next < cells.length))
			return;
		event.preventDefault();
		if ((next + 1) * LINE_PX > list.scrollTop + list.clientHeight || next * LINE_PX < list.scrollTop)
			list.scrollTop = Math.max(0, next * LINE_PX - list.clientHeight / 2);
		fill_window();
		space.querySelector(`[data-i="${next}"]`)?.focus({preventScroll: true});
	});
	requestAnimationFrame(() => {
		from = -1;
		fill_window();
	});
	fill_window();
	return list;
}
