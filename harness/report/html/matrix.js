// SPDX-License-Identifier: GPL-2.0-or-later
// matrix: one scenario's cells in rows and columns that the reader chooses from its dimensions.
"use strict";

const TILE_PX = 30, HEAD_PX = 85;
const BESIDE_PX = 440; // what stands left and right of a matrix

function varied(scenario) {
	return scenario.dimensions.filter(dimension => dimension.values.length > 1);
}

// Dimensions from the last one on become columns, as long as the window has room for them.
function columns_preset(scenario) {
	const all = varied(scenario), plain = scenario.cells.filter(cell => !cell.control);
	const room_px = n_rows => Math.max(8 * TILE_PX, window.innerWidth - BESIDE_PX - HEAD_PX * n_rows);
	let n = 0;

	while (n + 1 < all.length &&
	       combinations(plain, all.slice(-n - 1)).length * TILE_PX <= room_px(all.length - n - 1))
		n++;
	return all.slice(all.length - n).map(({name}) => name);
}

function axes_resolve(scenario) {
	const asked = view.axes[scenario.name];
	const columns = asked?.columns ?? columns_preset(scenario);
	const of = place => varied(scenario).filter(dimension => place(dimension.name));

	return {
		rows: of(name => !columns.includes(name) && !asked?.folded.includes(name)),
		columns: of(name => columns.includes(name) && !asked?.folded.includes(name)),
		folded: of(name => asked?.folded.includes(name)),
	};
}

function axis_change(scenario, dimension, place) {
	const axes = axes_of(scenario.name);

	axes.columns = (axes.columns ?? columns_preset(scenario)).filter(name => name !== dimension);
	axes.folded = axes.folded.filter(name => name !== dimension);
	if (place !== "rows")
		axes[place].push(dimension);
}

const dimension_names = dimensions => dimensions.map(({name}) => name).join(" \u00d7 ") || "\u2013";

function axes_words(axes) {
	return `rows: ${dimension_names(axes.rows)}; columns: ${dimension_names(axes.columns)}` +
		(axes.folded.length ? `; folded: ${dimension_names(axes.folded)}` : "");
}

function axes_control(scenario, rebuild) {
	const words = el("span", {}, axes_words(axes_resolve(scenario)));
	const selects = varied(scenario).map(({name}) => {
		const axes = axes_resolve(scenario);
		const place = ["rows", "columns", "folded"].find(
			one => axes[one].some(dimension => dimension.name === name));
		const select = el("select", {"data-dimension": name, on: {change: () => {
			axis_change(scenario, name, select.value);
			words.textContent = axes_words(axes_resolve(scenario));
			history.replaceState(null, "", view_address());
			rebuild();
		}}}, option_list(["rows", "columns", "folded"], one => one, place));

		return field(name, select);
	});

	return selects.length ? el("details", {class: "axes"}, el("summary", {}, words),
				   el("div", {class: "selects"}, selects)) : null;
}

// Combinations that occur, in order of the dimensions' values.
function combinations(cells, dimensions) {
	const found = new Map();

	for (const cell of cells) {
		const values = dimensions.map(({name}) => cell_value(cell, name));

		found.set(values.join("\n"), values);
	}
	return [...found].map(([key, values]) => ({key, values})).sort((a, b) => {
		for (const [i, {values}] of dimensions.entries()) {
			const apart = values.indexOf(a.values[i]) - values.indexOf(b.values[i]);

			if (apart)
				return apart;
		}
		return 0;
	});
}

// How many combinations from i on have the same first values, level included; 0: i is not the first.
function span_at(list, i, level) {
	const same = (a, b) => a.values.slice(0, level + 1).join("\n") ===
		b.values.slice(0, level + 1).join("\n");
	let n = 1;

	if (i && same(list[i - 1], list[i]))
		return 0;
	while (i + n < list.length && same(list[i], list[i + n]))
		n++;
	return n;
}

function cells_words(cells) {
	const [first] = cells;

	if (cells.length === 1)
		return first.names.map((name, i) => `${name}=${first.values[i]}`).join(", ");
	return `${cells.length} cells`;
}

function tile_new(cells) {
	const worst = worst_of(cells);
	const n = cells.filter(cell => cell.verdict === worst).length;
	const deviates = cells.some(cell => cell.deviates);
	const words = `${worst}${deviates ? ", not as an RFC asks" : ""}: ${cells_words(cells)}`;
	const count = cells.length === 1 ? null
		: el("small", {}, n === cells.length ? `${n}` : `${n}/${cells.length}`);

	return el("a", {
		class: `tile ${worst}${deviates ? " deviates" : ""}`, tabindex: "-1",
		href: cells.length === 1 ? cell_address(cells[0]) : cells_address(cells),
		"aria-label": words, title: cells[0].why ? `${words}\n${cells[0].why}` : words,
	}, SIGNS[worst], count);
}

// The list of those cells that have in common what all of these have.
function cells_address(cells) {
	const query = new URLSearchParams({as: "list", scenario: cells[0].scenario});

	cells[0].names.forEach((name, i) => {
		if (cells.every(cell => cell.values[i] === cells[0].values[i]) &&
		    varied(scenario_of(cells[0])).some(dimension => dimension.name === name))
			query.append("with", `${name}=${cells[0].values[i]}`);
	});
	for (const key of ["target", "kernel"])
		if (cells.every(cell => cell[key] === cells[0][key]) && report[`${key}s`].length > 1)
			query.set(key, cells[0][key]);
	return `#/?${query}`;
}

// Would a head make its columns much wider than a tile? Then its whole line is written upwards.
function too_wide(columns, i, level) {
	const span = span_at(columns, i, level);

	return span > 0 && (columns[i].values[level] ?? "").length * 7 > Math.max(span * TILE_PX, 44);
}

function column_heads(axes, columns) {
	return axes.columns.map((dimension, level) => el("tr", {
		class: columns.some((column, i) => too_wide(columns, i, level)) ? "uprights" : null},
		level ? null : corner(axes),
		columns.map((column, i) => {
			const span = span_at(columns, i, level);
			const value = column.values[level] ?? "\u2013";

			return span ? el("th", {scope: span > 1 ? "colgroup" : "col", colspan: span},
					 el("span", {title: `${dimension.name}=${value}`}, value)) : null;
		}), el("th", {class: "axis", scope: "row"}, dimension.name)));
}

// Above the heads of the rows: the names of their dimensions.
function corner(axes) {
	return axes.rows.length ? axes.rows.map(({name}) => el("th", {
		class: "axis corner", rowspan: axes.columns.length, scope: "col"}, name))
		: el("td", {rowspan: axes.columns.length});
}

function table_rows(axes, rows, columns, tiles) {
	return rows.map((row, i) => el("tr", {},
		row.values.map((value, level) => {
			const span = span_at(rows, i, level);

			return span ? el("th", {scope: span > 1 ? "rowgroup" : "row", rowspan: span},
					 value ?? "\u2013") : null;
		}), axes.rows.length ? null : el("td"),
		columns.map(column => {
			const cells = tiles.get(`${row.key}\t${column.key}`);

			return el("td", {}, cells ? tile_new(cells) : null);
		})));
}

function matrix_new(scenario, cells) {
	const axes = axes_resolve(scenario);
	const rows = combinations(cells, axes.rows), columns = combinations(cells, axes.columns);
	const key = (cell, dimensions) => dimensions.map(({name}) => cell_value(cell, name)).join("\n");
	const tiles = Map.groupBy(cells, cell =>
		`${key(cell, axes.rows)}\t${key(cell, axes.columns)}`);
	const heads = axes.columns.length ? column_heads(axes, columns) : el("tr", {}, corner(axes));

	return el("table", {class: "matrix"},
		el("caption", {class: "unseen"}, `${scenario.name}: ${axes_words(axes)}`),
		el("thead", {}, heads), el("tbody", {}, table_rows(axes, rows, columns, tiles)));
}

// Arrow keys go from tile to tile; Tab goes past the matrix.
function matrix_keys(table) {
	const tiles = [...table.querySelectorAll(".tile")];
	const place = tile => [tile.parentNode.parentNode.rowIndex,
			       tile.getBoundingClientRect().left];
	const moves = {ArrowRight: 1, ArrowLeft: -1};

	if (tiles.length)
		rove(tiles, 0, false);
	table.addEventListener("keydown", event => {
		const at = tiles.indexOf(event.target);
		let to = at + (moves[event.key] ?? NaN);

		if (at < 0)
			return;
		if (event.key === "ArrowUp" || event.key === "ArrowDown") {
			const [row, left] = place(event.target);
			const below = tiles.map((tile, i) => [i, ...place(tile)]).filter(
				([, r, l]) => Math.abs(l - left) < 3 &&
					(event.key === "ArrowDown" ? r > row : r < row));

			to = (event.key === "ArrowDown" ? below[0] : below.at(-1))?.[0] ?? NaN;
		}
		if (event.key === "Home" || event.key === "End")
			to = event.key === "Home" ? 0 : tiles.length - 1;
		if (!tiles[to])
			return;
		event.preventDefault();
		rove(tiles, to);
	});
}

function controls_new(cells) {
	return cells.length ? el("p", {class: "controls"},
		el("span", {title: "Played one way and judged as if it were another: they must fail in " +
			"exactly the facts that the scenario names"}, "Negative controls "),
		cells.map(cell => {
			const tile = tile_new([cell]);

			tile.setAttribute("tabindex", "0");
			return tile;
		})) : null;
}

function deviations_words(cells) {
	const n = cells.filter(cell => cell.deviates).length;

	return n ? el("span", {class: "deviations"}, `${plural(n, "cell")} not as an RFC asks`) : null;
}

function scenario_section(scenario, cells) {
	const counts = counts_of(cells);
	const plain = cells.filter(cell => !cell.control), controls = cells.filter(cell => cell.control);
	const holder = el("div", {class: "holder"});
	const rebuild = () => {
		const table = matrix_new(scenario, plain);

		holder.replaceChildren(...[plain.length ? el("div", {class: "wide"}, table) : null,
					   controls_new(controls)].filter(Boolean));
		holder.style.minHeight = "";
		matrix_keys(table);
	};
	const axes = axes_resolve(scenario);
	const n_rows = axes.rows.reduce((n, {values}) => n * values.length, 1);

	holder.build = rebuild;
	holder.style.minHeight = `${Math.min(n_rows, plain.length) * TILE_PX + 60}px`;
	builder.observe(holder);
	return el("section", {class: "scenario", "aria-label": scenario.name},
		el("div", {class: "title"}, el("h2", {tabindex: "-1"}, scenario.name), verdict_bar(counts),
		   el("span", {class: "counts"}, counts_words(counts)), deviations_words(cells)),
		el("p", {class: "about"}, scenario.title),
		axes_control(scenario, rebuild), holder);
}
