// language.js - what stands around each page, and all in the reader's language.
// The text of the pages is English; another language is a file that says each
// sentence anew (de.js), en.js what people are told otherwise than programs. A
// page with <html data-more="api"> has more, in de_api.js. Where a file does not
// come, the page is English.
import { store, stored } from "./postern.js";

const LANGUAGES = { en: "English", de: "Deutsch" };
const PAGES = { "./": "Home", "account.html": "Account", "api/": "API" };
const STORE = "postern.language";
const ATTRIBUTES = ["aria-label", "placeholder", "title"];

function choose() {
	const wanted = [stored(STORE), ...navigator.languages];

	for (const name of wanted) {
		const language = name?.slice(0, 2).toLowerCase();

		if (language in LANGUAGES)
			return language;
	}
	return "en";
}

export const language = choose();

const none = { sentences: {}, patterns: [] };
const load = (name) => import(`./${name}.js`).catch(() => none);
const { sentences, patterns } = await load(language);
const { more } = document.documentElement.dataset;

if (more && language !== "en")
	Object.assign(sentences, (await load(`${language}_${more}`)).sentences);

// What is said of a sentence that has none in this language: itself. {NAME} in
// it stands for a value.
export function t(sentence, values = {}) {
	let said = sentences[sentence];

	if (said === undefined) {
		const pattern = patterns.find(([from]) => from.test(sentence));

		said = pattern ? sentence.replace(...pattern) : sentence;
	}
	return said.replaceAll(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// A moment of the API or a number of seconds (RFC 7519), for people.
export function moment(value) {
	const date = new Date(typeof value === "number" ? value * 1000 : value);

	return date.toLocaleString(language, {
		dateStyle: "medium", timeStyle: "short",
	});
}

function translateText(node) {
	const text = node.data.trim().replaceAll(/\s+/g, " ");

	if (text !== "")
		node.data = node.data.replace(/\S[^]*\S|\S/, () => t(text));
}

function translate(root) {
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
		node.parentElement?.closest("script, code, [lang]:not(html)")
			? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);

	while (walker.nextNode())
		translateText(walker.currentNode);
	for (const name of ATTRIBUTES)
		for (const element of root.querySelectorAll(`[${name}]`))
			element.setAttribute(name, t(element.getAttribute(name)));
}

function navigation(label, ...links) {
	const place = document.createElement("nav");

	place.setAttribute("aria-label", label);
	place.append(...links);
	return place;
}

function pageLink([path, label]) {
	const link = document.createElement("a");

	link.href = new URL(path, import.meta.url);
	link.textContent = t(label);
	return link;
}

function languageButton([name, label]) {
	const button = document.createElement("button");

	button.type = "button";
	button.className = "link";
	button.lang = name;
	button.textContent = label;
	if (name === language)
		button.setAttribute("aria-current", "true");
	button.addEventListener("click", () => {
		store(STORE, name);
		location.reload();
	});
	return button;
}

document.documentElement.lang = language;
if (language !== "en") {
	translate(document.documentElement);
	for (const { content } of document.querySelectorAll("template"))
		translate(content);
}
document.querySelector("header").prepend(navigation(t("Pages"),
	...Object.entries(PAGES).map(pageLink)));
document.querySelector("footer").append(navigation(t("Language"),
	...Object.entries(LANGUAGES).map(languageButton)));
