/* ticket_email.c - tickets for a new address, and for the way back. */
#include "courier.h"
#include "identity.h"
#include "queries.h"
#include "secret.h"
#include "ticket.h"

/* What a statement that changes the address has come to. */
static enum outcome judge(
    struct request *request, enum outcome outcome, const struct rows *rows)
{
	if (outcome == EMAIL_TAKEN)
		return TICKET_INVALID;
	if (outcome != OK)
		return outcome;
	if (rows_count(rows) == 0)
		return TICKET_INVALID;
	courier_call(request);
	return NO_CONTENT;
}

enum outcome ticket_email(
    struct request *request, const char *uid, const char *token)
{
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!identity_is_subject(uid))
		return UID_INVALID;
	outcome =
	    DB_RUN(request->db, request->arena, &query_email_confirm, &rows,
		ticket_hash(request->arena, token), uid, request->peer.prefix,
		db_boolean(request->config->login_field == LOGIN_USERNAME));
	return judge(request, outcome, rows);
}

/* Whether it is worth a hash. Returns OK, TICKET_INVALID or UNAVAILABLE. */
static enum outcome look_up(
    struct request *request, const char *uid, const char *hash)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_email_undo_ticket, &rows, hash, uid);

	if (outcome != OK)
		return outcome;
	return rows_boolean(rows, 0, "is_good") ? OK : TICKET_INVALID;
}

enum outcome ticket_email_undo(
    struct request *request, const char *uid, const char *token)
{
	const struct config *config = request->config;
	struct arena *arena = request->arena;
	const char *hash = ticket_hash(arena, token), *password = NULL;
	const struct rows *rows = NULL;
	enum outcome outcome = OK;

	if (!identity_is_subject(uid))
		return UID_INVALID;
	outcome = look_up(request, uid, hash);
	if (outcome != OK)
		return outcome;
	password = password_hash(arena, config, secret_id(arena));
	if (password == NULL)
		return UNAVAILABLE;
	outcome = DB_RUN(request->db, arena, &query_email_undo, &rows, hash,
	    uid, password, request->peer.prefix,
	    db_boolean(*config->on_password_changed != '\0'));
	return judge(request, outcome, rows);
}
