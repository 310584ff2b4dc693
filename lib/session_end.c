/* session_end.c - the end of a session. */
#include "queries.h"
#include "session.h"
#include "session_state.h"
#include "user_id.h"

enum outcome session_end(
    struct request *request, const struct claims *presented)
{
	const struct rows *rows = NULL;
	const struct question question = { NULL, "" };
	const struct verdict *verdict = NULL;
	enum outcome outcome = OK;

	if (presented->user_id == NULL)
		return TOKEN_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_session_end, &rows,
	    presented->sid, user_id_key(request, presented->user_id),
	    request->peer.prefix, user_id_column(request->config));
	if (outcome != OK || rows_count(rows) > 0)
		return outcome;
	outcome = session_state(request, presented, &question, &verdict);
	return outcome == OK ? verdict->end : outcome;
}
