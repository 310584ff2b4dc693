/* users_find.c - one account, for somebody who asks. */
#include <ctype.h>
#include <stdlib.h>

#include "identity.h"
#include "queries.h"
#include "user_id.h"
#include "users.h"

/* A subject may hold @ and +, which clients write as %40 and %2B. */
static const char *decoded(struct arena *arena, const char *text)
{
	char *result = arena_string(arena, text), *end = result;

	for (; *text != '\0'; text++) {
		if (text[0] == '%' && isxdigit((unsigned char)text[1]) &&
		    isxdigit((unsigned char)text[2])) {
			const char digits[] = { text[1], text[2], '\0' };

			*end++ = (char)strtol(digits, NULL, 16);
			text += 2;
		} else {
			*end++ = *text;
		}
	}
	*end = '\0';
	return result;
}

enum outcome users_find(struct request *request, struct visible *visible)
{
	const char *subject = decoded(request->arena, request->id);
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!identity_is_subject(subject))
		return NOT_FOUND;
	outcome = DB_RUN(request->db, request->arena, &query_user_find, &rows,
	    user_id_column(request->config),
	    user_id_key(request, request->claims.user_id), subject);
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return NOT_FOUND;
	visible->asker = rows_text(rows, 0, "asker");
	visible->target = rows_text(rows, 0, "target");
	visible->is_own = rows_boolean(rows, 0, "is_own");
	visible->by_staff = rows_boolean(rows, 0, "by_staff");
	visible->is_active = rows_boolean(rows, 0, "is_active");
	visible->rows = rows;
	return OK;
}
