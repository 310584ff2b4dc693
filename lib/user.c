/* user.c - the user that an access token means. */
#include "user.h"

#include "queries.h"
#include "session.h"

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
