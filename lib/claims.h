/*
 * claims.h - the rules for the claims of a token whose signature holds, and
 * the claims of a new one (RFC 7519 section 4).
 */
#pragma once
#include "arena.h"
#include "config.h"
#include "outcome.h"
#include "segment.h"
#include "token.h"

#define CLAIM_USER_ID_MAX 255 /* bytes */

/*
 * Checks the payload, of a token of one of these types, in the order that token_verify promises and sets *claims,
 * whose strings live as long as the arena. Returns OK or one of TOKEN_*.
 */
enum outcome claims_read(struct arena *arena, const struct config *config,
    const struct segment *payload, unsigned expected, int64_t now,
    struct claims *claims);

/* Returns the JSON text of the payload; iss and aud are the configuration's. */
const char *claims_text(struct arena *arena, const struct config *config,
    const struct claims *claims);
