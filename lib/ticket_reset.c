/* ticket_reset.c - a ticket for a new password. */
#include "courier.h"
#include "queries.h"
#include "ticket.h"

enum outcome ticket_reset(struct request *request, const char *uid,
    const char *token, const char *password)
{
	const struct rows *rows = NULL;
	const char *hash =
	    password_hash(request->arena, request->config, password);
	enum outcome outcome = OK;

	if (hash == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, request->arena, &query_reset_confirm,
	    &rows, ticket_hash(request->arena, token), uid, hash,
	    request->peer.prefix,
	    db_boolean(*request->config->on_password_changed != '\0'));
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return TICKET_INVALID;
	courier_call(request);
	return NO_CONTENT;
}
