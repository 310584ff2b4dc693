/*
 * token_blacklist - log out: ends the session of a refresh or sliding token.
 *
 *	POST /api/token/blacklist/ {refresh}
 *	200 {}
 *	401 a bad token, or one of a session that has ended already
 *
 * Trusted with: ending sessions, the keys. It cannot read hashes.
 */
#include "cookies.h"
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field fields[] = {
	{ "refresh", 0, 0, NULL, tokens_refresh_flags },
	{ 0 },
};

static enum outcome blacklist(struct request *request)
{
	struct claims presented = { 0 };
	enum outcome outcome = tokens_read_refresh(
	    request, TOKEN_REFRESH | TOKEN_SLIDING, &presented);

	if (outcome == OK)
		outcome = session_end(request, &presented);
	/* Whoever logs out keeps no cookie, be its token good or not. */
	if (outcome == OK || outcome_answer(outcome)->shape == SHAPE_TOKEN)
		cookies_clear(request);
	return outcome;
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
