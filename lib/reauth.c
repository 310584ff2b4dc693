/* reauth.c - the password once more. */
#include "reauth.h"

#include "log.h"
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

static enum outcome refuse(struct request *request, const struct rows *rows)
{
	const struct rows *none = NULL;

	/* The line that fail2ban reads. */
	log_info("login failed: peer=%s account=%s outcome=%s",
	    request->peer.address, rows_text(rows, 0, "username"),
	    "current_password_wrong");
	return DB_RUN(request->db, request->arena, &query_reauth_failed, &none,
		   rows_text(rows, 0, "id"), request->peer.prefix) == OK
	    ? CURRENT_PASSWORD_WRONG
	    : UNAVAILABLE;
}

enum outcome reauth_check(
    struct request *request, const char *password, struct account *account)
{
	const struct rows *rows = NULL, *none = NULL;
	enum outcome outcome = count_attempt(request, &rows);

	if (outcome != OK)
		return outcome;
	account->id = rows_text(rows, 0, "id");
	account->profile = profile_of(rows);
	account->epoch = rows_text(rows, 0, "epoch");
	account->hash = rows_text(rows, 0, "password");
	account->counter = rows_text(rows, 0, "counter");
	account->better_hash = NULL;
	if (!password_verify(account->hash, password))
		return refuse(request, rows);
	return DB_RUN(request->db, request->arena, &query_reauth_passed, &none,
	    account->counter);
}

enum outcome reauth_moved(struct request *request, enum outcome otherwise)
{
	enum outcome outcome = user_ask(request, &request->claims, "");

	request->bearer_refused = outcome != OK;
	return outcome == OK ? otherwise : outcome;
}
