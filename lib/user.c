/* user.c - accounts: who a token means, who logs in, who registers. */
#include "user.h"

#include <string.h>

#include "identity.h"
#include "log.h"
#include "password.h"
#include "queries.h"
#include "session.h"

/* The canonical name, "" (which no account has) where there is none. */
static const char *canonical_of(struct request *request, const char *name)
{
	const char *canonical = identity_canonical(request->arena, name);

	return canonical != NULL ? canonical : "";
}

enum outcome user_check(struct request *request, const struct claims *claims)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (config->access_check == ACCESS_CHECK_SESSION)
		return session_check(request, claims);
	outcome = DB_RUN(request->db, request->arena, &query_user_check, &rows,
	    claims->user_id, db_boolean(config->check_user_is_active));
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return USER_NOT_FOUND;
	if (!rows_boolean(rows, 0, "is_active"))
		return USER_INACTIVE;
	if (claims->has_epoch &&
	    claims->epoch != rows_integer(rows, 0, "epoch"))
		return PASSWORD_CHANGED;
	return OK;
}

/* Runs the statement that counts the attempt and finds the account. */
static enum outcome attempt(
    struct request *request, const char *name, const struct rows **rows)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	enum outcome outcome = DB_RUN(request->db, arena, &query_login_attempt,
	    rows, name, request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->peer_attempts),
	    db_integer(arena, config->login_failures),
	    db_integer(arena, config->login_wait),
	    db_integer(arena, config->login_wait_max));
	int64_t wait = 0;

	if (outcome != OK)
		return outcome;
	wait = rows_integer(*rows, 0, "wait");
	if (wait == 0)
		return OK;
	log_info("login throttled: peer=%s wait=%lld", request->peer.address,
	    (long long)wait);
	return request_throttled(request, wait);
}

static enum outcome refuse(
    struct request *request, const char *name, const struct rows *rows)
{
	const struct rows *none = NULL;
	const char *id = rows_text(rows, 0, "id");

	/* The line that fail2ban reads; a name that no account has might be a
	 * password. */
	log_info("login failed: peer=%s account=%s", request->peer.address,
	    id != NULL ? name : "-");
	if (DB_RUN(request->db, request->arena, &query_login_failed, &none, id,
		name, request->peer.prefix) != OK)
		return UNAVAILABLE;
	return LOGIN_REFUSED;
}

static bool is_password(
    struct request *request, const struct rows *rows, const char *password)
{
	const char *hash = rows_text(rows, 0, "password");

	if (hash == NULL)
		return password_verify_nobody(request->config, password);
	return password_verify(hash, password);
}

static bool may_login(const struct config *config, const struct rows *rows)
{
	return !rows_boolean(rows, 0, "is_banned") &&
	    (rows_boolean(rows, 0, "is_verified") ||
		!config->check_user_is_active);
}

enum outcome user_login(struct request *request, const char *username,
    const char *password, struct account *account)
{
	const char *name = canonical_of(request, username);
	const struct rows *rows = NULL;
	enum outcome outcome = attempt(request, name, &rows);

	if (outcome != OK)
		return outcome;
	if (!is_password(request, rows, password) ||
	    !may_login(request->config, rows))
		return refuse(request, name, rows);
	account->id = rows_text(rows, 0, "id");
	account->subject = rows_text(rows, 0, "subject");
	account->epoch = rows_text(rows, 0, "epoch");
	account->hash = rows_text(rows, 0, "password");
	account->counter = rows_text(rows, 0, "counter");
	account->better_hash = NULL;
	if (password_needs_rehash(request->config, account->hash))
		account->better_hash =
		    password_hash(request->arena, request->config, password);
	return OK;
}

static enum outcome may_register(
    struct request *request, const char *name, const char *address)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_register_attempt, &rows, name, address, request->peer.prefix,
	    db_boolean(config->throttle),
	    db_integer(request->arena, config->peer_attempts));

	if (outcome != OK)
		return outcome;
	if (rows_integer(rows, 0, "wait") > 0)
		return request_throttled(
		    request, rows_integer(rows, 0, "wait"));
	if (rows_boolean(rows, 0, "has_username"))
		return USERNAME_TAKEN;
	if (config->registration_conflict == CONFLICT_REVEAL &&
	    rows_boolean(rows, 0, "has_email"))
		return EMAIL_TAKEN;
	return OK;
}

enum outcome user_register(struct request *request,
    const struct registration *registration, const char **subject)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const char *name = canonical_of(request, registration->username);
	const char *address =
	    identity_address_canonical(arena, registration->email);
	const struct rows *rows = NULL;
	const char *hash = NULL;
	enum outcome outcome = may_register(request, name, address);

	if (outcome != OK)
		return outcome;
	hash = password_hash(arena, config, registration->password);
	if (hash == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, arena, &query_register, &rows,
	    registration->username, name, registration->email, address,
	    registration->first_name, registration->last_name, hash,
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->address_interval),
	    db_integer(arena, config->address_letters));
	if (outcome != OK)
		return outcome;
	*subject = rows_text(rows, 0, "subject");
	return CREATED;
}

enum outcome user_ask_letter(
    struct request *request, const char *purpose, const char *address)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, arena, &query_letter_ask,
	    &rows, purpose, identity_address_canonical(arena, address),
	    request->peer.prefix, db_boolean(config->throttle),
	    db_integer(arena, config->peer_letters),
	    db_integer(arena, config->address_interval),
	    db_integer(arena, config->address_letters));

	return outcome == OK ? NO_CONTENT : outcome;
}
