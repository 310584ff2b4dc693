// username.js - asks for the letter, and behind its link takes the new username.
import { isGood, onSubmit, say, send, showProblem, takeTicket }
	from "./postern.js";

const ask = document.getElementById("ask");
const confirm = document.getElementById("confirm");
let ticket = null;

function start() {
	ticket = takeTicket() ?? ticket;
	confirm.hidden = ticket === null;
	ask.hidden = ticket !== null;
}

onSubmit(ask, async (fields, form) => {
	const answer = await send("/api/reset/username/", fields);

	if (isGood(answer))
		say(form, "If this address has an account, a letter is on its way. If none comes, ask again in a minute.",
			"good");
	else
		showProblem(form, answer.data);
});

onSubmit(confirm, async (fields, form) => {
	const answer = await send("/api/reset/username/confirm/", {
		...ticket,
		new_username: fields.new_username,
		re_new_username: fields.new_username,
	});

	if (isGood(answer)) {
		form.reset();
		for (const part of form.querySelectorAll("label, input, button"))
			part.hidden = true;
		say(form, "Your username is set. You can log in with it now.", "good");
		return;
	}
	showProblem(form, answer.data);
	ask.hidden = !("token" in answer.data || "uid" in answer.data);
});

window.addEventListener("hashchange", start);
start();
