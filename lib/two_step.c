/* two_step.c - two-step login of an account: set up, kept, ended. */
#include "two_step.h"

#include <string.h>

#include "log.h"
#include "otp.h"
#include "password.h"
#include "qr.h"
#include "queries.h"
#include "reauth.h"
#include "recovery.h"
#include "seal.h"
#include "secret.h"
#include "totp.h"
#include "user_id.h"

enum outcome two_step_state(struct request *request)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_totp_state, &rows, user_id_column(request->config),
	    user_id_key(request, request->claims.user_id));

	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return USER_NOT_FOUND;
	request->reply = reply_open(request->arena);
	reply_boolean(
	    request->reply, "enabled", rows_boolean(rows, 0, "is_enabled"));
	reply_integer(request->reply, "recovery_codes_left",
	    rows_integer(rows, 0, "recovery_codes_left"));
	return OK;
}

/* The sealed secret; NULL where there is none, or it was not proved in time. */
static enum outcome read_secret(
    struct request *request, const struct account *account, const char **secret)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_totp_secret, &rows, account->id);

	if (outcome == OK && rows_count(rows) > 0)
		*secret = rows_text(rows, 0, "secret");
	return outcome;
}

/* The attempt was counted, but there was nothing to try. */
static enum outcome take_back(struct request *request,
    const struct account *account, enum outcome outcome)
{
	return reauth_take_back(request, account) == OK ? outcome : UNAVAILABLE;
}

/* Seals a new secret; NULL after logging why it cannot. */
static const char *seal_secret(struct request *request,
    const struct account *account, const unsigned char *secret)
{
	const char *problem = NULL;
	const struct seal_key *key =
	    seal_key_read(request->arena, request->config->totp_key, &problem);

	if (key == NULL) {
		log_error("two-step login: totp_key: %s", problem);
		return NULL;
	}
	return seal_make(
	    request->arena, key, account->id, secret, TOTP_SECRET_SIZE);
}

static void reply_secret(struct request *request, const struct account *account,
    const unsigned char *secret)
{
	struct arena *arena = request->arena;
	const char *text = totp_base32(arena, secret, TOTP_SECRET_SIZE);
	const char *uri = totp_uri(arena, request->config->site_name,
	    account->profile.columns[USER_USERNAME], text);
	const char *qr = qr_svg(arena, uri);

	request->reply = reply_open(arena);
	reply_string(request->reply, "secret", text);
	reply_string(request->reply, "uri", uri);
	if (qr != NULL)
		reply_string(request->reply, "qr", qr);
	else
		reply_null(request->reply, "qr");
}

enum outcome two_step_begin(
    struct request *request, const struct account *account)
{
	unsigned char *secret = arena_alloc(request->arena, TOTP_SECRET_SIZE);
	const char *sealed = NULL;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (account->totp_secret != NULL)
		return TWO_STEP_ON;
	secret_random(secret, TOTP_SECRET_SIZE);
	sealed = seal_secret(request, account, secret);
	if (sealed == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, request->arena, &query_totp_begin, &rows,
	    account->id, account->epoch, sealed, request->peer.prefix);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return TWO_STEP_ON;
	reply_secret(request, account, secret);
	return OK;
}

/* Replies new recovery codes; returns their hashes with a blank between. */
static const char *make_codes(
    struct request *request, const struct account *account)
{
	struct arena *arena = request->arena;
	const char *hashes = "";

	request->reply = reply_open(arena);
	for (int i = 0; i < RECOVERY_CODES; i++) {
		const char *code = recovery_make(arena);

		reply_append(request->reply, "recovery_codes", code);
		hashes = arena_printf(arena, "%s%s%s", hashes, i > 0 ? " " : "",
		    recovery_hash(arena, account->id, code));
	}
	return hashes;
}

static enum outcome enable(struct request *request,
    const struct account *account, const char *secret, int64_t step)
{
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, arena, &query_totp_confirm,
	    &rows, account->id, account->epoch, secret, db_integer(arena, step),
	    make_codes(request, account), request->peer.prefix,
	    account->counter);

	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? OK : OTP_REFUSED;
}

enum outcome two_step_confirm(struct request *request)
{
	const char *otp = request_value(request, "otp"), *secret = NULL;
	struct account account = { 0 };
	int64_t step = 0;
	enum outcome outcome = reauth_attempt(request, &account);

	if (outcome != OK)
		return outcome;
	/* Where nobody asks the database for the user of a token. */
	if (request->claims.has_epoch &&
	    strcmp(db_integer(request->arena, request->claims.epoch),
		account.epoch) != 0)
		return take_back(request, &account, PASSWORD_CHANGED);
	if (account.totp_secret != NULL)
		return take_back(request, &account, TWO_STEP_ON);
	outcome = read_secret(request, &account, &secret);
	if (outcome != OK)
		return outcome;
	if (secret == NULL)
		return take_back(request, &account, TWO_STEP_NOT_BEGUN);
	outcome = otp_match(request, &account, secret, otp, &step);
	if (outcome == OTP_INVALID)
		return reauth_refuse(request, &account, OTP_REFUSED);
	return outcome == OK ? enable(request, &account, secret, step)
			     : outcome;
}

enum outcome two_step_renew(
    struct request *request, const struct account *account)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_totp_recovery, &rows, account->id, account->epoch,
	    make_codes(request, account), request->peer.prefix);

	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? OK : TWO_STEP_OFF;
}

enum outcome two_step_end(
    struct request *request, const struct account *account)
{
	const struct rows *rows = NULL;
	enum outcome outcome =
	    DB_RUN(request->db, request->arena, &query_totp_disable, &rows,
		account->id, account->epoch, request->peer.prefix);

	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? NO_CONTENT : TWO_STEP_OFF;
}
