// api_operation.js - one endpoint: what it is, its form, the command, the answer.
import { copyOf, inline, make, paragraphs, part } from "./dom.js";
import { clearFaults, collect, makeFields, MASK, showFaults }
	from "./api_form.js";
import { compose, send, toCurl } from "./api_request.js";
import { find, show } from "./api_token.js";
import { t } from "./language.js";

function describe(element, operation) {
	const { method, path, also, fields, isProtected, hasBody } = operation;

	for (const [name, text] of Object.entries({
		summary: operation.summary, method, path, names: also.join(", "),
	}))
		part(element, name).textContent = text;
	part(element, "method").classList.add(method);
	part(element, "description").append(...paragraphs(operation.description));
	for (const [name, isThere] of Object.entries({
		protected: isProtected, also: also.length, empty: !fields.length,
		encoding: hasBody, possible: operation.responses.length,
		secrets: isProtected || fields.some((field) => field.isSecret),
	}))
		part(element, name).hidden = !isThere;
	for (const { status, description, examples } of operation.responses) {
		const words = [make("strong", {}, status), " ",
			make("span", { lang: "en" }, ...inline(description))];

		part(element, "possible").append(!examples.length ?
			make("p", {}, ...words) :
			make("details", {}, make("summary", {}, ...words),
				...examples.map((one) => make("pre", {},
					make("code", {}, JSON.stringify(one, null, 2))))));
	}
}

function say(element, name, text, kind = "") {
	part(element, name).textContent = text;
	part(element, name).className = `message ${kind}`;
}

function showAnswer(element, answer, data, tokens) {
	const { status, reason, text, headers, time } = answer;

	part(element, "answer").hidden = !status;
	if (!status) {
		say(element, "status",
			t("The site does not answer. Is the network there?"), "bad");
		return;
	}
	say(element, "status", `${status} ${reason}`.trim() + ` in ${time} ms`,
		status < 400 ? "good" : "bad");
	part(element, "body").hidden = text === "";
	part(element, "text").textContent = data === undefined ?
		text : JSON.stringify(data, null, 2);
	part(element, "headers").textContent = headers
		.map((line) => line.join(": ")).join("\n");
	part(element, "tokens").replaceChildren(...tokens.map(show));
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

async function copy(element, text) {
	try {
		await navigator.clipboard.writeText(text);
		say(element, "copied", t("The command is copied."), "good");
	} catch {
		getSelection().selectAllChildren(part(element, "curl"));
		say(element, "copied", t("This browser does not let the page copy. " +
			"The command is marked: copy it yourself."));
	}
}

// Makes the article of an operation. bearer: { value(), take(tokens) }. refresh():
// the token has changed; offer(name, value): for fields of that name.
export function makeOperation(operation, base, bearer) {
	const element = copyOf("operation");
	const form = element.querySelector("form");
	const button = form.querySelector("button");
	const encoding = form.querySelector("select");
	const secrets = part(element, "secrets").querySelector("input");

	describe(element, operation);
	const fields = makeFields(part(element, "fields"), operation);

	function request(isMasked) {
		const token = bearer.value();

		return compose(operation, base, collect(fields, isMasked),
			encoding.value === "form", isMasked && token ? MASK : token);
	}

	function refresh() {
		part(element, "curl").textContent = toCurl(request(!secrets.checked));
		say(element, "copied", "");
	}

	// Not over what somebody has filled in.
	function offer(name, value) {
		for (const { field, input, box } of fields) {
			if (field.name !== name || field.place !== "body" ||
				![input.dataset.offered, ""].includes(input.value))
				continue;
			input.value = input.dataset.offered = value;
			if (box)
				box.checked = true;
		}
	}

	async function submit() {
		clearFaults(fields);
		say(element, "status", t("One moment …"));
		const answer = await send(request(false));
		const data = parse(answer.text);
		const isFaulty = answer.status === 400;
		const tokens = isFaulty ? [] : find(data);

		showAnswer(element, answer, data, tokens);
		bearer.take(tokens);
		if (!(isFaulty && showFaults(fields, data ?? {})))
			part(element, "status").scrollIntoView({ block: "center" });
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (button.ariaDisabled)
			return;
		button.ariaDisabled = "true";
		try {
			await submit();
		} finally {
			button.ariaDisabled = null;
		}
	});
	form.addEventListener("input", refresh);
	secrets.addEventListener("change", refresh);
	part(element, "copy").addEventListener("click", () =>
		copy(element, toCurl(request(false))));
	return { element, refresh, offer };
}
