/* ticket_owner.c - whose ticket it is. */
#include "identity.h"
#include "queries.h"
#include "ticket.h"

enum outcome ticket_owner(struct request *request, const char *purpose,
    const char *uid, const char *token, struct person *person)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!identity_is_subject(uid))
		return UID_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_ticket_owner,
	    &rows, ticket_hash(request->arena, token), uid, purpose);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return TICKET_INVALID;
	person->username = rows_text(rows, 0, "username");
	person->email = rows_text(rows, 0, "email");
	person->first_name = rows_text(rows, 0, "first_name");
	person->last_name = rows_text(rows, 0, "last_name");
	return OK;
}
