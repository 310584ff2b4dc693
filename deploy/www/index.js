// index.js - the front page: sign up, log in, say hello.
import { isGood, onSubmit, say, send, showProblem } from "./postern.js";

const login = document.getElementById("login");
const logout = document.getElementById("logout");
let tokens = null;

for (const place of document.querySelectorAll("[data-origin]"))
	place.textContent = location.origin;

onSubmit(document.getElementById("signup"), async (fields, form) => {
	const answer = await send("/api/register/", fields);

	if (!isGood(answer)) {
		showProblem(form, answer.data);
		return;
	}
	say(form, "Done. Now open the link in the letter that we send to " +
		`${answer.data.email}.`, "good");
	login.elements.username.value = answer.data.username;
	form.reset();
});

onSubmit(login, async (fields, form) => {
	const answer = await send("/api/token/", fields);

	if (!isGood(answer)) {
		showProblem(form, answer.data);
		return;
	}
	tokens = answer.data;
	form.reset();
	logout.hidden = false;
	say(form, "You are logged in.", "good");
	say(logout, "");
});

// An access token lives for minutes; the refresh token gives the next one.
async function refresh() {
	const answer = await send("/api/token/refresh/", { refresh: tokens.refresh });

	if (isGood(answer))
		tokens = { ...tokens, ...answer.data };
	return answer;
}

onSubmit(document.getElementById("hello"), async (fields, form) => {
	let answer = await send("/api/hello/", undefined, tokens?.access);

	if (answer.status === 401 && tokens !== null) {
		answer = await refresh();
		if (isGood(answer))
			answer = await send("/api/hello/", undefined, tokens.access);
	}
	if (isGood(answer))
		say(form, answer.data.message, "good");
	else
		showProblem(form, answer.data);
});

onSubmit(logout, async (fields, form) => {
	const answer = await send("/api/token/blacklist/", {
		refresh: tokens.refresh,
	});

	if (!isGood(answer) && answer.status !== 401) {
		showProblem(form, answer.data);
		return;
	}
	tokens = null;
	say(login, "You are logged out.");
	say(document.getElementById("hello"), "");
	logout.hidden = true;
	login.elements.username.focus();
});
