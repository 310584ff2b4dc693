// register.js - sign up, with or without an invitation, and what comes next.
import "./ask.js";
import { finish, onSubmit, say, takeLink, watchPassword } from "./forms.js";
import { t } from "./language.js";
import { send } from "./postern.js";

const form = document.getElementById("signup");
const next = document.getElementById("next");
const invitation = takeLink(["email", "token"]);

if (invitation !== null) {
	form.elements.email.value = invitation.email;
	form.elements.email.readOnly = true;
}
addEventListener("hashchange", () => location.reload());
watchPassword(form);
onSubmit(form, (fields) => send("POST", "/api/register/", {
	...fields, re_password: fields.password,
	...(invitation && { invitation: invitation.token }),
}), ({ data }) => {
	if (invitation !== null || "active" in form.dataset) {
		finish(form, t("Your account is ready. You can sign in now."));
		return;
	}
	finish(form, t("Check your mail: open the link in the letter that we " +
		"send to {email}.", { email: data.email }));
	next.hidden = false;
	next.querySelector("[name=email]").value = data.email;
}, ({ data }) => {
	if ("invitation" in data && invitation === null)
		say(form, t("Signing up is by invitation: open the link of its letter."),
			"bad");
});
