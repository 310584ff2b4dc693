/* ticket.c - what the link in a letter opens, once. */
#include "ticket.h"

#include <string.h>

#include "identity.h"
#include "queries.h"
#include "secret.h"

#define UID_MAX 64

/* What a subject can look like; the schema has the same rule. */
static bool is_uid(const char *uid)
{
	size_t length = strlen(uid);

	return length > 0 && length <= UID_MAX &&
	    strspn(uid,
		"abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._@+-") == length;
}

/*
 * The hash under which the ticket would be on record. A damaged one is asked
 * for as well, so that every wrong ticket takes the same way.
 */
static const char *hash_of(struct request *request, const char *token)
{
	size_t size = 0;
	const unsigned char *bytes =
	    secret_from_base64url(request->arena, token, strlen(token), &size);

	if (bytes == NULL || size != SECRET_TICKET_SIZE)
		return secret_digest(request->arena, token, strlen(token));
	return secret_digest(request->arena, bytes, size);
}

enum outcome ticket_activate(
    struct request *request, const char *uid, const char *token)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!is_uid(uid))
		return UID_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_activate, &rows,
	    hash_of(request, token), uid, request->peer.prefix);
	if (outcome == EMAIL_TAKEN)
		return TICKET_INVALID;
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) > 0)
		return NO_CONTENT;
	/* Asked on its own: what another request has just done is seen. */
	outcome = DB_RUN(request->db, request->arena, &query_activate_refused,
	    &rows, hash_of(request, token), uid);
	if (outcome != OK)
		return outcome;
	return rows_boolean(rows, 0, "is_stale") ? TICKET_STALE
						 : TICKET_INVALID;
}

enum outcome ticket_owner(struct request *request, const char *uid,
    const char *token, struct person *person)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!is_uid(uid))
		return UID_INVALID;
	outcome = DB_RUN(request->db, request->arena, &query_reset_ticket,
	    &rows, hash_of(request, token), uid);
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
	    &rows, hash_of(request, token), uid, hash, request->peer.prefix);
	if (outcome != OK)
		return outcome;
	return rows_count(rows) > 0 ? NO_CONTENT : TICKET_INVALID;
}
