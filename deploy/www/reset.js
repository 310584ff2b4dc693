// reset.js - asks for the letter, and behind its link takes the new password.
import { isGood, onSubmit, say, send, showFault, showProblem, takeTicket }
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
	const answer = await send("/api/reset/", fields);

	if (isGood(answer))
		say(form, "If this address has an account, a letter is on its way. If none comes, ask again in a minute.",
			"good");
	else
		showProblem(form, answer.data);
});

onSubmit(confirm, async (fields, form) => {
	const again = form.elements.again;

	if (fields.new_password !== again.value) {
		showFault(again, ["The two passwords differ."]);
		say(form, "");
		again.focus();
		return;
	}
	const answer = await send("/api/reset/confirm/", {
		...ticket,
		new_password: fields.new_password,
		re_new_password: again.value,
	});

	if (isGood(answer)) {
		form.reset();
		for (const part of form.querySelectorAll("label, input, button"))
			part.hidden = true;
		say(form, "Your password is set. You can log in with it now.", "good");
		return;
	}
	showProblem(form, answer.data);
	ask.hidden = !("token" in answer.data || "uid" in answer.data);
});

window.addEventListener("hashchange", start);
start();
