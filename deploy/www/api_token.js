// api_token.js - reads what a token says, and asks nobody.
import { copyOf, make, part } from "./dom.js";
import { language, t } from "./language.js";
import { decode } from "./postern.js";

const TEXTS = {
	exp: t("When it expires:"),
	iat: t("When it was issued:"),
	refresh_exp: t("Until when it can be refreshed:"),
};
const UNITS = { day: 86400, hour: 3600, minute: 60, second: 1 };

// All tokens in an answer, however deep: [{ name, token, header, claims }].
export function find(data, name = "") {
	const decoded = decode(data);

	if (decoded)
		return [{ name, token: data, ...decoded }];
	if (typeof data !== "object")
		return [];
	return Object.entries(data ?? {}).flatMap(([key, one]) => find(one, key));
}

export function localTime(seconds) {
	return new Intl.DateTimeFormat(language,
		{ dateStyle: "medium", timeStyle: "long" }).format(seconds * 1000);
}

function inWords(seconds) {
	const distance = seconds - Date.now() / 1000;
	const [unit, size] = Object.entries(UNITS).find(([, length]) =>
		Math.abs(distance) >= length) ?? ["second", 1];

	return new Intl.RelativeTimeFormat(language, { numeric: "auto" })
		.format(Math.round(distance / size), unit);
}

// Seconds since 1970, between 2001 and 2286.
export function isTime(value) {
	return Number.isFinite(value) && value >= 1e9 && value < 1e10;
}

function showClaim([name, value]) {
	const lines = [make("code", {}, JSON.stringify(value))];

	if (isTime(value))
		lines.push(TEXTS[name] ?? "", make("time",
			{ datetime: new Date(value * 1000).toISOString() },
			localTime(value)), inWords(value));
	return [make("dt", {}, make("code", {}, name)),
		...lines.filter(Boolean).map((line) => make("dd", {}, line))];
}

// An element that says what is in a token.
export function show({ name, header, claims }) {
	const element = copyOf("decoded");

	part(element, "name").textContent = name;
	part(element, "header").textContent = JSON.stringify(header);
	part(element, "claims").append(...Object.entries(claims).flatMap(showClaim));
	return element;
}
