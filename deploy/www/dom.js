// dom.js - what the modules share to make elements. Text is always set as text.

// make("p", { id: "x" }, "text", child): undefined attributes are left out.
export function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes))
		if (value !== undefined)
			element.setAttribute(name, value);
	element.append(...children);
	return element;
}

export function part(root, name) {
	return root.querySelector(`[data-part="${name}"]`);
}

export function copyOf(template) {
	return document.getElementById(template).content.firstElementChild
		.cloneNode(true);
}

// A line of a description; what stands in backticks is code.
export function inline(text = "") {
	return text.split("`").map((piece, index) =>
		index % 2 ? make("code", {}, piece) : piece);
}

export function paragraphs(text) {
	return text.split("\n\n").map((one) => make("p", {}, ...inline(one)));
}
