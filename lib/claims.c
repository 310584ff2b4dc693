/* claims.c - the rules for claims. */
#include "claims.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "profile.h"
#include "reply.h"
#include "secret.h"

#define CLOCK_SKEW 5                    /* nodes differ */
#define LAST_DATE INT64_C(253402300799) /* the end of the year 9999 */

static const struct {
	enum token_type type;
	const char *name;
} types[] = { { TOKEN_ACCESS, "access" }, { TOKEN_REFRESH, "refresh" },
	{ TOKEN_SLIDING, "sliding" } };

#define TYPES (sizeof types / sizeof *types)

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

static const char *user_of(struct arena *arena, const struct config *config,
    const struct segment *payload)
{
	const char *text = segment_string(payload, config->user_id_claim);
	int64_t number = 0;

	if (segment_integer(payload, config->user_id_claim, &number))
		return arena_printf(arena, "%" PRId64, number);
	if (text == NULL || *text == '\0' || strlen(text) > CLAIM_USER_ID_MAX)
		return NULL;
	return text;
}

/* What only our own tokens have to have right: session and epoch. */
static bool read_session(const struct config *config,
    const struct segment *payload, struct claims *claims)
{
	const char *epoch = config->revoke_token_claim;

	claims->sid = segment_string(payload, "sid");
	claims->has_epoch = segment_has(payload, epoch);
	if (segment_has(payload, "sid") &&
	    (claims->sid == NULL || !secret_is_id(claims->sid)))
		return false;
	return !claims->has_epoch ||
	    (segment_integer(payload, epoch, &claims->epoch) &&
		claims->epoch >= 0);
}

static enum outcome read_type(const struct config *config,
    const struct segment *payload, unsigned expected, enum token_type *type)
{
	const char *name = segment_string(payload, config->token_type_claim);

	if (!segment_has(payload, config->token_type_claim))
		return TOKEN_WITHOUT_TYPE;
	for (size_t i = 0; name != NULL && i < TYPES; i++)
		if ((expected & types[i].type) != 0 &&
		    strcmp(name, types[i].name) == 0) {
			*type = types[i].type;
			return OK;
		}
	return TOKEN_OF_WRONG_TYPE;
}

/* Of no use but to the refresh of sliding tokens, which asks for it. */
static bool read_refresh_exp(const struct config *config,
    const struct segment *payload, struct claims *claims)
{
	const char *name = config->sliding_token_refresh_exp_claim;

	claims->has_refresh_exp = segment_has(payload, name);
	return !claims->has_refresh_exp ||
	    (segment_date(payload, name, &claims->refresh_exp) &&
		claims->refresh_exp <= LAST_DATE);
}

enum outcome claims_read(struct arena *arena, const struct config *config,
    const struct segment *payload, unsigned expected, int64_t now,
    struct claims *claims)
{
	enum outcome outcome = OK;

	*claims = (struct claims){ .payload = payload };
	outcome = check_dates(config, payload, now, claims);
	if (outcome != OK)
		return outcome;
	if (!is_from_issuer(config, payload) || !is_for_us(config, payload))
		return TOKEN_INVALID;
	if (!is_string_or_absent(payload, "sub") ||
	    !is_string_or_absent(payload, "jti") ||
	    !is_string_or_absent(payload, config->jti_claim) ||
	    !read_session(config, payload, claims) ||
	    !read_refresh_exp(config, payload, claims))
		return TOKEN_INVALID;
	if (!segment_has(payload, "exp"))
		return TOKEN_WITHOUT_EXP;
	claims->jti = segment_string(payload, config->jti_claim);
	if (claims->jti == NULL || *claims->jti == '\0')
		return TOKEN_WITHOUT_ID;
	claims->user_id = user_of(arena, config, payload);
	return read_type(config, payload, expected, &claims->type);
}

static const char *type_name(enum token_type type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].type == type)
			return types[i].name;
	assert(0 && "a token has one type");
	return "";
}

const char *claims_text(struct arena *arena, const struct config *config,
    const struct claims *claims)
{
	struct reply *payload = reply_open(arena);

	assert(claims->jti != NULL);
	reply_string(
	    payload, config->token_type_claim, type_name(claims->type));
	reply_integer(payload, "exp", claims->exp);
	reply_integer(payload, "iat", claims->iat);
	reply_string(payload, config->jti_claim, claims->jti);
	if (claims->has_refresh_exp)
		reply_integer(payload, config->sliding_token_refresh_exp_claim,
		    claims->refresh_exp);
	if (claims->user_id != NULL)
		reply_string(payload, config->user_id_claim, claims->user_id);
	if (claims->sid != NULL)
		reply_string(payload, "sid", claims->sid);
	if (claims->has_epoch)
		reply_integer(
		    payload, config->revoke_token_claim, claims->epoch);
	for (const struct custom_claim *claim = config->claims;
	     claims->type != TOKEN_REFRESH && claims->profile != NULL &&
	     claim->name != NULL;
	     claim++)
		profile_reply(
		    payload, claim->name, claims->profile, claim->column);
	if (*config->issuer != '\0')
		reply_string(payload, "iss", config->issuer);
	if (config->audience[0] != NULL && config->audience[1] == NULL)
		reply_string(payload, "aud", config->audience[0]);
	else
		for (size_t i = 0; config->audience[i] != NULL; i++)
			reply_append(payload, "aud", config->audience[i]);
	return reply_text(payload);
}
