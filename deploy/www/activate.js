// activate.js - the page behind the link of an activation letter. Opening it
// uses nothing up; the button does.
import { isGood, onSubmit, say, send, showProblem, takeTicket }
	from "./postern.js";

const activate = document.getElementById("activate");
const resend = document.getElementById("resend");
let ticket = null;

function start() {
	ticket = takeTicket() ?? ticket;
	activate.hidden = ticket === null;
	resend.hidden = ticket !== null;
}

onSubmit(activate, async (fields, form) => {
	const answer = await send("/api/activate/", ticket);

	if (isGood(answer)) {
		form.querySelector("button").hidden = true;
		say(form, "Your account is active. You can log in now.", "good");
		return;
	}
	showProblem(form, answer.data);
	if (answer.status === 400 || answer.status === 403)
		resend.hidden = false;
});

onSubmit(resend, async (fields, form) => {
	const answer = await send("/api/activate/resend/", fields);

	if (isGood(answer))
		say(form, "If there is something to activate, a letter is on its way. If none comes, ask again in a minute.",
			"good");
	else
		showProblem(form, answer.data);
});

window.addEventListener("hashchange", start);
start();
