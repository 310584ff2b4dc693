// signin.js - username and password, and the second step where there is one.
import { onSubmit, say } from "./forms.js";
import { t } from "./language.js";
import { isGood, isLoggedIn, login, onChange, refresh } from "./postern.js";

const form = document.getElementById("signin");
const step = form.querySelector(".otp");
const leave = () => location.replace("./");

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
}, leave, (answer) => {
	if (answer.data.code !== "otp_required")
		return;
	// That is no fault.
	step.hidden = false;
	say(form, t("Type the code that your app shows, or a recovery code."));
	form.elements.otp.focus();
});
onChange((isIn) => isIn && leave());
// Who is logged in already has nothing to do here, unless that has ended.
if (isLoggedIn() && isGood(await refresh()))
	leave();
