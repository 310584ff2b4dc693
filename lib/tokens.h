/* tokens.h - the tokens of a request and of its answer. */
#pragma once
#include "request.h"

/*
 * Verifies a token at the time of the request; looks at the key files again
 * when its kid is unknown. Returns as token_verify does, or UNAVAILABLE.
 */
enum outcome tokens_verify(struct request *request, unsigned types,
    const char *text, struct claims *claims);

/* Replies the signed refresh token as "refresh". Returns OK or UNAVAILABLE. */
enum outcome tokens_reply_refresh(
    struct request *request, const struct claims *refresh);

/*
 * Replies a new access token for the session of these claims as "access".
 * Returns OK or UNAVAILABLE.
 */
enum outcome tokens_reply_access(
    struct request *request, const struct claims *refresh);
