/*
 * token_verify - whether a token of any type is good.
 *
 *	POST /api/token/verify/ {token}
 *	200 {}
 *	401 a bad token, or one of an ended session
 *
 * Trusted with: reading how sessions stand (not with access_check =
 * stateless), the keys. It changes nothing.
 */
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field fields[] = {
	{ "token", 0, 0, NULL, NULL },
	{ 0 },
};

static enum outcome verify(struct request *request)
{
	struct claims claims = { 0 };
	enum outcome outcome = tokens_verify(
	    request, TOKEN_ANY, request_value(request, "token"), &claims);

	/* Of a sliding token the session is always asked. */
	if (outcome == OK &&
	    (request->config->access_check != ACCESS_CHECK_STATELESS ||
		claims.type == TOKEN_SLIDING))
		outcome = session_verify(request, &claims);
	return outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/verify/", fields, verify, NULL },
	{ "POST", "/auth/jwt/verify/", fields, verify, NULL },
	{ 0 },
};

static const struct service service = { "token_verify", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
