/* ticket_username.c - a ticket for another username. */
#include "identity.h"
#include "queries.h"
#include "ticket.h"

enum outcome ticket_username(struct request *request, const char *uid,
    const char *token, const char *username)
{
	struct arena *arena = request->arena;
	const struct rows *rows = NULL;
	enum outcome outcome =
	    DB_RUN(request->db, arena, &query_username_confirm, &rows,
		ticket_hash(arena, token), uid, username,
		identity_canonical(arena, username), request->peer.prefix);

	if (outcome == USERNAME_TAKEN)
		return NEW_USERNAME_TAKEN;
	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? NO_CONTENT : TICKET_INVALID;
}
