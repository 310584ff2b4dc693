// postern.js - what the pages share: requests, forms, the link of a letter.

// Resolves to { status, data }; status 0 means that no answer came.
export async function send(path, fields, bearer) {
	const request = { method: "POST", headers: {}, credentials: "omit" };

	if (fields === undefined) {
		request.method = "GET";
	} else {
		request.headers["Content-Type"] = "application/json";
		request.body = JSON.stringify(fields);
	}
	if (bearer !== undefined)
		request.headers.Authorization = `Bearer ${bearer}`;
	try {
		const answer = await fetch(path, request);
		const text = await answer.text();
		let data = {};

		try {
			data = JSON.parse(text || "{}");
		} catch {
			data = { detail: `The site answered ${answer.status}.` };
		}
		return { status: answer.status, data };
	} catch {
		return { status: 0, data: { detail: "The site does not answer." } };
	}
}

export function isGood(answer) {
	return answer.status >= 200 && answer.status < 300;
}

export function say(form, text, kind = "") {
	const message = form.querySelector(".message");

	message.textContent = text;
	message.className = `message ${kind}`;
}

function clearFaults(form) {
	for (const fault of form.querySelectorAll(".fault"))
		fault.remove();
	for (const input of form.querySelectorAll("[aria-invalid]")) {
		input.removeAttribute("aria-invalid");
		input.removeAttribute("aria-describedby");
	}
}

// Writes sentences below a field and takes the keyboard there.
export function showFault(input, sentences) {
	const fault = document.createElement("p");

	fault.className = "fault";
	fault.id = `${input.id}-fault`;
	fault.textContent = sentences.join(" ");
	input.after(fault);
	input.setAttribute("aria-invalid", "true");
	input.setAttribute("aria-describedby", fault.id);
}

// Shows why an answer is not good: by field where it names one of the form.
export function showProblem(form, data) {
	const { code, messages, ...rest } = data;

	for (const input of form.querySelectorAll("input")) {
		if (rest[input.name] === undefined)
			continue;
		showFault(input, [rest[input.name]].flat());
		delete rest[input.name];
	}
	say(form, Object.values(rest).flat().join(" ") ||
		"Please look at the form again.", "bad");
	form.querySelector("[aria-invalid]")?.focus();
}

// handle(fields, form) runs at each submission, one at a time.
export function onSubmit(form, handle) {
	form.addEventListener("submit", async (event) => {
		const button = form.querySelector("button");

		event.preventDefault();
		if (button.getAttribute("aria-disabled") === "true")
			return;
		button.setAttribute("aria-disabled", "true");
		clearFaults(form);
		say(form, "One moment …");
		try {
			await handle(Object.fromEntries(new FormData(form)), form);
		} finally {
			button.removeAttribute("aria-disabled");
		}
	});
}

// Takes values out of the address bar, so that neither the history nor somebody
// behind the screen has them. null: they are not all there.
function takeValues(names) {
	const values = new URLSearchParams(location.hash.slice(1));

	if (location.hash === "")
		return null;
	history.replaceState(null, "", location.pathname);
	if (!names.every((name) => values.get(name)))
		return null;
	return Object.fromEntries(names.map((name) => [name, values.get(name)]));
}

// Takes { uid, token } of the link of a letter.
export function takeTicket() {
	return takeValues(["uid", "token"]);
}

// Takes { email, token } of the link of an invitation.
export function takeInvitation() {
	return takeValues(["email", "token"]);
}
