/* otp.c - the second step of a login. */
#include "otp.h"

#include <ctype.h>
#include <string.h>

#include "log.h"
#include "queries.h"
#include "recovery.h"
#include "seal.h"
#include "totp.h"

/* As codes are compared: without blanks and hyphens, in upper case. */
static const char *normal(struct arena *arena, const char *typed)
{
	char *code = arena_string(arena, typed), *to = code;

	for (const char *from = code; *from != '\0'; from++)
		if (*from != ' ' && *from != '-')
			*to++ = (char)toupper((unsigned char)*from);
	*to = '\0';
	return code;
}

static enum outcome unavailable(const char *why)
{
	log_error("two-step login: totp_key: %s", why);
	return UNAVAILABLE;
}

static enum outcome open_secret(struct request *request,
    const struct account *account, const char *sealed, unsigned char **secret,
    size_t *size)
{
	const char *path = request->config->totp_key, *problem = NULL;
	const struct seal_key *key = NULL;

	if (*path == '\0')
		return unavailable(
		    "it is not set, but an account has two-step login");
	key = seal_key_read(request->arena, path, &problem);
	if (key == NULL)
		return unavailable(problem);
	*secret = seal_open(request->arena, key, account->id, sealed, size);
	return *secret != NULL
	    ? OK
	    : unavailable(arena_printf(request->arena,
		  "%s: the secret of account %s was sealed with another key",
		  path, account->profile.columns[USER_USERNAME]));
}

enum outcome otp_match(struct request *request, const struct account *account,
    const char *secret, const char *typed, int64_t *step)
{
	const char *code = normal(request->arena, typed);
	unsigned char *bytes = NULL;
	size_t size = 0;
	enum outcome outcome =
	    open_secret(request, account, secret, &bytes, &size);

	if (outcome != OK)
		return outcome;
	return totp_matches(bytes, size, code, request->now, step)
	    ? OK
	    : OTP_INVALID;
}

/* `step` or `hash` is NULL. */
static enum outcome spend(struct request *request,
    const struct account *account, const char *step, const char *hash)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_otp_spend, &rows, account->id, account->totp_secret, step,
	    hash, request->peer.prefix);

	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? OK : OTP_INVALID;
}

enum outcome otp_check(
    struct request *request, const struct account *account, const char *typed)
{
	struct arena *arena = request->arena;
	const char *code = normal(arena, typed);
	int64_t step = 0;
	enum outcome outcome = OK;

	if (strlen(code) == RECOVERY_CODE_LENGTH)
		return spend(request, account, NULL,
		    recovery_hash(arena, account->id, code));
	outcome =
	    otp_match(request, account, account->totp_secret, code, &step);
	return outcome == OK
	    ? spend(request, account, db_integer(arena, step), NULL)
	    : outcome;
}
