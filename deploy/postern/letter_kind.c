/* letter_kind.c - the letters that there are: one table. */
#include "letter_kind.h"

#include <string.h>

#include "queries.h"

/* clang-format off */
#define AT(field) offsetof(struct config, field)

const struct letter_kind letter_kinds[] = {
{ "activation", AT(activation_url), AT(activation_lifetime),
	"activation", &query_ticket_create },
{ "exists", 0, 0, NULL, NULL },
{ "reset", AT(password_reset_confirm_url), AT(reset_lifetime),
	"reset", &query_ticket_create },
{ "username", AT(username_reset_confirm_url), AT(reset_lifetime),
	"username", &query_ticket_create },
{ "password_changed", 0, 0, NULL, NULL },
{ "email_change", AT(email_confirm_url), AT(email_lifetime),
	"email", &query_ticket_create },
{ "email_changed", AT(email_undo_url), AT(email_undo_lifetime),
	"email_undo", &query_ticket_undo },
{ "new_login", 0, 0, NULL, NULL },
{ "invitation", AT(invitation_url), AT(invitation_lifetime),
	"invitation", &query_ticket_invite },
{ 0 },
};
/* clang-format on */

const struct letter_kind *letter_kind(const char *template)
{
	for (const struct letter_kind *kind = letter_kinds;
	     kind->template != NULL; kind++)
		if (strcmp(kind->template, template) == 0)
			return kind;
	return NULL;
}

const char *letter_kind_link(
    const struct letter_kind *kind, const struct config *config)
{
	const char *link = NULL;

	if (kind->purpose != NULL)
		memcpy(&link, (const char *)config + kind->link, sizeof link);
	return link;
}

int64_t letter_kind_lifetime(
    const struct letter_kind *kind, const struct config *config)
{
	int64_t lifetime = 0;

	if (kind->purpose != NULL)
		memcpy(&lifetime, (const char *)config + kind->lifetime,
		    sizeof lifetime);
	return lifetime;
}
