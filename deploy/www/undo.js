// undo.js - the page behind the way back to an old address. Opening it uses
// nothing up; the button does.
import { isGood, onSubmit, say, send, showProblem, takeTicket }
	from "./postern.js";

const form = document.getElementById("undo");
const lost = document.getElementById("lost");
let ticket = null;

function start() {
	ticket = takeTicket() ?? ticket;
	form.hidden = ticket === null;
	lost.hidden = ticket !== null;
}

onSubmit(form, async () => {
	const answer = await send("/api/me/email/undo/", ticket);

	if (isGood(answer)) {
		for (const part of form.querySelectorAll("button"))
			part.hidden = true;
		say(form, "Your account has its old address again. Choose a new password with the letter that we send you.", "good");
		return;
	}
	showProblem(form, answer.data);
	lost.hidden = !("token" in answer.data);
});

window.addEventListener("hashchange", start);
start();
