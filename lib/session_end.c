/* session_end.c - the end of a session. */
#include "queries.h"
#include "session.h"
#include "session_state.h"

enum outcome session_end(
    struct request *request, const struct claims *presented)
{
	const struct rows *rows = NULL;
	const struct verdict *verdict = NULL;
	enum outcome outcome = OK;

	if (presented->user_id == NULL)
		return TOKEN_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_session_end, &rows,
	    presented->sid, presented->user_id, request->peer.prefix);
	if (outcome != OK || rows_count(rows) > 0)
		return outcome;
	outcome = session_state(request, presented, NULL, &verdict);
	return outcome == OK ? verdict->end : outcome;
}
