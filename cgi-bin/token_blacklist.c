/*
 * token_blacklist - log out: ends the session of a refresh token.
 *
 *	POST /api/token/blacklist/ {refresh}
 *	200 {}
 *	401 a bad token, or one of a session that has ended already
 *
 * Trusted with: ending sessions, the keys. It cannot read hashes.
 */
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field fields[] = {
	{ "refresh", 0, 0, NULL },
	{ 0 },
};

static enum outcome blacklist(struct request *request)
{
	struct claims presented = { 0 };
	enum outcome outcome = tokens_verify(request, TOKEN_REFRESH,
	    request_value(request, "refresh"), &presented);

	return outcome == OK ? session_end(request, &presented) : outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/blacklist/", fields, blacklist, NULL },
	{ "POST", "/auth/jwt/blacklist/", fields, blacklist, NULL },
	{ 0 },
};

static const struct service service = { "token_blacklist", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
