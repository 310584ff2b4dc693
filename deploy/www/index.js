// index.js - home: who is logged in, and what a token opens and says.
import { onSubmit, problemOf, say } from "./forms.js";
import { make } from "./dom.js";
import { moment, t } from "./language.js";
import { accessToken, decode, isAccessSent, isGood, isLoggedIn, logout,
	onChange, request } from "./postern.js";

const [inside, outside, hello, claims, left, end] =
	["inside", "outside", "hello", "claims", "left", "logout"]
		.map((id) => document.getElementById(id));
const times = ["exp", "iat", "nbf", "refresh_exp"];

function row(name, value) {
	const said = typeof value === "string" ? value
		: times.includes(name) ? `${value} · ${moment(value)}`
			: JSON.stringify(value);

	claims.append(make("dt", {}, name), make("dd", {}, said));
}

function showClaims() {
	const said = decode(accessToken())?.claims;

	claims.replaceChildren();
	claims.hidden = !said;
	if (said)
		Object.entries(said).forEach(([name, value]) => row(name, value));
	showLeft();
}

// Once a second; screen readers are not told each time.
function showLeft() {
	const exp = decode(accessToken())?.claims.exp;
	const seconds = Math.max(0, Math.ceil(exp - Date.now() / 1000));

	left.textContent = exp === undefined
		? isAccessSent()
			? t("The access token is in a cookie that no script can read.")
			: ""
		: seconds === 0
			? t("The access token has expired; the next request gets another one.")
			: t("The access token expires in {minutes}:{seconds}.", {
				minutes: Math.floor(seconds / 60),
				seconds: String(seconds % 60).padStart(2, "0"),
			});
}

async function ask() {
	const answer = await request("GET", "/api/hello/");

	showClaims();
	return answer;
}

function greet({ data }) {
	say(hello, data.message, "good");
}

async function show() {
	inside.hidden = !isLoggedIn();
	outside.hidden = isLoggedIn();
	if (inside.hidden)
		return;
	const answer = await request("GET", "/api/me/");

	showClaims();
	document.getElementById("who").textContent = isGood(answer)
		? t("You are signed in as {username}.", answer.data)
		: problemOf(answer);
}

for (const place of document.querySelectorAll("[data-origin]"))
	place.textContent = location.origin;
onSubmit(hello, ask, greet, showClaims);
onSubmit(end, logout, show);
onChange(show);
setInterval(showLeft, 1000);
show();
