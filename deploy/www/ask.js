// ask.js - a form that asks for a letter: data-post says where. The same is
// told then, whether or not the address has an account.
import { onSubmit, say } from "./forms.js";
import { t } from "./language.js";
import { send } from "./postern.js";

const form = document.getElementById("ask");

if (form !== null)
	onSubmit(form, (fields) => send("POST", form.dataset.post, fields),
		() => say(form, t("If there is an account to do this for, a letter is on " +
			"its way. If none comes, ask again in a minute."), "good"));
