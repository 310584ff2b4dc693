// ticket.js - a page behind the link of a letter whose button does all. Opening
// it uses nothing up. data-post says where the ticket goes, data-done what is
// told then; #other is shown without a ticket, or with a bad one.
import "./ask.js";
import { behindLink, finish, isLinkBad, onSubmit } from "./forms.js";
import { t } from "./language.js";
import { send } from "./postern.js";

const form = document.getElementById("confirm");
const other = document.getElementById("other");
const link = behindLink(form, other);

onSubmit(form, () => send("POST", form.dataset.post, link.ticket),
	() => finish(form, t(form.dataset.done)),
	(answer) => {
		// Done before: there is nothing left to do here.
		if (answer.status === 403)
			finish(form, t(answer.data.detail));
		other.hidden = !isLinkBad(answer);
	});
