/* tokens.h - the tokens of a request and of its answer. */
#pragma once
#include "request.h"

/*
 * Verifies a token, one of these types, at the time of the request; looks at
 * the key files again when its kid is unknown. Returns as token_verify does, or
 * UNAVAILABLE.
 */
enum outcome tokens_verify(struct request *request, unsigned types,
    const char *text, struct claims *claims);

/*
 * The flags of the field in which a refresh or a sliding token comes: it may be
 * missing where there is a cookie in its place.
 */
field_flags_of tokens_refresh_flags;
field_flags_of tokens_sliding_flags;

/*
 * Verifies the token of the field, or of the cookie in its place.
 * Returns as tokens_verify does, CROSS_SITE or MEDIA_TYPE_UNSUPPORTED.
 */
enum outcome tokens_read_refresh(
    struct request *request, unsigned types, struct claims *claims);
enum outcome tokens_read_sliding(
    struct request *request, struct claims *claims);

/*
 * Replies the signed token: a refresh token as "refresh", a sliding one as
 * "token", and, as token_transport says, as a cookie, or as a cookie alone.
 * Returns OK or UNAVAILABLE.
 */
enum outcome tokens_reply_refresh(
    struct request *request, const struct claims *refresh);
enum outcome tokens_reply_sliding(
    struct request *request, const struct claims *sliding);

/*
 * Replies a new access token for the session of these claims as "access".
 * Returns OK or UNAVAILABLE.
 */
enum outcome tokens_reply_access(
    struct request *request, const struct claims *refresh);
