/* session_state.c - how a session stands. */
#include "session_state.h"

#include <assert.h>
#include <string.h>

#include "queries.h"
#include "secret.h"
#include "session.h"
#include "user_id.h"

/* clang-format off */
static const struct verdict verdicts[] = {
	/* state        refresh            verify             access             end */
	{ "live",       TOKEN_INVALID,     OK,                OK,                TOKEN_INVALID },
	{ "no_member",  TOKEN_INVALID,     OK,                PERMISSION_DENIED, TOKEN_INVALID },
	{ "no_user",    ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_NOT_FOUND,    OK },
	{ "inactive",   ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_INACTIVE,     TOKEN_BLACKLISTED },
	{ "no_session", TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID },
	{ "epoch",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, PASSWORD_CHANGED,  TOKEN_BLACKLISTED },
	{ "ended",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED },
	{ "expired",    TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED },
	{ "rotated",    TOKEN_INVALID,     TOKEN_BLACKLISTED, OK,                TOKEN_BLACKLISTED },
};
/* clang-format on */

/*
 * A session can outlive a change of password, with a new epoch: what refreshes
 * it is judged by its jti, an access token by the epoch in it.
 */
static const char *epoch_of(
    struct request *request, const struct claims *claims)
{
	return claims->type == TOKEN_ACCESS && claims->has_epoch
	    ? db_integer(request->arena, claims->epoch)
	    : NULL;
}

enum outcome session_state(struct request *request, const struct claims *claims,
    const struct question *question, const struct verdict **verdict)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	const char *state = NULL;
	enum outcome outcome =
	    DB_RUN(request->db, request->arena, &query_session_state, &rows,
		claims->sid, user_id_key(request, claims->user_id),
		db_boolean(config->check_user_is_active), question->jti,
		db_integer(request->arena, config->rotation_grace),
		user_id_column(config), question->groups,
		epoch_of(request, claims));

	if (outcome != OK)
		return outcome;
	state = rows_text(rows, 0, "state");
	*verdict = NULL;
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
		if (strcmp(verdicts[i].state, state) == 0)
			*verdict = &verdicts[i];
	assert(*verdict != NULL);
	return OK;
}

bool session_is_possible(const struct claims *claims)
{
	return claims->sid != NULL && claims->user_id != NULL &&
	    secret_is_id(claims->jti);
}

enum outcome session_verify(
    struct request *request, const struct claims *claims)
{
	bool is_refresh = claims->type == TOKEN_REFRESH;
	struct question question = { is_refresh &&
			request->config->blacklist_after_rotation
		    ? claims->jti
		    : NULL,
		"" };
	const struct verdict *verdict = NULL;
	enum outcome outcome = OK;

	if (!session_is_possible(claims))
		return claims->type == TOKEN_ACCESS ? OK : TOKEN_INVALID;
	outcome = session_state(request, claims, &question, &verdict);
	return outcome == OK ? verdict->verify : outcome;
}

enum outcome session_check(
    struct request *request, const struct claims *claims, const char *groups)
{
	const struct question question = { NULL, groups };
	const struct verdict *verdict = NULL;
	enum outcome outcome =
	    session_state(request, claims, &question, &verdict);

	return outcome == OK ? verdict->access : outcome;
}
