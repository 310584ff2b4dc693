/*
 * me_password - another password for the own account.
 *
 *	POST /api/me/password/ {new_password, re_new_password, current_password,
 *	otp}: the last where the account has two-step login
 *	204, and the end of all sessions (but for one, as configured) and tickets
 *	400 what is wrong with the new password, the current one or otp is wrong
 *	429 too many attempts, with Retry-After
 *
 * With set_password_retype re_new_password is asked for, else it is no field.
 * With logout_on_password_change = no the session of the token stays: the next
 * request with an access token of before is 401 (password_changed), and its
 * refresh token gives another one.
 *
 * Trusted with: reading the hash of the account of a token and setting it, the
 * keys, the one that seals secrets of two-step login too.
 */
#include <string.h>

#include "bearer.h"
#include "fields.h"
#include "me.h"
#include "reauth.h"
#include "service.h"

static unsigned retype_flags(const struct request *request)
{
	return request->config->set_password_retype ? 0 : FIELD_UNKNOWN;
}

static const struct field fields[] = {
	{ "new_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "re_new_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL,
	    retype_flags },
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	REAUTH_OTP,
	{ 0 },
};

static enum outcome change(struct request *request)
{
	const char *password = request_value(request, "new_password");

	if (request->config->set_password_retype &&
	    strcmp(password, request_value(request, "re_new_password")) != 0)
		return PASSWORDS_DIFFER;
	return me_password(
	    request, request_value(request, "current_password"), password);
}

static const struct route routes[] = {
	{ "POST", "/api/me/password/", fields, change, bearer_check_user },
	{ "POST", "/auth/users/set_password/", fields, change,
	    bearer_check_user },
	{ 0 },
};

static const struct service service = { "me_password", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
