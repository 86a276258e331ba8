// SPDX-License-Identifier: GPL-2.0-or-later
// dom: elements made from data. Text goes in as text only: every word of a record is a stranger's.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (name === "on")
			for (const [event, listener] of Object.entries(value))
				element.addEventListener(event, listener);
		else if (value === true)
			element.setAttribute(name, "");
		else if (value !== null && value !== undefined && value !== false)
			element.setAttribute(name, value);
	}
	element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
	return element;
}

function el(tag, attributes, ...children) {
	return fill(document.createElement(tag), attributes, children);
}

function draw(tag, attributes, ...children) {
	return fill(document.createElementNS(SVG, tag), attributes, children);
}

// For ears only: what changed where the eyes look.
function say(words) {
	document.getElementById("said").textContent = words;
}

// Arrow keys move the focus within a group of which only one is in the order of Tab.
function rove(items, index, focus = true) {
	for (const item of items)
		item.setAttribute("tabindex", "-1");
	items[index].setAttribute("tabindex", "0");
	if (focus)
		items[index].focus();
}

function plural(n, word) {
	return `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
}

// As duration_format() of the program: "62.05s", "2.301ms", "20us".
function duration(us) {
	const size = Math.abs(us);

	if (!size)
		return "0";
	if (size >= 1e6)
		return `${Number((us / 1e6).toPrecision(size >= 1e7 ? 6 : 4))}s`;
	if (size >= 1e3)
		return `${Number((us / 1e3).toPrecision(4))}ms`;
	return `${Number(us.toPrecision(4))}us`;
}
