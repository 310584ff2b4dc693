// reset.js - the page behind the link of a forgotten password.
import "./ask.js";
import { behindLink, finish, isLinkBad, onSubmit, watchPassword }
	from "./forms.js";
import { t } from "./language.js";
import { send } from "./postern.js";

const ask = document.getElementById("ask");
const form = document.getElementById("confirm");
const link = behindLink(form, ask);

watchPassword(form);
onSubmit(form, ({ new_password }) => send("POST", "/api/reset/confirm/", {
	...link.ticket, new_password, re_new_password: new_password,
}), () => finish(form, t("Your password is set. You can sign in with it now.")),
(answer) => {
	ask.hidden = !isLinkBad(answer);
});
