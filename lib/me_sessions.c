/* me_sessions.c - the own sessions: what they are, and their end. */
#include <string.h>

#include "cookies.h"
#include "me.h"
#include "queries.h"
#include "secret.h"
#include "user_id.h"

enum outcome me_sessions(struct request *request)
{
	static const char *const columns[] = { "id", "created", "last_used",
		"expires", "address", "agent" };
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_me_sessions, &rows, user_id_column(request->config),
	    user_id_key(request, request->claims.user_id), request->claims.sid);

	if (outcome != OK)
		return outcome;
	request->reply = reply_open_list(request->arena);
	for (size_t row = 0; row < rows_count(rows); row++) {
		struct reply *session = reply_add(request->reply);

		for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
			reply_string(session, columns[i],
			    rows_text(rows, row, columns[i]));
		reply_boolean(
		    session, "current", rows_boolean(rows, row, "current"));
	}
	return OK;
}

enum outcome me_session_end(struct request *request, const char *id)
{
	const char *own = request->claims.sid;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!secret_is_id(id))
		return NOT_FOUND;
	outcome = DB_RUN(request->db, request->arena, &query_me_session_end,
	    &rows, user_id_column(request->config),
	    user_id_key(request, request->claims.user_id), id,
	    request->peer.prefix);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return NOT_FOUND;
	if (own != NULL && strcmp(own, id) == 0)
		cookies_clear(request);
	return NO_CONTENT;
}

enum outcome me_sessions_end(struct request *request)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_me_sessions_end, &rows, user_id_column(request->config),
	    user_id_key(request, request->claims.user_id),
	    request->peer.prefix);

	if (outcome != OK)
		return outcome;
	cookies_clear(request);
	return NO_CONTENT;
}
