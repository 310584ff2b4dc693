/* me_profile.c - the own account as it is shown, and its names. */
#include "me.h"
#include "queries.h"
#include "user_id.h"

/* The account of the token has gone while the request was on its way. */
static enum outcome profile_in(struct request *request, enum outcome outcome,
    const struct rows *rows, struct profile *profile)
{
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0) {
		request->bearer_refused = true;
		return USER_NOT_FOUND;
	}
	*profile = profile_of(rows);
	return OK;
}

enum outcome me_read(struct request *request, struct profile *profile)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_me_read, &rows, user_id_column(request->config),
	    user_id_key(request, request->claims.user_id));

	return profile_in(request, outcome, rows, profile);
}

enum outcome me_change(struct request *request, const char *first_name,
    const char *last_name, struct profile *profile)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (first_name == NULL && last_name == NULL)
		return me_read(request, profile);
	outcome = DB_RUN(request->db, request->arena, &query_me_change, &rows,
	    user_id_column(request->config),
	    user_id_key(request, request->claims.user_id), first_name,
	    last_name, request->peer.prefix);
	return profile_in(request, outcome, rows, profile);
}
