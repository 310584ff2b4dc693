/* login.c - username and password to an account. */
#include "login.h"

#include <string.h>

#include "address.h"
#include "cookies.h"
#include "identity.h"
#include "log.h"
#include "otp.h"
#include "password.h"
#include "queries.h"

static unsigned username_flags(const struct request *request)
{
	return request->config->login_field == LOGIN_EMAIL ? FIELD_UNKNOWN : 0;
}

static unsigned email_flags(const struct request *request)
{
	return request->config->login_field == LOGIN_EMAIL ? 0 : FIELD_UNKNOWN;
}

const struct field login_fields[] = {
	{ "username", 0, 0, NULL, username_flags },
	{ "email", 0, 0, NULL, email_flags },
	{ "password", PASSWORD_SIZE_MAX, FIELD_SECRET, NULL, NULL },
	{ "remember", 0, FIELD_OPTIONAL | FIELD_SWITCH, NULL, NULL },
	{ "otp", OTP_LENGTH_MAX, FIELD_OPTIONAL, NULL, NULL },
	{ 0 },
};

/* What was typed as the account's name, as names and as addresses compare. */
struct name {
	const char *username, *address; /* NULL: it is not looked for */
};

/* "" is a name that no account has. */
static struct name name_of(struct request *request)
{
	enum login_field by = request->config->login_field;
	const char *typed =
	    request_value(request, by == LOGIN_EMAIL ? "email" : "username");
	const char *username = identity_canonical(request->arena, typed);
	struct name name = { 0 };

	if (by != LOGIN_EMAIL)
		name.username = username != NULL ? username : "";
	if (by != LOGIN_USERNAME)
		name.address = address_canonical(request->arena, typed);
	return name;
}

/* Runs the statement that counts the attempt and finds the account. */
static enum outcome count_attempt(
    struct request *request, const struct name *name, const struct rows **rows)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	enum outcome outcome = DB_RUN(request->db, arena, &query_login_attempt,
	    rows, name->username, request->peer.prefix,
	    db_boolean(config->throttle),
	    db_integer(arena, config->peer_attempts),
	    db_integer(arena, config->login_failures),
	    db_integer(arena, config->login_wait),
	    db_integer(arena, config->login_wait_max), name->address,
	    db_boolean(profile_needs_groups(config, true)));
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

/* Where only the code is missing nothing has failed. */
static enum outcome refuse(struct request *request, const struct name *typed,
    const struct rows *rows, enum outcome outcome)
{
	const struct rows *none = NULL;
	const char *id = rows_text(rows, 0, "id");
	const char *name =
	    typed->username != NULL ? typed->username : typed->address;
	const char *ended = outcome_answer(outcome)->name;
	bool is_failure = outcome != OTP_REQUIRED;

	/* The line that fail2ban reads; a name that no account has might be a
	 * password. */
	log_info("login %s: peer=%s account=%s outcome=%s",
	    is_failure ? "failed" : "goes on", request->peer.address,
	    id != NULL ? name : "-", ended);
	if (DB_RUN(request->db, request->arena, &query_login_failed, &none, id,
		name, request->peer.prefix, rows_text(rows, 0, "subject"),
		db_boolean(
		    is_failure && *request->config->on_login_failed != '\0'),
		ended, rows_text(rows, 0, "counter"),
		is_failure ? NULL : rows_text(rows, 0, "attempt")) != OK)
		return UNAVAILABLE;
	return outcome;
}

static bool is_password(
    struct request *request, const struct rows *rows, const char *password)
{
	const char *hash = rows_text(rows, 0, "password");

	if (hash == NULL || strcmp(hash, PASSWORD_NONE) == 0)
		return password_verify_nobody(request->config, password);
	return password_verify(hash, password);
}

static bool may_login(const struct config *config, const struct rows *rows)
{
	return !rows_boolean(rows, 0, "is_banned") &&
	    (rows_boolean(rows, 0, "is_verified") ||
		!config->check_user_is_active);
}

static void read_account(struct account *account, const struct rows *rows)
{
	account->id = rows_text(rows, 0, "id");
	account->profile = profile_of(rows);
	account->epoch = rows_text(rows, 0, "epoch");
	account->hash = rows_text(rows, 0, "password");
	account->counter = rows_text(rows, 0, "counter");
	account->attempt = rows_text(rows, 0, "attempt");
	account->totp_secret = rows_text(rows, 0, "totp_secret");
	account->better_hash = NULL;
}

/* The code of a request whose password is right. */
static enum outcome check_code(
    struct request *request, const struct account *account)
{
	const char *typed = request_value(request, "otp");

	if (account->totp_secret == NULL)
		return OK;
	return *typed != '\0' ? otp_check(request, account, typed)
			      : OTP_REQUIRED;
}

enum outcome login_check(struct request *request, struct account *account)
{
	const char *password = request_value(request, "password");
	const struct name name = name_of(request);
	const struct rows *rows = NULL;
	enum outcome outcome = cookies_guard(request);

	if (outcome == OK)
		outcome = count_attempt(request, &name, &rows);
	if (outcome != OK)
		return outcome;
	if (!is_password(request, rows, password) ||
	    !may_login(request->config, rows))
		return refuse(request, &name, rows, LOGIN_REFUSED);
	read_account(account, rows);
	outcome = check_code(request, account);
	if (outcome == OTP_REQUIRED || outcome == OTP_INVALID)
		return refuse(request, &name, rows, outcome);
	if (outcome != OK)
		return outcome;
	if (password_needs_rehash(request->config, account->hash))
		account->better_hash =
		    password_hash(request->arena, request->config, password);
	return OK;
}

int64_t login_lifetime(const struct request *request, int64_t usual)
{
	int64_t remembered = request->config->remember_token_lifetime;

	return remembered > 0 && *request_value(request, "remember") != '\0'
	    ? remembered
	    : usual;
}

void login_reply(struct request *request, const struct account *account)
{
	for (config_list name = request->config->obtain_response; *name; name++)
		profile_reply(request->reply, *name, &account->profile,
		    (enum user_column)config_column(*name));
}
