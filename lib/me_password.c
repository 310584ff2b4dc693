/* me_password.c - another password for the own account. */
#include "cookies.h"
#include "courier.h"
#include "fields.h"
#include "me.h"
#include "queries.h"
#include "reauth.h"

/* The rules look at the account's names, so they come after the password. */
static enum outcome check(struct request *request, const char *current,
    const char *password, struct account *account)
{
	enum outcome outcome = reauth_check(request, current, account);
	const char *const *columns = account->profile.columns;
	struct person person = { 0 };

	if (outcome != OK)
		return outcome;
	person.username = columns[USER_USERNAME];
	person.first_name = columns[USER_FIRST_NAME];
	person.last_name = columns[USER_LAST_NAME];
	person.email = columns[USER_EMAIL];
	return field_password_is_good(
		   request, "new_password", password, &person)
	    ? reauth_code(request, account)
	    : FIELDS_INVALID;
}

enum outcome me_password(struct request *request, const char *current_password,
    const char *new_password)
{
	const struct config *config = request->config;
	struct account account = { 0 };
	const struct rows *rows = NULL;
	const char *hash = NULL;
	enum outcome outcome =
	    check(request, current_password, new_password, &account);

	if (outcome != OK)
		return outcome;
	hash = password_hash(request->arena, config, new_password);
	if (hash == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, request->arena, &query_me_password, &rows,
	    account.id, account.epoch, hash, request->peer.prefix,
	    config->logout_on_password_change ? NULL : request->claims.sid,
	    db_boolean(*config->on_password_changed != '\0'));
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return reauth_moved(request, CURRENT_PASSWORD_WRONG);
	courier_call(request);
	if (config->logout_on_password_change)
		cookies_clear(request);
	return NO_CONTENT;
}
