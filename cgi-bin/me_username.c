/*
 * me_username - another username for the own account.
 *
 *	POST /api/me/username/ {current_password, new_username, re_new_username,
 *	otp}: the last where the account has two-step login
 *	204; sessions go on
 *	400 what is wrong with the name, it is taken, the password or otp is wrong
 *	429 too many attempts, with Retry-After
 *
 * With set_username_retype re_new_username is asked for, else it is no field.
 * Where user_id_field = username, tokens name the account as it was called
 * before: its sessions end.
 *
 * Trusted with: reading the hash of the account of a token and naming it, the
 * keys, the one that seals secrets of two-step login too.
 */
#include <string.h>

#include "bearer.h"
#include "fields.h"
#include "identity.h"
#include "me.h"
#include "reauth.h"
#include "service.h"

static unsigned retype_flags(const struct request *request)
{
	return request->config->set_username_retype ? 0 : FIELD_UNKNOWN;
}

static const struct field fields[] = {
	{ "current_password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "new_username", USERNAME_MAX, 0, field_username, NULL },
	{ "re_new_username", 0, 0, NULL, retype_flags },
	REAUTH_OTP,
	{ 0 },
};

static enum outcome change(struct request *request)
{
	const char *username = request_value(request, "new_username");

	if (request->config->set_username_retype &&
	    strcmp(username, request_value(request, "re_new_username")) != 0)
		return USERNAMES_DIFFER;
	return me_username(
	    request, request_value(request, "current_password"), username);
}

static const struct route routes[] = {
	{ "POST", "/api/me/username/", fields, change, bearer_check_user },
	{ "POST", "/auth/users/set_username/", fields, change,
	    bearer_check_user },
	{ 0 },
};

static const struct service service = { "me_username", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
