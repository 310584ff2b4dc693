/* tokens.c - the tokens of a request and of its answer. */
#include "tokens.h"

#include "cookies.h"
#include "secret.h"

enum outcome tokens_verify(struct request *request, unsigned types,
    const char *text, struct claims *claims)
{
	bool is_unknown = false;
	enum outcome outcome = token_verify(request->arena, request->config,
	    request->app->keys, types, text, request->now, claims, &is_unknown);

	if (!is_unknown)
		return outcome;
	/* The key may be newer than what this process has read. */
	if (!request_reload(request))
		return UNAVAILABLE;
	return token_verify(request->arena, request->config, request->app->keys,
	    types, text, request->now, claims, NULL);
}

unsigned tokens_refresh_flags(const struct request *request)
{
	return *cookies_refresh_token(request) != '\0' ? FIELD_OPTIONAL : 0;
}

unsigned tokens_sliding_flags(const struct request *request)
{
	return *cookies_access_token(request) != '\0' ? FIELD_OPTIONAL : 0;
}

/* What the client says itself counts before what its browser adds. */
static enum outcome read_token(struct request *request, unsigned types,
    const char *text, const char *cookie, struct claims *claims)
{
	enum outcome outcome = cookies_guard(request);

	return outcome == OK ? tokens_verify(request, types,
				   *text != '\0' ? text : cookie, claims)
			     : outcome;
}

enum outcome tokens_read_refresh(
    struct request *request, unsigned types, struct claims *claims)
{
	return read_token(request, types, request_value(request, "refresh"),
	    cookies_refresh_token(request), claims);
}

enum outcome tokens_read_sliding(struct request *request, struct claims *claims)
{
	return read_token(request, TOKEN_SLIDING,
	    request_value(request, "token"), cookies_access_token(request),
	    claims);
}

/* How a token goes out: as a member of the reply, as a cookie. */
struct way {
	const char *name;
	bool is_in_body;
	void (*give)(struct request *request, const char *token, int64_t exp);
	int64_t until; /* the end of the cookie */
};

static enum outcome reply_token(
    struct request *request, const struct claims *claims, const struct way *way)
{
	const char *text = NULL;
	enum outcome outcome = token_sign(
	    request->arena, request->config, request->app->keys, claims, &text);

	if (outcome != OK)
		return outcome;
	if (request->reply == NULL)
		request->reply = reply_open(request->arena);
	if (way->is_in_body)
		reply_string(request->reply, way->name, text);
	if (way->give != NULL)
		way->give(request, text, way->until);
	return OK;
}

enum outcome tokens_reply_refresh(
    struct request *request, const struct claims *refresh)
{
	enum token_transport transport = request->config->token_transport;
	struct way way = { "refresh", transport != TRANSPORT_COOKIE,
		transport != TRANSPORT_BODY ? cookies_give_refresh_token : NULL,
		refresh->exp };

	return reply_token(request, refresh, &way);
}

/* What protected endpoints take: an access or a sliding token. */
static enum outcome reply_access(struct request *request, const char *name,
    const struct claims *claims, int64_t until)
{
	const struct config *config = request->config;
	struct way way = { name,
		config->token_transport != TRANSPORT_COOKIE ||
		    !config->access_cookie,
		config->access_cookie ? cookies_give_access_token : NULL,
		until };

	return reply_token(request, claims, &way);
}

enum outcome tokens_reply_sliding(
    struct request *request, const struct claims *sliding)
{
	/* Expired it can still be told apart from none. */
	return reply_access(request, "token", sliding, sliding->refresh_exp);
}

enum outcome tokens_reply_access(
    struct request *request, const struct claims *refresh)
{
	struct claims access = *refresh;

	access.type = TOKEN_ACCESS;
	access.jti = secret_id(request->arena);
	access.iat = request->now;
	access.exp = request->now + request->config->access_token_lifetime;
	return reply_access(request, "access", &access, access.exp);
}
