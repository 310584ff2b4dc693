// api.js - the API console: a list of all endpoints of openapi.json, and the one
// of them that the address names.
import { fill, make, paragraphs, part } from "./api_dom.js";
import { makeOperation } from "./api_operation.js";
import { read } from "./api_schema.js";
import { decode, localTime } from "./api_token.js";

const TEXTS = {
	title: "API console",
	other: "Other",
	unloaded: "The description of the API cannot be loaded. Reload the page to try again.",
	taken: "The access token of this answer is in its place now.",
	until: "It expires on {time}.",
	expired: "It has expired on {time}.",
	unread: "This does not look like a token.",
};
// Names of what goes into the header, in the answers of a login.
const BEARERS = ["access", "token"];

const field = document.getElementById("token");
const state = document.getElementById("token-state");
const menu = document.getElementById("menu");
const overview = document.getElementById("overview");
const wide = matchMedia("(min-width: 60rem)");
const links = new Map();
const shown = new Map();
// Of answers so far, by name, for fields of that name.
const offers = new Map();
let description = null;

function refreshAll() {
	for (const one of shown.values())
		one.refresh();
}

function showState() {
	const token = field.value.trim();
	const end = decode(token)?.claims.exp;

	if (token === "")
		state.textContent = "";
	else if (!Number.isFinite(end))
		state.textContent = TEXTS.unread;
	else
		state.textContent = fill(end * 1000 > Date.now() ?
			TEXTS.until : TEXTS.expired, { time: localTime(end) });
	refreshAll();
}

function take(tokens) {
	const found = tokens.find(([name]) => BEARERS.includes(name));

	for (const [name, token] of tokens.filter((one) => one !== found)) {
		offers.set(name, token);
		for (const one of shown.values())
			one.offer(name, token);
	}
	if (found)
		field.value = found[1];
	showState();
}

const bearer = { value: () => field.value.trim(), take };

// The operation that the address names, made when it is first looked at.
function current() {
	let id = location.hash.slice(1);

	try {
		id = decodeURIComponent(id);
	} catch {
		// It stays as it is then.
	}
	const operation = links.get(id)?.operation;

	if (!operation)
		return null;
	if (!shown.has(id)) {
		const made = makeOperation(operation, description.base, bearer);

		for (const [name, token] of offers)
			made.offer(name, token);
		made.refresh();
		document.getElementById("main").append(made.element);
		shown.set(id, made);
	}
	return operation;
}

function headingOf(operation) {
	return (operation ? shown.get(operation.id).element : overview)
		.querySelector("h2");
}

function route() {
	const operation = current();

	overview.hidden = operation !== null;
	for (const [id, { element }] of shown)
		element.hidden = id !== operation?.id;
	for (const [id, { link }] of links) {
		if (id === operation?.id)
			link.setAttribute("aria-current", "page");
		else
			link.removeAttribute("aria-current");
	}
	document.title = operation?.summary ?? TEXTS.title;
	menu.open = wide.matches;
	return operation;
}

// On a link the keyboard and the reader go to what it opened.
function follow() {
	headingOf(route()).focus();
	window.scrollTo(0, 0);
}

function makeLink(operation) {
	const link = make("a", { href: `#${encodeURIComponent(operation.id)}` },
		make("span", {}, operation.summary), " ",
		make("span", { class: "line" },
			make("span", { class: `method ${operation.method.toLowerCase()}` },
				operation.method), " ", make("code", {}, operation.path)));

	links.set(operation.id, { link, operation });
	return make("li", {}, link);
}

function build() {
	for (const [tag, operations] of description.groups)
		document.getElementById("groups").append(
			make("h3", {}, tag || TEXTS.other),
			make("ul", {}, ...operations.map(makeLink)));
	part(overview, "about").append(...paragraphs(description.about));
	document.getElementById("bearer").hidden = false;
	route();
}

async function load() {
	try {
		const answer = await fetch(new URL("openapi.json", import.meta.url),
			{ credentials: "omit" });

		description = read(await answer.json());
	} catch {
		const problem = document.getElementById("problem");

		problem.hidden = false;
		problem.textContent = TEXTS.unloaded;
		return;
	}
	build();
	window.addEventListener("hashchange", follow);
	wide.addEventListener("change", () => {
		menu.open = wide.matches;
	});
}

field.addEventListener("input", showState);
document.getElementById("forget").addEventListener("click", () => {
	field.value = "";
	showState();
	field.focus();
});
document.getElementById("skip").addEventListener("click", (event) => {
	event.preventDefault();
	headingOf(description && current()).focus();
});
load();
