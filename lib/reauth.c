/* reauth.c - the password once more. */
#include "reauth.h"

#include "log.h"
#include "otp.h"
#include "password.h"
#include "queries.h"
#include "user.h"
#include "user_id.h"

/* Runs the statement that counts the attempt and finds the account. */
static enum outcome count_attempt(
    struct request *request, const struct rows **rows)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	enum outcome outcome = DB_RUN(request->db, arena, &query_reauth_attempt,
	    rows, user_id_column(config),
	    user_id_key(request, request->claims.user_id), request->peer.prefix,
	    db_boolean(config->throttle),
	    db_integer(arena, config->peer_attempts),
	    db_integer(arena, config->login_failures),
	    db_integer(arena, config->login_wait),
	    db_integer(arena, config->login_wait_max));

	if (outcome != OK)
		return outcome;
	if (rows_count(*rows) == 0)
		return USER_NOT_FOUND;
	if (rows_integer(*rows, 0, "wait") == 0)
		return OK;
	log_info("password check throttled: peer=%s outcome=throttled",
	    request->peer.address);
	return request_throttled(request, rows_integer(*rows, 0, "wait"));
}

enum outcome reauth_attempt(struct request *request, struct account *account)
{
	const struct rows *rows = NULL;
	enum outcome outcome = count_attempt(request, &rows);

	if (outcome != OK)
		return outcome;
	account->id = rows_text(rows, 0, "id");
	account->profile = profile_of(rows);
	account->epoch = rows_text(rows, 0, "epoch");
	account->hash = rows_text(rows, 0, "password");
	account->counter = rows_text(rows, 0, "counter");
	account->attempt = rows_text(rows, 0, "attempt");
	account->totp_secret = rows_text(rows, 0, "totp_secret");
	account->better_hash = NULL;
	return OK;
}

enum outcome reauth_refuse(struct request *request,
    const struct account *account, enum outcome outcome)
{
	const struct rows *none = NULL;
	const char *name = outcome_answer(outcome)->name;

	/* The line that fail2ban reads. */
	log_info("login failed: peer=%s account=%s outcome=%s",
	    request->peer.address, account->profile.columns[USER_USERNAME],
	    name);
	return DB_RUN(request->db, request->arena, &query_reauth_failed, &none,
		   account->id, request->peer.prefix, name) == OK
	    ? outcome
	    : UNAVAILABLE;
}

enum outcome reauth_clear(
    struct request *request, const struct account *account)
{
	const struct rows *none = NULL;

	return DB_RUN(request->db, request->arena, &query_reauth_passed, &none,
	    account->counter, NULL);
}

enum outcome reauth_take_back(
    struct request *request, const struct account *account)
{
	const struct rows *none = NULL;

	return DB_RUN(request->db, request->arena, &query_reauth_passed, &none,
	    account->counter, account->attempt);
}

enum outcome reauth_check(
    struct request *request, const char *password, struct account *account)
{
	enum outcome outcome = reauth_attempt(request, account);

	if (outcome != OK)
		return outcome;
	if (!password_verify(account->hash, password))
		return reauth_refuse(request, account, CURRENT_PASSWORD_WRONG);
	return account->totp_secret != NULL ? reauth_take_back(request, account)
					    : reauth_clear(request, account);
}

enum outcome reauth_code(struct request *request, const struct account *account)
{
	const char *typed = request_value(request, "otp");
	struct account now = { 0 };
	enum outcome outcome = OK;

	if (account->totp_secret == NULL)
		return OK;
	if (*typed == '\0')
		return OTP_MISSING;
	outcome = reauth_attempt(request, &now);
	if (outcome != OK)
		return outcome;
	outcome = otp_check(request, account, typed);
	if (outcome == OTP_INVALID)
		return reauth_refuse(request, account, OTP_REFUSED);
	return outcome == OK ? reauth_clear(request, account) : outcome;
}

enum outcome reauth_moved(struct request *request, enum outcome otherwise)
{
	enum outcome outcome = user_ask(request, &request->claims, "");

	request->bearer_refused = outcome != OK;
	return outcome == OK ? otherwise : outcome;
}
