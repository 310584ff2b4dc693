// language.js - the pages in the reader's language. The text of the pages is
// English; another language is a file that says each sentence anew (de.js).
// en.js has only what is said otherwise to people than to programs. A page with
// <html data-more="api"> has sentences of its own, in de_api.js.
const LANGUAGES = { en: "English", de: "Deutsch" };
const STORE = "postern.language";
const ATTRIBUTES = ["aria-label", "placeholder", "title"];

function choose() {
	const wanted = [localStorage.getItem(STORE), ...navigator.languages];

	for (const name of wanted) {
		const language = name?.slice(0, 2).toLowerCase();

		if (language in LANGUAGES)
			return language;
	}
	return "en";
}

export const language = choose();

const { sentences, patterns } = await import(`./${language}.js`);
const { more } = document.documentElement.dataset;

if (more && language !== "en")
	Object.assign(sentences,
		(await import(`./${language}_${more}.js`)).sentences);

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

// The links by which the reader chooses, at the end of the page.
function offerLanguages() {
	const place = document.createElement("nav");

	place.setAttribute("aria-label", t("Language"));
	for (const [name, label] of Object.entries(LANGUAGES)) {
		const link = document.createElement("button");

		link.type = "button";
		link.className = "link";
		link.lang = name;
		link.textContent = label;
		if (name === language)
			link.setAttribute("aria-current", "true");
		link.addEventListener("click", () => {
			localStorage.setItem(STORE, name);
			location.reload();
		});
		place.append(link);
	}
	document.querySelector("footer").append(place);
}

document.documentElement.lang = language;
if (language !== "en") {
	translate(document.documentElement);
	for (const { content } of document.querySelectorAll("template"))
		translate(content);
}
offerLanguages();
