// username.js - the page behind the link of a forgotten username.
import "./ask.js";
import { behindLink, finish, isLinkBad, onSubmit } from "./forms.js";
import { t } from "./language.js";
import { send } from "./postern.js";

const ask = document.getElementById("ask");
const form = document.getElementById("confirm");
const link = behindLink(form, ask);

onSubmit(form, ({ new_username }) =>
	send("POST", "/api/reset/username/confirm/", {
		...link.ticket, new_username, re_new_username: new_username,
	}), () => finish(form,
	t("Your username is changed. You can sign in with it now.")),
(answer) => {
	ask.hidden = !isLinkBad(answer);
});
