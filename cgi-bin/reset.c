/*
 * reset - a new password with the ticket of a letter.
 *
 *	POST /api/reset/ {email}
 *	204 always, and a letter where an activated account has the address
 *	POST /api/reset/confirm/ {uid, token, new_password}
 *	204; 400 a bad uid or ticket, or what is wrong with the password
 *	password_reset_confirm_retype asks for re_new_password as well
 *
 * Trusted with: setting passwords and ordering letters. It has no keys.
 */
#include "address.h"
#include "fields.h"
#include "outbox.h"
#include "service.h"
#include "ticket.h"

static const struct field address[] = {
	{ "email", ADDRESS_MAX, 0, field_address, NULL },
	{ 0 },
};

static unsigned retype_flags(const struct request *request)
{
	return request->config->password_reset_confirm_retype ? 0
							      : FIELD_UNKNOWN;
}

static const struct field ticket[] = {
	{ "uid", 0, 0, NULL, NULL },
	{ "token", 0, 0, NULL, NULL },
	{ "new_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "re_new_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL,
	    retype_flags },
	{ 0 },
};

static enum outcome ask(struct request *request)
{
	return outbox_ask(request, "reset", request_value(request, "email"));
}

static enum outcome confirm(struct request *request)
{
	const char *uid = request_value(request, "uid");
	const char *token = request_value(request, "token");
	const char *password = request_value(request, "new_password");
	struct person person = { 0 };
	enum outcome outcome = OK;

	/* What is wrong with the password alone needs no ticket to be told. */
	if (!field_password_is_good(request, "new_password", password, &person))
		return FIELDS_INVALID;
	outcome = ticket_owner(request, "reset", uid, token, &person);
	if (outcome != OK)
		return outcome;
	if (!field_password_is_good(request, "new_password", password, &person))
		return FIELDS_INVALID;
	if (!field_is_retyped(request,
		request->config->password_reset_confirm_retype, "new_password",
		"re_new_password"))
		return PASSWORDS_DIFFER;
	return ticket_reset(request, uid, token, password);
}

static const struct route routes[] = {
	{ "POST", "/api/reset/", address, ask, NULL },
	{ "POST", "/auth/users/reset_password/", address, ask, NULL },
	{ "POST", "/api/reset/confirm/", ticket, confirm, NULL },
	{ "POST", "/auth/users/reset_password_confirm/", ticket, confirm,
	    NULL },
	{ 0 },
};

static const struct service service = { "reset", routes, NULL };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
