/* ticket_activate.c - a ticket that activates its account. */
#include "identity.h"
#include "queries.h"
#include "ticket.h"

enum outcome ticket_activate(
    struct request *request, const char *uid, const char *token)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!identity_is_subject(uid))
		return UID_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_activate, &rows,
	    ticket_hash(request->arena, token), uid, request->peer.prefix);
	if (outcome == EMAIL_TAKEN)
		return TICKET_INVALID;
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) > 0)
		return NO_CONTENT;
	/* Asked on its own: what another request has just done is seen. */
	outcome = DB_RUN(request->db, request->arena, &query_activate_refused,
	    &rows, ticket_hash(request->arena, token), uid);
	if (outcome != OK)
		return outcome;
	return rows_boolean(rows, 0, "is_stale") ? TICKET_STALE
						 : TICKET_INVALID;
}
