// api_token.js - reads what a token says. Nobody is asked; the signature counts
// for nothing here.
import { copyOf, make, part } from "./api_dom.js";

const TEXTS = {
	exp: "When it expires",
	iat: "When it was issued",
	nbf: "From when it is good",
	refresh_exp: "Until when it can be refreshed",
};
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const language = document.documentElement.lang;

function parse(segment) {
	const bytes = Uint8Array.from(
		atob(segment.replaceAll("-", "+").replaceAll("_", "/")),
		(letter) => letter.charCodeAt(0));

	return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

// Returns { header, claims }, or null of what is no token.
export function decode(token) {
	const pieces = typeof token === "string" ? token.split(".") : [];

	if (pieces.length !== 3)
		return null;
	try {
		const [header, claims] = pieces.slice(0, 2).map(parse);

		return typeof header?.alg === "string" && typeof claims === "object" &&
			claims !== null ? { header, claims } : null;
	} catch {
		return null;
	}
}

export function localTime(seconds) {
	return new Intl.DateTimeFormat(language,
		{ dateStyle: "medium", timeStyle: "long" }).format(seconds * 1000);
}

function inWords(seconds) {
	const distance = seconds - Date.now() / 1000;
	const [unit, size] = UNITS.find(([, length]) =>
		Math.abs(distance) >= length) ?? UNITS.at(-1);

	return new Intl.RelativeTimeFormat(language, { numeric: "auto" })
		.format(Math.round(distance / size), unit);
}

// Seconds since 1970 between 2001 and 2286.
function isTime(name, value) {
	return Number.isFinite(value) && (name in TEXTS ||
		/exp|_at$/.test(name)) && value >= 1e9 && value < 1e10;
}

function showClaim(list, name, value) {
	list.append(make("dt", {}, make("code", {}, name)),
		make("dd", {}, make("code", {}, JSON.stringify(value))));
	if (!isTime(name, value))
		return;
	if (TEXTS[name])
		list.append(make("dd", {}, TEXTS[name]));
	list.append(make("dd", {}, make("time",
		{ datetime: new Date(value * 1000).toISOString() }, localTime(value))),
	make("dd", {}, inWords(value)));
}

// An element that says what is in a token.
export function show(name, { header, claims }) {
	const element = copyOf("decoded");

	part(element, "name").textContent = name;
	part(element, "header").textContent = JSON.stringify(header, null, 2);
	for (const [claim, value] of Object.entries(claims))
		showClaim(part(element, "claims"), claim, value);
	return element;
}

// All tokens in an answer, however deep: [[name, token, decoded], ...].
export function find(data, name = "") {
	const decoded = decode(data);

	if (decoded)
		return [[name, data, decoded]];
	if (typeof data !== "object" || data === null)
		return [];
	return Object.entries(data).flatMap(([key, value]) => find(value, key));
}
