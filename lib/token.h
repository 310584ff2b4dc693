/*
 * token.h - claims to compact JWS text and back (RFC 7519, 7515). Wraps
 * libjwt, whose own decoding is not safe alone; what it leaves open is pinned
 * here.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "arena.h"
#include "config.h"
#include "keyring.h"
#include "outcome.h"

#define TOKEN_LENGTH_MAX 8192

/* Kinds of tokens, and as a sum those that somebody takes. */
enum token_type {
	TOKEN_ACCESS = 1,
	TOKEN_REFRESH = 2,
	TOKEN_SLIDING = 4,
	TOKEN_ANY = 7
};

struct profile;
struct segment;

struct claims {
	enum token_type type;
	int64_t exp, iat; /* seconds since 1970 */
	bool has_refresh_exp;
	int64_t refresh_exp; /* of sliding tokens */
	const char *jti;     /* 32 hex digits in ours; any text in others' */
	const char *user_id; /* NULL when the token identifies nobody */
	const char *sid;     /* 32 hex digits, or NULL: no session */
	bool has_epoch;
	int64_t epoch;
	/* all claims of a verified token; NULL for a new one */
	const struct segment *payload;
	/* whence the custom claims of a new one; NULL: it has none */
	const struct profile *profile;
};

/*
 * Signs the claims with the key ring's signing key; iss and aud come from the
 * configuration. Returns OK and sets *text (in the arena), or UNAVAILABLE.
 */
enum outcome token_sign(struct arena *arena, const struct config *config,
    const struct keyring *keyring, const struct claims *claims,
    const char **text);

/*
 * Verifies `text` as a token of one of these types at the time `now`. The
 * algorithm is the key's, never the token's choice (RFC 8725 section 3.1):
 * three segments of canonical base64url, one JSON object without duplicate
 * names in header and payload, no crit, at most TOKEN_LENGTH_MAX. A kid names
 * the one key that counts; without it each key is tried. What an imported key
 * has signed is an access token or TOKEN_INVALID, whoever asks.
 * Order of the checks: form and signature, iat (5 s ahead at most, or the
 * leeway when that is more), nbf, exp, iss, aud, types of the claims, exp
 * present, jti, token_type. Dates are numbers, exp not after the year 9999. An
 * aud is refused where none is configured.
 * Returns OK and sets *claims (strings in the arena; iat is 0 where there is
 * none), or one of TOKEN_*, or UNAVAILABLE without a key ring.
 * When the kid is unknown *unknown_kid is set, so that the caller can look at
 * the key files again; it may be NULL.
 */
enum outcome token_verify(struct arena *arena, const struct config *config,
    const struct keyring *keyring, unsigned types, const char *text,
    int64_t now, struct claims *claims, bool *unknown_kid);

/*
 * Returns true when the key's two halves fit its algorithm and each other:
 * what it signs, it verifies. For the key ring.
 */
bool token_key_fits(const struct key *key);
