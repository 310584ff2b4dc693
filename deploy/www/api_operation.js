// api_operation.js - one endpoint: what it is, its form, the command, the answer.
import { copyOf, fill, make, paragraphs, part } from "./api_dom.js";
import { clearFaults, collect, makeFields, maskOf, showFaults }
	from "./api_form.js";
import { compose, send, toCurl } from "./api_request.js";
import { find, show } from "./api_token.js";

const TEXTS = {
	waiting: "One moment …",
	away: "The site does not answer. Is the network there?",
	unsendable: "This cannot be sent: the access token has characters that no header can carry.",
	answered: "{status} in {time} ms",
	copied: "The command is copied.",
	uncopied: "This browser does not let the page copy. The command is marked: copy it yourself.",
};

function describe(element, operation) {
	part(element, "summary").textContent = operation.summary;
	part(element, "method").textContent = operation.method;
	part(element, "method").classList.add(operation.method.toLowerCase());
	part(element, "path").textContent = operation.path;
	part(element, "description").append(...paragraphs(operation.description));
	part(element, "protected").hidden = !operation.isProtected;
	part(element, "also").hidden = operation.also.length === 0;
	part(element, "names").textContent = operation.also.join(", ");
	part(element, "empty").hidden = operation.fields.length > 0;
	part(element, "encoding").hidden = !operation.hasBody;
	part(element, "secrets").hidden = part(element, "copies").hidden =
		!operation.isProtected &&
		!operation.fields.some((field) => field.isSecret);
	for (const { status, description, examples } of operation.responses) {
		const summary = [make("strong", {}, status), " ", description];

		part(element, "possible").append(examples.length === 0 ?
			make("p", {}, ...summary) :
			make("details", {}, make("summary", {}, ...summary),
				...examples.map((example) => make("pre", {}, make("code", {},
					JSON.stringify(example, null, 2))))));
	}
	part(element, "possible").hidden = operation.responses.length === 0;
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function say(element, name, text, kind = "") {
	part(element, name).textContent = text;
	part(element, name).className = `message ${kind}`;
}

function showAnswer(element, answer, data, tokens) {
	const isThere = answer.status > 0;

	part(element, "answer").hidden = !isThere;
	if (!isThere) {
		say(element, "status",
			answer.status === 0 ? TEXTS.away : TEXTS.unsendable, "bad");
		return;
	}
	say(element, "status", fill(TEXTS.answered, {
		status: `${answer.status} ${answer.reason}`.trim(), time: answer.time,
	}), answer.status < 400 ? "good" : "bad");
	part(element, "body").hidden = answer.text === "";
	part(element, "text").textContent = data === undefined ?
		answer.text : JSON.stringify(data, null, 2);
	part(element, "headers").textContent = answer.headers
		.map(([name, value]) => `${name}: ${value}`).join("\n");
	part(element, "tokens").replaceChildren(
		...tokens.map(([name, , decoded]) => show(name, decoded)));
}

async function copy(element, text) {
	try {
		await navigator.clipboard.writeText(text);
		say(element, "copied", TEXTS.copied, "good");
	} catch {
		getSelection().selectAllChildren(part(element, "curl"));
		say(element, "copied", TEXTS.uncopied);
	}
}

// Makes the article of an operation. bearer: { value, take(tokens) }. What it
// returns can be refreshed when the token has changed, and offered values.
export function makeOperation(operation, base, bearer) {
	const element = copyOf("operation");
	const form = element.querySelector("form");
	const button = form.querySelector("button");
	const select = part(element, "encoding").querySelector("select");
	const secrets = part(element, "secrets").querySelector("input");

	describe(element, operation);
	select.id = `${operation.id}-encoding`;
	part(element, "encoding").querySelector("label").htmlFor = select.id;
	const fields = makeFields(part(element, "fields"), operation);

	function request(isMasked = false) {
		return compose(operation, base, collect(fields, isMasked), select.value,
			isMasked ? maskOf(bearer.value()) : bearer.value());
	}

	function refresh() {
		part(element, "curl").textContent = toCurl(request(!secrets.checked));
		say(element, "copied", "");
	}

	// What another answer gave for fields of that name that nobody has filled.
	function offer(name, value) {
		for (const { field, input } of fields) {
			const isOurs = input.value === "" ||
				input.value === input.dataset.offered;

			if (field.name === name && field.type === "string" && isOurs)
				input.value = input.dataset.offered = value;
		}
	}

	async function submit() {
		clearFaults(fields);
		say(element, "status", TEXTS.waiting);
		const answer = await send(request());
		const data = parse(answer.text);
		const tokens = answer.status >= 200 && answer.status < 300 ?
			find(data) : [];

		showAnswer(element, answer, data, tokens);
		bearer.take(tokens);
		if (!(answer.status === 400 && showFaults(fields, data ?? {})))
			part(element, "status").scrollIntoView({ block: "nearest" });
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (button.hasAttribute("aria-disabled"))
			return;
		button.setAttribute("aria-disabled", "true");
		try {
			await submit();
		} finally {
			button.removeAttribute("aria-disabled");
		}
	});
	form.addEventListener("input", refresh);
	secrets.addEventListener("change", refresh);
	part(element, "copy").addEventListener("click", () =>
		copy(element, toCurl(request())));
	refresh();
	return { element, refresh, offer };
}
