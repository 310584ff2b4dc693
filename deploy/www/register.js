// register.js - the page behind the link of an invitation.
import { isGood, onSubmit, say, send, showProblem, takeInvitation }
	from "./postern.js";

const form = document.getElementById("signup");
const lost = document.getElementById("lost");
let ticket = null;

function start() {
	ticket = takeInvitation() ?? ticket;
	form.hidden = ticket === null;
	lost.hidden = ticket !== null;
	if (ticket !== null)
		form.elements.email.value = ticket.email;
}

onSubmit(form, async (fields) => {
	const answer = await send("/api/register/", {
		...fields,
		re_password: fields.password,
		invitation: ticket.token,
	});

	if (isGood(answer)) {
		for (const part of form.querySelectorAll("label, input, button"))
			part.hidden = true;
		say(form, "Your account is ready. You can log in now.", "good");
		return;
	}
	showProblem(form, answer.data);
	lost.hidden = !("invitation" in answer.data);
});

window.addEventListener("hashchange", start);
start();
