// forms.js - what the pages share: forms, what is said below them, the link of
// a letter.
import { t } from "./language.js";
import { isGood } from "./postern.js";

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
		describe(input);
	}
}

// aria-describedby: hints that stand there always, and what is wrong.
function describe(input, ...more) {
	const ids = [input.dataset.hint, ...more].filter(Boolean);

	if (ids.length > 0)
		input.setAttribute("aria-describedby", ids.join(" "));
	else
		input.removeAttribute("aria-describedby");
}

// Writes sentences below a field.
function showFault(input, sentences) {
	const fault = document.createElement("p");

	fault.className = "fault";
	fault.id = `${input.id}-fault`;
	fault.textContent = sentences.map((sentence) => t(sentence)).join(" ");
	input.after(fault);
	input.setAttribute("aria-invalid", "true");
	describe(input, fault.id);
}

// Shows why an answer is not good: by field where it names one of the form, and
// takes the keyboard to the first.
export function showProblem(form, { code, messages, ...data }) {
	for (const input of form.querySelectorAll("input")) {
		if (data[input.name] === undefined)
			continue;
		input.closest(".otp")?.removeAttribute("hidden");
		showFault(input, [data[input.name]].flat());
		delete data[input.name];
	}
	say(form, problemOf({ data }) || t("Please look at the form again."), "bad");
	form.querySelector("[aria-invalid]")?.focus();
}

// What a form has to say before it is sent, as an answer would.
function missing(form) {
	const faults = {};

	for (const input of form.querySelectorAll("input[required]"))
		if (input.value === "" && input.closest("[hidden]") === null)
			faults[input.name] = ["This field is required."];
	const again = form.elements.again;
	const first = form.querySelector("input[data-twice]");

	if (again && first && again.value !== first.value)
		faults.again ??= ["The two passwords differ."];
	return faults;
}

// Sends a form with `post(fields)`, which resolves to an answer; afterwards
// done(answer, form) for a good one, else its problem is shown and
// failed(answer, form) called. One submission at a time; what was typed stays,
// but for passwords and codes after a good answer.
export function onSubmit(form, post, done, failed = () => {}) {
	const message = document.createElement("p");

	message.className = "message";
	message.setAttribute("role", "status");
	form.append(message);
	form.noValidate = true;
	for (const input of form.querySelectorAll("[aria-describedby]"))
		input.dataset.hint = input.getAttribute("aria-describedby");
	form.addEventListener("submit", async (event) => {
		const button = event.submitter ?? form.querySelector("button");

		event.preventDefault();
		if (button.getAttribute("aria-disabled") === "true")
			return;
		clearFaults(form);
		const faults = missing(form);

		if (Object.keys(faults).length > 0) {
			showProblem(form, faults);
			return;
		}
		button.setAttribute("aria-disabled", "true");
		say(form, t("One moment …"));
		try {
			const { again, ...fields } =
				Object.fromEntries(new FormData(form));
			const answer = await post(fields);

			if (isGood(answer)) {
				say(form, "");
				for (const input of form.querySelectorAll(
					"[type=password], [name=otp]"))
					input.value = "";
				await done(answer, form);
			} else {
				showProblem(form, answer.data);
				await failed(answer, form);
			}
		} finally {
			button.removeAttribute("aria-disabled");
		}
	});
}

// A form that has done what it is for: nothing is left of it but the message.
export function finish(form, text) {
	for (const part of form.querySelectorAll(":scope > :not(.message)"))
		part.hidden = true;
	say(form, text, "good");
	const message = form.querySelector(".message");

	message.tabIndex = -1;
	message.focus();
}

// Marks the rules of a new password that it keeps. The list is
// <ul class="rules" data-for="ID of the input">; data-min-length says how long
// it must be. By the last rule, and others, the site judges alone.
export function watchPassword(form) {
	const list = form.querySelector(".rules");
	const input = document.getElementById(list.dataset.for);
	const least = Number(list.dataset.minLength);
	const rules = [
		[t("At least {n} characters", { n: least }),
			(text) => [...text].length >= least],
		[t("Not of digits alone"), (text) => !/^\d*$/.test(text)],
		[t("Not like your name or address, and not a common one"), () => false],
	];
	const mark = () => list.replaceChildren(...rules.map(([rule, holds]) => {
		const item = document.createElement("li");
		const kept = holds(input.value);

		item.className = kept ? "kept" : "";
		item.textContent = kept ? t("{rule}: done", { rule }) : rule;
		return item;
	}));

	form.addEventListener("input", mark);
	mark();
}

// What an answer that is not good says, in one sentence.
export function problemOf({ data: { code, messages, ...data } }) {
	return Object.values(data).flat().map((text) => t(text)).join(" ");
}

// Takes values out of the fragment of a letter's link, which link.js has taken
// out of the address bar. null: they are not all there.
export function takeLink(names) {
	const values = new URLSearchParams((location.hash || globalThis.fragment).slice(1));

	globalThis.fragment = "";
	if (location.hash !== "")
		history.replaceState(null, "", location.pathname + location.search);
	if (!names.every((name) => values.get(name)))
		return null;
	return Object.fromEntries(names.map((name) => [name, values.get(name)]));
}

// Shows `form` behind the link of a letter, and `other` without. Returns where
// its values are: { uid, token } is what `ticket` holds, or null.
export function behindLink(form, other) {
	const link = { ticket: null };
	const look = () => {
		link.ticket = takeLink(["uid", "token"]) ?? link.ticket;
		form.hidden = link.ticket === null;
		other.hidden = link.ticket !== null;
	};

	addEventListener("hashchange", look);
	look();
	return link;
}

// Whether an answer says that the link itself is no good.
export function isLinkBad(answer) {
	return ["uid", "token", "invitation"].some((name) => name in answer.data);
}
