/* user.c - the user that an access token means. */
#include "user.h"

#include "queries.h"
#include "session.h"
#include "user_id.h"

/* What the statement says of the user, in the order in which it is told. */
static enum outcome judge(const struct config *config,
    const struct claims *claims, const struct rows *rows)
{
	if (rows_count(rows) == 0)
		return USER_NOT_FOUND;
	if (!rows_boolean(rows, 0, "is_active"))
		return USER_INACTIVE;
	if (claims->has_epoch ? claims->epoch != rows_integer(rows, 0, "epoch")
			      : config->check_revoke_token)
		return PASSWORD_CHANGED;
	return OK;
}

/* What is asked as rule: the user by the subject, whatever its groups. */
static enum outcome check_subject(
    struct request *request, const struct claims *claims)
{
	const struct rows *rows = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_user_check, &rows, claims->user_id,
	    db_boolean(request->config->check_user_is_active));

	return outcome == OK ? judge(request->config, claims, rows) : outcome;
}

static enum outcome check_member(
    struct request *request, const struct claims *claims, const char *groups)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	enum outcome outcome =
	    DB_RUN(request->db, request->arena, &query_user_check_member, &rows,
		user_id_key(request, claims->user_id),
		db_boolean(config->check_user_is_active),
		user_id_column(config), groups, claims->sid);

	if (outcome == OK)
		outcome = judge(config, claims, rows);
	if (outcome == OK && !rows_boolean(rows, 0, "is_member"))
		outcome = PERMISSION_DENIED;
	return outcome;
}

enum outcome user_ask(
    struct request *request, const struct claims *claims, const char *groups)
{
	const struct config *config = request->config;

	if (config->access_check == ACCESS_CHECK_SESSION ||
	    claims->type == TOKEN_SLIDING)
		return session_check(request, claims, groups);
	if (config->user_id_field == USER_ID && *groups == '\0')
		return check_subject(request, claims);
	return check_member(request, claims, groups);
}

enum outcome user_check(
    struct request *request, const struct claims *claims, const char *groups)
{
	if (request->config->access_check == ACCESS_CHECK_STATELESS &&
	    claims->type != TOKEN_SLIDING)
		return OK;
	return user_ask(request, claims, groups);
}
