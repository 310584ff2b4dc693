/* users_delete.c - the end of an account, by its owner or by staff. */
#include "cookies.h"
#include "queries.h"
#include "reauth.h"
#include "users.h"

enum outcome users_delete(struct request *request,
    const struct visible *visible, const char *current_password)
{
	struct account account = { 0 };
	const struct rows *rows = NULL;
	enum outcome outcome =
	    reauth_check(request, current_password, &account);

	if (outcome == OK)
		outcome = reauth_code(request, &account);
	if (outcome == OK)
		outcome = DB_RUN(request->db, request->arena,
		    &query_user_delete, &rows, account.id, account.epoch,
		    visible->target, request->peer.prefix);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return reauth_moved(request, NOT_FOUND);
	if (visible->is_own)
		cookies_clear(request);
	return NO_CONTENT;
}
