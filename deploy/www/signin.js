// signin.js - username and password, and the second step where there is one.
import { onSubmit, say } from "./forms.js";
import { t } from "./language.js";
import { isGood, isLoggedIn, login, refresh } from "./postern.js";

const form = document.getElementById("signin");
const step = form.querySelector(".otp");

// The page that was wanted (?next=), of this site alone: a path with one slash
// at its beginning, and nothing that browsers take for another or leave out.
const wanted = new URLSearchParams(location.search).get("next") ?? "";
const next = /^\/(?!\/)[^\\\x00-\x20\x7f]*$/.test(wanted) &&
	new URL(wanted, location.origin).origin === location.origin ? wanted : "./";

// Who is back at once was not let in there: not in circles.
function leave() {
	let isBack = false;

	try {
		isBack = Date.now() - sessionStorage.left < 5000;
		if (next !== "./")
			sessionStorage.left = Date.now();
	} catch {
		// This browser keeps nothing.
	}
	location.replace(isBack ? "./" : next);
}

// The second step sends the whole login again.
onSubmit(form, async ({ otp, remember, ...fields }) => {
	// email is what a site with login_field = email reads.
	const answer = await login({
		...fields, email: fields.username, ...(remember && { remember: true }),
		...(!step.hidden && { otp }),
	});

	if ("email" in answer.data)
		answer.data = { username: answer.data.email };
	if (answer.data.code === "otp_invalid")
		answer.data = { otp: [answer.data.detail] };
	return answer;
}, ({ isKept }) => isKept ? leave() : say(form,
	t("This browser keeps nothing for this site, so you cannot stay signed in."),
	"bad"),
(answer) => {
	if (answer.data.code !== "otp_required")
		return;
	// That is no fault.
	step.hidden = false;
	say(form, t("Type the code that your app shows, or a recovery code."));
	form.elements.otp.focus();
});
// In another tab; here the form says what comes next.
addEventListener("storage", () => isLoggedIn() && leave());
if (next !== "./" && !isLoggedIn())
	say(form, t("Please sign in."));
// Who is logged in already has nothing to do here, unless that has ended.
if (isLoggedIn() && isGood(await refresh()))
	leave();
