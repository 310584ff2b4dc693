/*
 * token_refresh - a refresh token to a new access token.
 *
 *	POST /api/token/refresh/ {refresh}
 *	200 {"access"}, with rotation {"access", "refresh"}
 *	401 a bad token, an ended session, an account that may not
 *
 * Trusted with: moving sessions on, the signing key. It cannot read hashes.
 */
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field fields[] = {
	{ "refresh", 0, 0, NULL, tokens_refresh_flags },
	{ 0 },
};

static enum outcome refresh(struct request *request)
{
	struct claims presented = { 0 }, next = { 0 };
	enum outcome outcome =
	    tokens_read_refresh(request, TOKEN_REFRESH, &presented);

	if (outcome == OK)
		outcome = session_refresh(request, &presented, &next);
	if (outcome == OK)
		outcome = tokens_reply_access(request, &next);
	if (outcome == OK && request->config->rotate_refresh_tokens)
		outcome = tokens_reply_refresh(request, &next);
	return outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/refresh/", fields, refresh, NULL },
	{ "POST", "/auth/jwt/refresh/", fields, refresh, NULL },
	{ 0 },
};

static const struct service service = { "token_refresh", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
