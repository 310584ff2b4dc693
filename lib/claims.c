/* claims.c - the rules for claims. */
#include "claims.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reply.h"
#include "secret.h"

#define CLOCK_SKEW 5                    /* nodes differ */
#define LAST_DATE INT64_C(253402300799) /* the end of the year 9999 */

/* clang-format off */
static const char *const type_names[] = {
	[TOKEN_ACCESS] = "access",
	[TOKEN_REFRESH] = "refresh",
};
/* clang-format on */

static enum outcome check_dates(const struct config *config,
    const struct segment *payload, int64_t now, struct claims *claims)
{
	const int64_t leeway = config->leeway;
	const int64_t skew = leeway > CLOCK_SKEW ? leeway : CLOCK_SKEW;
	int64_t nbf = 0;

	if (segment_has(payload, "iat") &&
	    (!segment_date(payload, "iat", &claims->iat) ||
		claims->iat > now + skew))
		return TOKEN_INVALID;
	if (segment_has(payload, "nbf") &&
	    (!segment_date(payload, "nbf", &nbf) || nbf > now + leeway))
		return TOKEN_INVALID;
	if (!segment_has(payload, "exp"))
		return OK;
	if (!segment_date(payload, "exp", &claims->exp) ||
	    claims->exp > LAST_DATE)
		return TOKEN_INVALID;
	return claims->exp <= now - leeway ? TOKEN_EXPIRED : OK;
}

static bool is_from_issuer(
    const struct config *config, const struct segment *payload)
{
	const char *issuer = NULL;

	if (*config->issuer == '\0')
		return true;
	issuer = segment_string(payload, "iss");
	return issuer != NULL && strcmp(issuer, config->issuer) == 0;
}

/*
 * A token that names an audience is refused by who is not in it, and who has
 * no name is in none (RFC 7519 section 4.1.3).
 */
static bool is_for_us(
    const struct config *config, const struct segment *payload)
{
	if (*config->audience == NULL)
		return !segment_has(payload, "aud");
	return segment_names_one_of(payload, "aud", config->audience);
}

static bool is_string_or_absent(const struct segment *payload, const char *name)
{
	return !segment_has(payload, name) ||
	    segment_string(payload, name) != NULL;
}

static const char *user_of(struct arena *arena, const struct segment *payload)
{
	const char *text = segment_string(payload, "user_id");
	int64_t number = 0;

	if (segment_integer(payload, "user_id", &number))
		return arena_printf(arena, "%" PRId64, number);
	if (text == NULL || *text == '\0' || strlen(text) > CLAIM_USER_ID_MAX)
		return NULL;
	return text;
}

/* What only our own tokens have to have right: session and epoch. */
static bool read_session(const struct segment *payload, struct claims *claims)
{
	claims->sid = segment_string(payload, "sid");
	claims->has_epoch = segment_has(payload, "epoch");
	if (segment_has(payload, "sid") &&
	    (claims->sid == NULL || !secret_is_id(claims->sid)))
		return false;
	return !claims->has_epoch ||
	    (segment_integer(payload, "epoch", &claims->epoch) &&
		claims->epoch >= 0);
}

static enum outcome read_type(const struct segment *payload,
    enum token_type expected, enum token_type *type)
{
	const char *name = segment_string(payload, "token_type");

	if (!segment_has(payload, "token_type"))
		return TOKEN_WITHOUT_TYPE;
	if (name == NULL)
		return TOKEN_OF_WRONG_TYPE;
	if (strcmp(name, type_names[TOKEN_ACCESS]) == 0)
		*type = TOKEN_ACCESS;
	else if (strcmp(name, type_names[TOKEN_REFRESH]) == 0)
		*type = TOKEN_REFRESH;
	else
		return TOKEN_OF_WRONG_TYPE;
	return expected == TOKEN_ANY || expected == *type ? OK
							  : TOKEN_OF_WRONG_TYPE;
}

enum outcome claims_read(struct arena *arena, const struct config *config,
    const struct segment *payload, enum token_type type, int64_t now,
    struct claims *claims)
{
	enum outcome outcome = OK;

	*claims = (struct claims){ 0 };
	outcome = check_dates(config, payload, now, claims);
	if (outcome != OK)
		return outcome;
	if (!is_from_issuer(config, payload) || !is_for_us(config, payload))
		return TOKEN_INVALID;
	if (!is_string_or_absent(payload, "sub") ||
	    !is_string_or_absent(payload, "jti") ||
	    !read_session(payload, claims))
		return TOKEN_INVALID;
	if (!segment_has(payload, "exp"))
		return TOKEN_WITHOUT_EXP;
	claims->jti = segment_string(payload, "jti");
	if (claims->jti == NULL || *claims->jti == '\0')
		return TOKEN_WITHOUT_ID;
	claims->user_id = user_of(arena, payload);
	return read_type(payload, type, &claims->type);
}

const char *claims_text(struct arena *arena, const struct config *config,
    const struct claims *claims)
{
	struct reply *payload = reply_open(arena);

	assert(claims->type == TOKEN_ACCESS || claims->type == TOKEN_REFRESH);
	assert(claims->jti != NULL);
	reply_string(payload, "token_type", type_names[claims->type]);
	reply_integer(payload, "exp", claims->exp);
	reply_integer(payload, "iat", claims->iat);
	reply_string(payload, "jti", claims->jti);
	if (claims->user_id != NULL)
		reply_string(payload, "user_id", claims->user_id);
	if (claims->sid != NULL)
		reply_string(payload, "sid", claims->sid);
	if (claims->has_epoch)
		reply_integer(payload, "epoch", claims->epoch);
	if (*config->issuer != '\0')
		reply_string(payload, "iss", config->issuer);
	if (config->audience[0] != NULL && config->audience[1] == NULL)
		reply_string(payload, "aud", config->audience[0]);
	else
		for (size_t i = 0; config->audience[i] != NULL; i++)
			reply_append(payload, "aud", config->audience[i]);
	return reply_text(payload);
}
