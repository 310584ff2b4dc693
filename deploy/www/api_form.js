// api_form.js - the fields of an operation: their inputs, their values, and
// what is wrong with them.
import { fill, make } from "./api_dom.js";

const TEXTS = {
	string: "text",
	boolean: "yes or no",
	integer: "whole number",
	number: "number",
	array: "list, one a line",
	object: "JSON object",
	required: "required",
	path: "in the path",
	query: "in the query",
	maximum: "at most {count} characters",
	send: "Send this field",
};
const MASK = "••••••";

// What a field is for, where its name says so: browsers can help then.
const PURPOSES = {
	username: "username", email: "email", new_email: "email",
	password: "current-password", current_password: "current-password",
	new_password: "new-password", re_new_password: "new-password",
	re_password: "new-password", new_username: "username",
	otp: "one-time-code", first_name: "given-name", last_name: "family-name",
};

function makeInput(field, id) {
	const attributes = {
		id, name: field.name, "aria-describedby": `${id}-hint`,
		"aria-required": field.isRequired ? "true" : undefined,
	};

	if (field.choices)
		return make("select", attributes,
			...field.choices.map((choice) => make("option", {}, choice)));
	if (field.type === "boolean")
		return make("input", { ...attributes, type: "checkbox",
			"aria-required": undefined });
	if (["array", "object"].includes(field.type))
		return make("textarea", { ...attributes, rows: "3",
			spellcheck: "false" });
	return make("input", {
		...attributes,
		type: field.isSecret ? "password" : "text",
		inputmode: field.type === "integer" ? "numeric" : undefined,
		autocomplete: PURPOSES[field.name] ?? "off",
		autocapitalize: "none", spellcheck: "false",
	});
}

function makeHint(field, id) {
	const facts = [TEXTS[field.type] ?? field.type];

	if (field.isRequired)
		facts.push(TEXTS.required);
	if (field.place !== "body")
		facts.push(TEXTS[field.place]);
	if (field.maximum !== undefined)
		facts.push(fill(TEXTS.maximum, { count: field.maximum }));
	return make("p", { class: "hint", id: `${id}-hint` },
		...facts.map((fact) => make("span", { class: "fact" }, fact)),
		...field.description ? [make("span", { class: "more" },
			field.description)] : []);
}

// A switch for what may be left out: blank and not sent are not the same.
function makeSwitch(input, id) {
	const box = make("input", { type: "checkbox", id: `${id}-send`,
		"aria-labelledby": `${id}-send-label ${id}-label` });

	input.addEventListener("input", () => {
		box.checked = true;
	});
	return [box, make("label", { class: "switch", for: box.id }, box,
		make("span", { id: `${id}-send-label` }, TEXTS.send))];
}

// Adds the inputs of all fields to a place; returns [{ field, input, box }].
export function makeFields(place, operation) {
	return operation.fields.map((field) => {
		const id = `${operation.id}-${field.place}-${field.name}`;
		const input = makeInput(field, id);
		const label = make("label", { for: id, id: `${id}-label` }, field.name);
		const line = make("div", { class: "name" }, label);
		let box = null;

		if (!field.isRequired) {
			const [made, around] = makeSwitch(input, id);

			box = made;
			line.append(around);
		}
		place.append(make("div", { class: "field" }, line, input,
			makeHint(field, id)));
		return { field, input, box };
	});
}

function convert(text, type) {
	if (["integer", "number"].includes(type))
		return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
	if (type === "boolean")
		return text === "true";
	if (type !== "object")
		return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

function valueOf({ field, input }, isMasked) {
	if (field.type === "boolean" && !field.choices)
		return input.checked;
	if (field.type === "array")
		return input.value.split("\n").filter((line) => line.trim() !== "")
			.map((line) => convert(line, field.items));
	if (isMasked && field.isSecret && input.value !== "")
		return MASK;
	return convert(input.value, field.type);
}

export function maskOf(token) {
	return token === "" ? "" : MASK;
}

// What is to be sent: [{ name, place, value }].
export function collect(fields, isMasked) {
	return fields.filter(({ box }) => box === null || box.checked)
		.map((entry) => ({ ...entry.field, value: valueOf(entry, isMasked) }));
}

export function clearFaults(fields) {
	for (const { input } of fields) {
		document.getElementById(`${input.id}-fault`)?.remove();
		input.removeAttribute("aria-invalid");
		input.setAttribute("aria-describedby", `${input.id}-hint`);
	}
}

// Writes what an answer says of a field beside it; true: there was something.
export function showFaults(fields, data) {
	let first = null;

	for (const { field, input } of fields) {
		const sentences = Object.hasOwn(data, field.name) ?
			[data[field.name]].flat(Infinity) : [];

		if (sentences.length === 0 || typeof sentences[0] !== "string")
			continue;
		const id = `${input.id}-fault`;

		input.after(make("p", { class: "fault", id }, sentences.join(" ")));
		input.setAttribute("aria-invalid", "true");
		input.setAttribute("aria-describedby", `${id} ${input.id}-hint`);
		first ??= input;
	}
	first?.focus();
	return first !== null;
}
