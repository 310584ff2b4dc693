/*
 * token_sliding - one token for both: it opens protected endpoints, and while
 * its session lasts it is exchanged for one that lives longer.
 *
 *	POST /api/token/sliding/ {username or email, password, remember}
 *	200 {"token"}, or it is a cookie; and the columns of obtain_response
 *	401, 429 as token_obtain
 *	POST /api/token/sliding/refresh/ {token}
 *	200 {"token"}
 *	401 a bad token, one that cannot be refreshed any more, an ended session
 *
 * Trusted with: reading password hashes, opening sessions, the signing key.
 */
#include "login.h"
#include "service.h"
#include "session.h"
#include "tokens.h"

static const struct field token[] = {
	{ "token", 0, 0, NULL, tokens_sliding_flags },
	{ 0 },
};

static enum outcome reply(struct request *request, const struct claims *claims)
{
	struct claims sliding = session_slide(request, claims);

	return tokens_reply_sliding(request, &sliding);
}

static enum outcome obtain(struct request *request)
{
	struct account account = { 0 };
	struct claims claims = { 0 };
	enum outcome outcome = login_check(request, &account);

	if (outcome == OK)
		outcome = session_open(request, &account,
		    login_lifetime(request,
			request->config->sliding_token_refresh_lifetime),
		    &claims);
	if (outcome == OK)
		outcome = reply(request, &claims);
	if (outcome == OK)
		login_reply(request, &account);
	return outcome;
}

/* What the token itself says of its refreshing, before its session is asked. */
static enum outcome may_refresh(
    struct request *request, const struct claims *claims)
{
	request->argument = request->config->sliding_token_refresh_exp_claim;
	if (!claims->has_refresh_exp)
		return TOKEN_WITHOUT_REFRESH_EXP;
	return claims->refresh_exp <= request->now - request->config->leeway
	    ? REFRESH_EXPIRED
	    : OK;
}

static enum outcome refresh(struct request *request)
{
	struct claims presented = { 0 }, next = { 0 };
	enum outcome outcome = tokens_read_sliding(request, &presented);

	if (outcome == OK)
		outcome = may_refresh(request, &presented);
	if (outcome == OK)
		outcome = session_refresh(request, &presented, &next);
	return outcome == OK ? reply(request, &next) : outcome;
}

static const struct route routes[] = {
	{ "POST", "/api/token/sliding/", login_fields, obtain, NULL },
	{ "POST", "/api/token/sliding/refresh/", token, refresh, NULL },
	{ 0 },
};

static const struct service service = { "token_sliding", routes,
	&keyring_access };

int main(int argc, char **argv)
{
	return service_main(&service, argc, argv);
}
