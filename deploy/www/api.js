// api.js - the API console: a list of all endpoints of openapi.json, and the one
// of them that the address names.
import { make, paragraphs, part } from "./dom.js";
import { makeOperation } from "./api_operation.js";
import { read } from "./api_schema.js";
import { find, isTime, localTime } from "./api_token.js";
import { language, t } from "./language.js";

// What goes into the header is called so in the answers of a login.
const BEARERS = ["access", "token"];

const [menu, overview, field, state] =
	["menu", "overview", "token", "token-state"]
		.map((id) => document.getElementById(id));
const title = document.querySelector("title");
const wide = matchMedia("(min-width: 60rem)");
const operations = new Map();
const shown = new Map();
// What answers gave for fields of a name.
const offers = new Map();
let base = "";

// Without blanks and whatever else no header can carry.
function token() {
	return field.value.replace(/[^!-~]/g, "");
}

function showToken() {
	const end = find(token())[0]?.claims.exp;
	const values = { time: isTime(end) && localTime(end) };

	state.textContent = !token() ? "" :
		!values.time ? t("This is no token that expires.") :
			end * 1000 > Date.now() ? t("It expires on {time}.", values) :
				t("It has expired on {time}.", values);
	for (const one of shown.values())
		one.refresh();
}

function take(tokens) {
	const found = tokens.find(({ name }) => BEARERS.includes(name));

	for (const one of tokens.filter((other) => other !== found)) {
		offers.set(one.name, one.token);
		for (const { offer } of shown.values())
			offer(one.name, one.token);
	}
	if (found)
		field.value = found.token;
	showToken();
}

// The article that the address names, made when it is first looked at.
function articleOf(hash) {
	if (!operations.has(hash))
		return overview;
	if (!shown.has(hash)) {
		const made = makeOperation(operations.get(hash), base,
			{ value: token, take });

		for (const [name, value] of offers)
			made.offer(name, value);
		made.refresh();
		overview.after(made.element);
		shown.set(hash, made);
	}
	return shown.get(hash).element;
}

function route() {
	const { hash } = location;
	const article = articleOf(hash);

	overview.hidden = article !== overview;
	for (const { element } of shown.values())
		element.hidden = element !== article;
	for (const link of menu.querySelectorAll("a"))
		link.ariaCurrent = link.hash === hash ? "page" : null;
	title.textContent = operations.get(hash)?.summary ?? t("API console");
	title.lang = operations.has(hash) ? "en" : language;
	menu.open = wide.matches;
	menu.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
	return article.querySelector("h2");
}

function makeLink(operation) {
	const { id, method, path, summary } = operation;
	const link = make("a", { href: `#${id}` }, make("span", { lang: "en" }, summary), " ",
		make("span", { class: "line" },
			make("span", { class: `method ${method}` }, method), " ",
			make("code", {}, path)));

	operations.set(link.hash, operation);
	return make("li", {}, link);
}

function build(description) {
	base = description.base;
	for (const [tag, group] of description.groups)
		document.getElementById("groups").append(
			tag ? make("h3", { lang: "en" }, tag) :
				make("h3", {}, t("Other")),
			make("ul", {}, ...group.map(makeLink)));
	part(overview, "about").append(...paragraphs(description.about));
	document.getElementById("bearer").hidden = false;
	route();
}

async function load() {
	try {
		const answer = await fetch(new URL("openapi.json", import.meta.url),
			{ credentials: "omit" });

		build(read(await answer.json()));
	} catch {
		const problem = document.getElementById("problem");

		problem.hidden = false;
		problem.textContent = t("The description of the API cannot be loaded. " +
			"Reload the page to try again.");
	}
}

field.addEventListener("input", showToken);
document.getElementById("forget").addEventListener("click", () => {
	field.value = "";
	showToken();
	field.focus();
});
// The keyboard, and who is read to, go to what a link opened.
function follow() {
	route().focus();
}

window.addEventListener("hashchange", follow);
menu.addEventListener("click", (event) => {
	if (event.target.closest("a")?.hash === location.hash)
		follow();
});
document.getElementById("skip").addEventListener("click", (event) => {
	event.preventDefault();
	follow();
});
wide.addEventListener("change", () => {
	menu.open = wide.matches;
});
load();
