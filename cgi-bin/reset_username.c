/*
 * reset_username - the username by letter, and another one with its ticket.
 *
 *	POST /api/reset/username/ {email}
 *	204 always, and a letter where an activated account has the address
 *	POST /api/reset/username/confirm/ {uid, token, new_username,
 *	re_new_username}
 *	204; 400 a bad uid or ticket, what is wrong with the name, it is taken
 *
 * With username_reset_confirm_retype re_new_username is asked for, else it is no
 * field.
 *
 * Trusted with: naming accounts and ordering letters. It has no keys.
 */
#include <string.h>

#include "address.h"
#include "fields.h"
#include "identity.h"
#include "outbox.h"
#include "service.h"
#include "ticket.h"

static unsigned retype_flags(const struct request *request)
{
	return request->config->username_reset_confirm_retype ? 0
							      : FIELD_UNKNOWN;
}

static const struct field address[] = {
	{ "email", ADDRESS_MAX, 0, field_address, NULL },
	{ 0 },
};

static const struct field ticket[] = {
	{ "uid", 0, 0, NULL, NULL },
	{ "token", 0, 0, NULL, NULL },
	{ "new_username", USERNAME_MAX, 0, field_username, NULL },
	{ "re_new_username", 0, 0, NULL, retype_flags },
	{ 0 },
};

static enum outcome ask(struct request *request)
{
	return outbox_ask(request, "username", request_value(request, "email"));
}

static enum outcome confirm(struct request *request)
{
	const char *uid = request_value(request, "uid");
	const char *token = request_value(request, "token");
	const char *typed = request_value(request, "new_username");
	const char *username = identity_username(request->arena, typed);
	struct person person = { 0 };
	enum outcome outcome = OK;

	if (request->config->username_reset_confirm_retype &&
	    strcmp(typed, request_value(request, "re_new_username")) != 0)
		return USERNAMES_DIFFER;
	outcome = ticket_owner(request, "username", uid, token, &person);
	if (outcome != OK)
		return outcome;
	if (!field_username_is_own(
		request, "new_username", username, person.email))
		return FIELDS_INVALID;
	return ticket_username(request, uid, token, username);
}

/* clang-format off */
static const struct route routes[] = {
	{ "POST", "/api/reset/username/", address, ask, NULL },
	{ "POST", "/api/reset/username/confirm/", ticket, confirm, NULL },
	{ "POST", "/auth/users/reset_username/", address, ask, NULL },
	{ "POST", "/auth/users/reset_username_confirm/", ticket, confirm, NULL },
	{ 0 },
};
/* clang-format on */

static const struct service service = { "reset_username", routes, NULL };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
