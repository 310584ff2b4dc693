// account.js - the own account: names, address, username, password, two-step
// login, sessions, its end.
import { make } from "./dom.js";
import { finish, onSubmit, problemOf, say, watchPassword } from "./forms.js";
import { moment, t } from "./language.js";
import { forget, isGood, isLoggedIn, logout, onChange, refresh, request }
	from "./postern.js";

const at = (id) => document.getElementById(id);
const signIn = `signin.html?next=${encodeURIComponent(location.pathname)}`;
const leave = () => location.replace(signIn);
let shown = null; // the id of the account that is shown

// What a change asks for, in each form anew.
for (const place of document.querySelectorAll(".proof")) {
	const proof = at("proof").content.cloneNode(true);

	for (const label of proof.querySelectorAll("label")) {
		const input = label.nextElementSibling;

		input.id = label.htmlFor = `${place.closest("form").id}-${input.name}`;
	}
	place.replaceWith(proof);
}

// What the account is now

function showMe(me) {
	shown = me.id;
	at("is-email").textContent = me.email;
	at("is-username").textContent = me.username;
	at("names").elements.first_name.value = me.first_name;
	at("names").elements.last_name.value = me.last_name;
	// Hidden: whoever keeps passwords wants to know whose it is.
	for (const input of document.querySelectorAll("input[hidden]"))
		input.value = me.username;
}

async function showTwoStep() {
	const answer = await request("GET", "/api/me/totp/");

	// 404: the site has none.
	at("two-step").hidden = answer.status === 404;
	if (!isGood(answer)) {
		say(at("two-step"), problemOf(answer), "bad");
		return;
	}
	const { enabled, recovery_codes_left: codes } = answer.data;

	at("totp-off").hidden = enabled;
	at("totp-on").hidden = !enabled;
	at("codes-left").textContent =
		t("{n} recovery codes are left.", { n: codes });
	for (const step of document.querySelectorAll("main .otp"))
		step.hidden = !enabled;
}

// "Firefox, Linux" of a User-Agent; what it does not know is shown whole.
function programOf(agent) {
	const names = { Edg: "Edge", OPR: "Opera", "Mac OS": "macOS" };
	const find = (...signs) => {
		const found = signs.find((sign) => agent.includes(sign));

		return names[found] ?? found;
	};
	const browser = find("Edg", "OPR", "Firefox", "Chrome", "Safari");
	const system =
		find("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux");

	if (agent === "")
		return t("unknown program");
	return browser && system ? `${browser}, ${system}` : agent;
}

function sessionItem(session) {
	const text = t("{agent}: from {address}, last used {when}", {
		agent: programOf(session.agent),
		address: session.address, when: moment(session.last_used),
	});
	const end = session.current ? t("This one: sign out") : t("End it");
	const form = make("form", {}, make("p", {}, text),
		make("button", { class: "quiet", "aria-label": `${end}: ${text}` }, end));

	if (session.current)
		onSubmit(form, logout, leave);
	else
		onSubmit(form, () => request("DELETE",
			`/api/me/sessions/${encodeURIComponent(session.id)}/`), showSessions);
	return make("li", {}, form);
}

async function showSessions() {
	const answer = await request("GET", "/api/me/sessions/");

	if (isGood(answer))
		at("sessions").replaceChildren(...answer.data.map(sessionItem));
	else
		say(at("everywhere"), problemOf(answer), "bad");
}

async function show() {
	const answer = await request("GET", "/api/me/");

	if (!isLoggedIn()) {
		leave();
		return;
	}
	at("account").hidden = !isGood(answer);
	at("problem").hidden = isGood(answer);
	if (!isGood(answer)) {
		at("problem").textContent = problemOf(answer);
		return;
	}
	showMe(answer.data);
	await Promise.all([showTwoStep(), showSessions()]);
}

// What can be changed

onSubmit(at("names"), (fields) => request("PATCH", "/api/me/", fields),
	({ data }, form) => {
		showMe(data);
		say(form, t("Saved."), "good");
	});
onSubmit(at("email"), (fields) => request("POST", "/api/me/email/", fields),
	(answer, form) => say(form, t("We have written to the new address. Nothing " +
		"changes before you open the link in that letter."), "good"));
onSubmit(at("username"), (fields) => request("POST", "/api/me/username/",
	{ ...fields, re_new_username: fields.new_username }),
async (answer, form) => {
	form.reset();
	await show();
	say(form, t("Saved."), "good");
});

watchPassword(at("password"));
onSubmit(at("password"), ({ current_password, new_password, otp }) =>
	request("POST", "/api/me/password/", {
		current_password, new_password, re_new_password: new_password, otp,
	}), async (answer, form) => {
	say(form, t("Your password is changed."), "good");
	// All sessions have ended, or this one stays, as the site is configured.
	await refresh();
});

// Two-step login

function showCodes(codes) {
	at("codes").replaceChildren(...codes.map((code) =>
		make("li", {}, make("code", {}, code))));
	at("codes-shown").hidden = false;
	at("codes-shown").focus();
}

function showSecret({ secret, qr }) {
	const picture = qr === null ? null
		: new DOMParser().parseFromString(qr, "image/svg+xml").documentElement;

	at("qr").replaceChildren(...(picture ? [picture] : []));
	at("secret").textContent = secret.match(/.{1,4}/g).join(" ");
	at("totp-confirm").hidden = false;
	at("totp-confirm").elements.otp.focus();
}

onSubmit(at("totp-begin"), (fields) => request("POST", "/api/me/totp/", fields),
	({ data }) => showSecret(data));
onSubmit(at("totp-confirm"),
	({ otp }) => request("POST", "/api/me/totp/confirm/", { otp }),
	async ({ data }, form) => {
		form.hidden = true;
		at("qr").replaceChildren();
		at("secret").textContent = "";
		await showTwoStep();
		showCodes(data.recovery_codes);
	});
onSubmit(at("totp-codes"),
	(fields) => request("POST", "/api/me/totp/recovery/", fields),
	async ({ data }) => {
		await showTwoStep();
		showCodes(data.recovery_codes);
	});
onSubmit(at("totp-end"), (fields) => request("DELETE", "/api/me/totp/", fields),
	async () => {
		at("codes-shown").hidden = true;
		await showTwoStep();
		say(at("two-step"), t("Two-step login is off."), "good");
	});

// The end

onSubmit(at("everywhere"), () => request("DELETE", "/api/me/sessions/"), () => {
	forget();
	leave();
});
onSubmit(at("delete"), (fields) => request("DELETE", "/api/me/", fields), () => {
	shown = null;
	forget();
	finish(at("delete"), t("Your account is deleted."));
	at("delete").previousElementSibling.hidden = true;
	for (const section of document.querySelectorAll("#account > section"))
		section.hidden = !section.contains(at("delete"));
});

// Whoever is signed in again goes on with what is typed; somebody else does not.
async function judge(isIn) {
	at("ended").hidden = isIn || shown === null;
	if (!isIn || shown === null)
		return;
	const answer = await request("GET", "/api/me/");

	if (isGood(answer) && answer.data.id !== shown)
		location.reload();
}

at("again").href = signIn;
onChange(judge);
if (isLoggedIn())
	show();
else
	leave();
