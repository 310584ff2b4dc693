/* tokens.c - the tokens of a request and of its answer. */
#include "tokens.h"

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

static enum outcome reply_token(
    struct request *request, const char *name, const struct claims *claims)
{
	const char *text = NULL;
	enum outcome outcome = token_sign(
	    request->arena, request->config, request->app->keys, claims, &text);

	if (outcome != OK)
		return outcome;
	if (request->reply == NULL)
		request->reply = reply_open(request->arena);
	reply_string(request->reply, name, text);
	return OK;
}

enum outcome tokens_reply_refresh(
    struct request *request, const struct claims *refresh)
{
	return reply_token(request, "refresh", refresh);
}

enum outcome tokens_reply_access(
    struct request *request, const struct claims *refresh)
{
	struct claims access = *refresh;

	access.type = TOKEN_ACCESS;
	access.jti = secret_id(request->arena);
	access.iat = request->now;
	access.exp = request->now + request->config->access_token_lifetime;
	return reply_token(request, "access", &access);
}
