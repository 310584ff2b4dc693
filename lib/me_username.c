/* me_username.c - another username for the own account. */
#include "fields.h"
#include "identity.h"
#include "me.h"
#include "queries.h"
#include "reauth.h"

enum outcome me_username(struct request *request, const char *current_password,
    const char *new_username)
{
	struct arena *arena = request->arena;
	struct account account = { 0 };
	const struct rows *rows = NULL;
	const char *username = identity_username(arena, new_username);
	enum outcome outcome =
	    reauth_check(request, current_password, &account);

	if (outcome != OK)
		return outcome;
	if (!field_username_is_own(request, "new_username", username,
		account.profile.columns[USER_EMAIL]))
		return FIELDS_INVALID;
	outcome = reauth_code(request, &account);
	if (outcome != OK)
		return outcome;
	outcome = DB_RUN(request->db, arena, &query_me_username, &rows,
	    account.id, account.epoch, username,
	    identity_canonical(arena, username), request->peer.prefix);
	if (outcome == USERNAME_TAKEN)
		return NEW_USERNAME_TAKEN;
	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0
	    ? NO_CONTENT
	    : reauth_moved(request, CURRENT_PASSWORD_WRONG);
}
