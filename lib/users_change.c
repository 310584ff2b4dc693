/* users_change.c - changes an account for its owner or for staff. */
#include "queries.h"
#include "users.h"

/* A switch as SQL has it; NULL: it stays as it is. */
static const char *switch_of(const char *value)
{
	return value != NULL ? db_boolean(*value != '\0') : NULL;
}

enum outcome users_change(struct request *request,
    const struct visible *visible, const struct change *change)
{
	bool rules = visible->by_staff && !visible->is_own;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	/* A letter would lift it again: it is not how somebody is kept out. */
	if (rules && visible->is_active && change->is_active != NULL &&
	    *change->is_active == '\0') {
		request_fault(request, "is_active",
		    "An account is not deactivated, but banned.");
		return FIELDS_INVALID;
	}
	outcome = DB_RUN(request->db, request->arena, &query_user_change, &rows,
	    visible->asker, visible->target, change->first_name,
	    change->last_name, switch_of(change->is_active),
	    switch_of(change->is_banned), switch_of(change->is_staff),
	    change->groups, request->peer.prefix);
	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? OK : NOT_FOUND;
}
