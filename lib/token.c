/* token.c - claims to compact JWS text and back. */
#include "token.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jwt.h>

#include "claims.h"
#include "log.h"
#include "secret.h"
#include "segment.h"

/* libjwt takes a key of no bytes for leave to believe anything. */
#define KEY_SIZE_MIN 32

/* clang-format off */
static const jwt_alg_t algorithms[] = {
	[HS256] = JWT_ALG_HS256, [HS384] = JWT_ALG_HS384,
	[HS512] = JWT_ALG_HS512, [RS256] = JWT_ALG_RS256,
	[RS384] = JWT_ALG_RS384, [RS512] = JWT_ALG_RS512,
	[ES256] = JWT_ALG_ES256, [ES384] = JWT_ALG_ES384,
	[ES512] = JWT_ALG_ES512,
};
/* clang-format on */

static bool is_key_size(size_t size)
{
	return size >= KEY_SIZE_MIN && size <= INT_MAX;
}

/* EEXIST: some releases of libjwt put the typ there by themselves. */
static bool set_header(jwt_t *jwt, const struct key *key)
{
	int is_there = jwt_add_header(jwt, "typ", "JWT");

	return (is_there == 0 || is_there == EEXIST) &&
	    jwt_add_header(jwt, "kid", key->id) == 0;
}

/* Returns the token (to be freed), or NULL. */
static char *sign(const struct key *key, const char *payload)
{
	jwt_t *jwt = NULL;
	char *text = NULL;

	if (key->signing == NULL || !is_key_size(key->signing_size) ||
	    jwt_new(&jwt) != 0)
		return NULL;
	if (jwt_set_alg(jwt, algorithms[key->algorithm],
		(const unsigned char *)key->signing,
		(int)key->signing_size) == 0 &&
	    set_header(jwt, key) && jwt_add_grants_json(jwt, payload) == 0)
		text = jwt_encode_str(jwt);
	jwt_free(jwt);
	return text;
}

static bool signature_holds(const struct key *key, const char *text)
{
	jwt_t *jwt = NULL;
	bool holds = false;

	if (key->verifying == NULL || !is_key_size(key->verifying_size))
		return false;
	if (jwt_decode(&jwt, text, (const unsigned char *)key->verifying,
		(int)key->verifying_size) != 0)
		return false;
	holds = jwt_get_alg(jwt) == algorithms[key->algorithm];
	jwt_free(jwt);
	return holds;
}

bool token_key_fits(const struct key *key)
{
	char *text = sign(key, "{\"jti\":\"\"}");
	bool fits = text != NULL && signature_holds(key, text);

	free(text);
	return fits;
}

enum outcome token_sign(struct arena *arena, const struct config *config,
    const struct keyring *keyring, const struct claims *claims,
    const char **text)
{
	const struct key *key = keyring_signing(keyring);
	char *signed_text = NULL;
	size_t length = 0;

	if (key == NULL)
		return UNAVAILABLE;
	signed_text = sign(key, claims_text(arena, config, claims));
	if (signed_text == NULL)
		return UNAVAILABLE;
	length = strlen(signed_text);
	*text = arena_string(arena, signed_text);
	secret_wipe(signed_text, length);
	free(signed_text);
	if (length <= TOKEN_LENGTH_MAX)
		return OK;
	log_error("token: that of user %s has %zu bytes, and nobody takes more "
		  "than %d; let it carry fewer claims or groups",
	    claims->user_id, length, TOKEN_LENGTH_MAX);
	return UNAVAILABLE;
}

/* The bytes of one segment; `end` is behind its last character. */
static const char *decode(
    struct arena *arena, const char *start, const char *end, size_t *size)
{
	if (start == end)
		return NULL;
	return (const char *)secret_from_base64url(
	    arena, start, (size_t)(end - start), size);
}

/*
 * Reads the two JSON segments of a text whose three are all well-formed. That
 * must be known before libjwt sees it: it writes out of bounds on empty ones.
 */
static bool read_segments(struct arena *arena, const char *text,
    const struct segment **header, const struct segment **payload)
{
	const char *end = text + strnlen(text, TOKEN_LENGTH_MAX + 1);
	const char *first = memchr(text, '.', (size_t)(end - text));
	const char *second = NULL, *head = NULL, *body = NULL;
	size_t head_size = 0, body_size = 0, size = 0;

	if (end - text > TOKEN_LENGTH_MAX || first == NULL)
		return false;
	second = memchr(first + 1, '.', (size_t)(end - first - 1));
	if (second == NULL || decode(arena, second + 1, end, &size) == NULL)
		return false;
	head = decode(arena, text, first, &head_size);
	body = decode(arena, first + 1, second, &body_size);
	if (head == NULL || body == NULL)
		return false;
	*header = segment_open(arena, head, head_size);
	*payload = segment_open(arena, body, body_size);
	return *header != NULL && *payload != NULL;
}

/*
 * Returns true when all of the header may stand: jku, jwk, x5u and x5c name a
 * key of the sender's choice, so nothing reads them.
 */
static bool header_holds(const struct segment *header)
{
	return segment_string(header, "alg") != NULL &&
	    (segment_string(header, "kid") != NULL ||
		!segment_has(header, "kid")) &&
	    (segment_string(header, "typ") != NULL ||
		!segment_has(header, "typ")) &&
	    !segment_has(header, "crit") && !segment_has(header, "b64");
}

static bool has_signed(
    const struct key *key, const struct segment *header, const char *text)
{
	return strcmp(segment_string(header, "alg"),
		   config_algorithm(key->algorithm)) == 0 &&
	    signature_holds(key, text);
}

/* The key that has signed: that of the kid, without one any of the ring. */
static const struct key *signer_of(const struct keyring *keyring,
    const struct segment *header, const char *text, bool *unknown_kid)
{
	const char *kid = segment_string(header, "kid");
	const struct key *key = NULL;

	if (kid != NULL) {
		key = keyring_find(keyring, kid);
		if (key == NULL && unknown_kid != NULL)
			*unknown_kid = true;
		return key != NULL && has_signed(key, header, text) ? key
								    : NULL;
	}
	do
		key = keyring_next(keyring, key);
	while (key != NULL && !has_signed(key, header, text));
	return key;
}

/* Sessions are ours: another issuer's word counts for access alone. */
static enum outcome read_foreign(struct arena *arena,
    const struct config *config, const struct segment *payload, unsigned types,
    int64_t now, struct claims *claims)
{
	enum outcome outcome =
	    claims_read(arena, config, payload, TOKEN_ANY, now, claims);

	if (outcome != OK)
		return outcome;
	if (claims->type != TOKEN_ACCESS)
		return TOKEN_INVALID;
	return (types & TOKEN_ACCESS) != 0 ? OK : TOKEN_OF_WRONG_TYPE;
}

enum outcome token_verify(struct arena *arena, const struct config *config,
    const struct keyring *keyring, unsigned types, const char *text,
    int64_t now, struct claims *claims, bool *unknown_kid)
{
	const struct segment *header = NULL, *payload = NULL;
	const struct key *key = NULL;

	*claims = (struct claims){ 0 };
	if (unknown_kid != NULL)
		*unknown_kid = false;
	if (keyring == NULL)
		return UNAVAILABLE;
	if (!read_segments(arena, text, &header, &payload))
		return TOKEN_INVALID;
	if (!header_holds(header))
		return TOKEN_INVALID;
	key = signer_of(keyring, header, text, unknown_kid);
	if (key == NULL)
		return TOKEN_INVALID;
	if (key->is_imported)
		return read_foreign(arena, config, payload, types, now, claims);
	return claims_read(arena, config, payload, types, now, claims);
}
