/* login.c - username and password to an account. */
#include "login.h"

#include "identity.h"
#include "log.h"
#include "password.h"
#include "queries.h"

/* The canonical name, "" (which no account has) where there is none. */
static const char *name_key(struct request *request, const char *name)
{
	const char *canonical = identity_canonical(request->arena, name);

	return canonical != NULL ? canonical : "";
}

/* Runs the statement that counts the attempt and finds the account. */
static enum outcome count_attempt(
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
	log_info("login throttled: peer=%s wait=%lld outcome=throttled",
	    request->peer.address, (long long)wait);
	return request_throttled(request, wait);
}

static enum outcome refuse(
    struct request *request, const char *name, const struct rows *rows)
{
	const struct rows *none = NULL;
	const char *id = rows_text(rows, 0, "id");

	/* The line that fail2ban reads; a name that no account has might be a
	 * password. */
	log_info("login failed: peer=%s account=%s outcome=login_refused",
	    request->peer.address, id != NULL ? name : "-");
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

enum outcome login_check(struct request *request, const char *username,
    const char *password, struct account *account)
{
	const char *name = name_key(request, username);
	const struct rows *rows = NULL;
	enum outcome outcome = count_attempt(request, name, &rows);

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
