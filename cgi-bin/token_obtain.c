/*
 * token_obtain - username and password to a pair of tokens.
 *
 *	POST /api/token/ {username, password}
 *	200 {"refresh", "access"}
 *	401 unknown, wrong, not activated, banned: one answer
 *	429 too many attempts, with Retry-After
 *
 * Trusted with: reading password hashes, opening sessions, the signing key.
 */
#include "login.h"
#include "password.h"
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field credentials[] = {
	{ "username", 0, 0, NULL },
	{ "password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL },
	{ 0 },
};

static enum outcome obtain(struct request *request)
{
	struct account account = { 0 };
	struct claims refresh = { 0 };
	enum outcome outcome =
	    login_check(request, request_value(request, "username"),
		request_value(request, "password"), &account);

	if (outcome == OK)
		outcome = session_open(request, &account, &refresh);
	if (outcome == OK)
		outcome = tokens_reply_refresh(request, &refresh);
	if (outcome == OK)
		outcome = tokens_reply_access(request, &refresh);
	return outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/", credentials, obtain, NULL },
	{ "POST", "/auth/jwt/create/", credentials, obtain, NULL },
	{ 0 },
};

static const struct service service = { "token_obtain", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
