/*
 * token_obtain - username and password to a pair of tokens.
 *
 *	POST /api/token/ {username or email, password, remember}
 *	200 {"refresh", "access"}, or one of them or both as cookies; and the
 *	columns of obtain_response
 *	401 unknown, wrong, not activated, banned: one answer
 *	429 too many attempts, with Retry-After
 *
 * Trusted with: reading password hashes, opening sessions, the signing key.
 */
#include "login.h"
#include "service.h"
#include "session.h"
#include "tokens.h"

static enum outcome obtain(struct request *request)
{
	struct account account = { 0 };
	struct claims refresh = { 0 };
	enum outcome outcome = login_check(request, &account);

	if (outcome == OK)
		outcome = session_open(request, &account,
		    login_lifetime(
			request, request->config->refresh_token_lifetime),
		    &refresh);
	if (outcome == OK)
		outcome = tokens_reply_refresh(request, &refresh);
	if (outcome == OK)
		outcome = tokens_reply_access(request, &refresh);
	if (outcome == OK)
		login_reply(request, &account);
	return outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/", login_fields, obtain, NULL },
	{ "POST", "/auth/jwt/create/", login_fields, obtain, NULL },
	{ 0 },
};

static const struct service service = { "token_obtain", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
