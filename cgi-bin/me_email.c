/*
 * me_email - a new address of the own account, and the way back.
 *
 *	POST /api/me/email/ {current_password, new_email, otp} with a bearer
 *	token; otp where the account has two-step login
 *	204 always, and a letter to the new address: nothing changes yet
 *	400 a wrong password or code, or what is wrong with the address
 *	429 too many wrong passwords, with Retry-After
 *	POST /api/me/email/confirm/ {uid, token}
 *	204 the address changes now; the old one gets a letter with the way back
 *	POST /api/me/email/undo/ {uid, token}
 *	204 the account has its old address again, and a letter to choose a password
 *	400 a bad uid or ticket
 *
 * A change and its undoing end all sessions and tickets of the account.
 *
 * Trusted with: reading password hashes, changing addresses, making a password
 * unusable, ordering letters, the keys, the one that seals secrets of two-step
 * login too.
 */
#include "address.h"
#include "bearer.h"
#include "fields.h"
#include "outbox.h"
#include "reauth.h"
#include "service.h"
#include "ticket.h"

static const struct field change[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "new_email", ADDRESS_MAX, 0, field_address, NULL },
	REAUTH_OTP,
	{ 0 },
};

static const struct field ticket[] = {
	{ "uid", 0, 0, NULL, NULL },
	{ "token", 0, 0, NULL, NULL },
	{ 0 },
};

static enum outcome ask(struct request *request)
{
	const char *address =
	    address_shown(request->arena, request_value(request, "new_email"));
	struct account account = { 0 };
	enum outcome outcome = reauth_check(
	    request, request_value(request, "current_password"), &account);

	if (outcome != OK)
		return outcome;
	if (!field_username_is_own(request, "new_email",
		account.profile.columns[USER_USERNAME], address))
		return FIELDS_INVALID;
	outcome = reauth_code(request, &account);
	return outcome == OK ? outbox_ask_email(request, &account, address)
			     : outcome;
}

static enum outcome confirm(struct request *request)
{
	return ticket_email(request, request_value(request, "uid"),
	    request_value(request, "token"));
}

static enum outcome undo(struct request *request)
{
	return ticket_email_undo(request, request_value(request, "uid"),
	    request_value(request, "token"));
}

static const struct route routes[] = {
	{ "POST", "/api/me/email/", change, ask, bearer_check_user },
	{ "POST", "/api/me/email/confirm/", ticket, confirm, NULL },
	{ "POST", "/api/me/email/undo/", ticket, undo, NULL },
	{ 0 },
};

static const struct service service = { "me_email", routes, &keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
