// signin.js - username and password, and the second step where there is one.
import { onSubmit } from "./forms.js";
import { isGood, isLoggedIn, login, onChange, refresh } from "./postern.js";

const form = document.getElementById("signin");
const leave = () => location.replace("./");

// The second step sends the whole login again; what asks for it is no fault.
onSubmit(form, async ({ otp, remember, ...fields }) => {
	const step = form.querySelector(".otp");
	// email is what a site with login_field = email reads.
	const answer = await login({
		...fields, email: fields.username, ...(remember && { remember: true }),
		...(!step.hidden && { otp }),
	});

	if ("email" in answer.data)
		answer.data = { username: answer.data.email };
	if (["otp_required", "otp_invalid"].includes(answer.data.code))
		answer.data = { otp: [answer.data.detail] };
	return answer;
}, leave);
onChange((isIn) => isIn && leave());
// Who is logged in already has nothing to do here, unless that has ended.
if (isLoggedIn() && isGood(await refresh()))
	leave();
