/* me_delete.c - the end of the own account. */
#include "cookies.h"
#include "me.h"
#include "queries.h"
#include "reauth.h"

enum outcome me_delete(struct request *request, const char *current_password)
{
	struct account account = { 0 };
	const struct rows *rows = NULL;
	enum outcome outcome =
	    reauth_check(request, current_password, &account);

	if (outcome == OK)
		outcome = reauth_code(request, &account);
	if (outcome == OK)
		outcome = DB_RUN(request->db, request->arena, &query_me_delete,
		    &rows, account.id, account.epoch, request->peer.prefix);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return reauth_moved(request, CURRENT_PASSWORD_WRONG);
	cookies_clear(request);
	return NO_CONTENT;
}
