// api_form.js - the fields of an operation: their inputs, their values, and
// what is wrong with them.
import { inline, make } from "./dom.js";
import { t } from "./language.js";

const TEXTS = {
	string: t("text"),
	boolean: t("yes or no"),
	integer: t("whole number"),
	number: t("number"),
	array: t("list, one a line"),
	object: t("JSON object"),
	path: t("in the path"),
	query: t("in the query"),
};
export const MASK = "••••••";

// What a field is for, where its name says so: browsers can help then.
const PURPOSES = {
	username: "username", email: "email", otp: "one-time-code",
	password: "current-password", current_password: "current-password",
	new_password: "new-password", re_new_password: "new-password",
	first_name: "given-name", last_name: "family-name",
};

function makeInput(field, id) {
	const attributes = { id, name: field.name, "aria-describedby": `${id}-hint` };

	if (field.choices)
		return make("select", attributes,
			...field.choices.map((choice) => make("option", {}, choice)));
	if (field.type === "boolean")
		return make("input", { ...attributes, type: "checkbox" });
	Object.assign(attributes, { spellcheck: "false", autocapitalize: "none",
		"aria-required": field.isRequired });
	if (["array", "object"].includes(field.type))
		return make("textarea", { ...attributes, rows: 3 });
	return make("input", {
		...attributes,
		type: field.isSecret ? "password" : "text",
		autocomplete: PURPOSES[field.name] ?? "off",
	});
}

function makeHint({ type, isRequired, place, maximum, setting, description },
	id) {
	const facts = [
		TEXTS[type] ?? type,
		isRequired && t("required"),
		TEXTS[place],
		maximum && t("at most {count} characters", { count: maximum }),
		setting && t("as the setting {name} says", { name: setting }),
	];

	return make("p", { class: "hint", id: `${id}-hint` },
		...facts.filter(Boolean).map((fact) =>
			make("span", { class: "fact" }, fact)),
		make("span", { class: "more", lang: "en" }, ...inline(description)));
}

// A switch for what may be left out: blank and not sent are not the same.
function makeSwitch(input, id) {
	const box = make("input", { type: "checkbox", id: `${id}-send`,
		"aria-labelledby": `${id}-not ${id}-label` });

	input.addEventListener("input", () => {
		box.checked = true;
	});
	return [box, make("label", { class: "switch" }, box,
		make("span", { id: `${id}-not` }, t("Send this field")))];
}

// Adds the inputs of all fields to a place; returns [{ field, input, box }].
export function makeFields(place, operation) {
	return operation.fields.map((field) => {
		const id = `${operation.id}-${field.place}-${field.name}`;
		const input = makeInput(field, id);
		const line = make("div", { class: "name" },
			make("label", { for: id, id: `${id}-label`, lang: "en" },
				field.name));
		const [box, around] = field.isRequired ? [] : makeSwitch(input, id);

		if (around)
			line.append(around);
		place.append(make("div", { class: "field" }, line,
			input.type === "checkbox" ?
				make("label", { class: "switch" }, input, t("Yes")) : input,
			makeHint(field, id)));
		return { field, input, box };
	});
}

function convert(text, type) {
	try {
		return type === "string" ? text : JSON.parse(text);
	} catch {
		return text;
	}
}

function valueOf({ field, input }, isMasked) {
	if (input.type === "checkbox")
		return input.checked;
	if (field.type === "array")
		return input.value.split("\n").filter((line) => line.trim())
			.map((line) => convert(line, field.items));
	if (isMasked && field.isSecret && input.value)
		return MASK;
	return convert(input.value, field.type);
}

// What is to be sent: [{ name, place, value }].
export function collect(fields, isMasked) {
	return fields.filter(({ box }) => box?.checked ?? true)
		.map((one) => ({ ...one.field, value: valueOf(one, isMasked) }));
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
	const faulty = fields.filter(({ field }) => Object.hasOwn(data, field.name));

	for (const { field, input } of faulty) {
		const id = `${input.id}-fault`;

		document.getElementById(`${input.id}-hint`).before(make("p",
			{ class: "fault", id, lang: "en" }, [data[field.name]].flat().join(" ")));
		input.setAttribute("aria-invalid", "true");
		input.setAttribute("aria-describedby", `${id} ${input.id}-hint`);
	}
	faulty[0]?.input.focus();
	return faulty.length > 0;
}
