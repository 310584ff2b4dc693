/* session_state.c - how a session stands. */
#include "session_state.h"

#include <assert.h>
#include <string.h>

#include "queries.h"
#include "secret.h"
#include "session.h"

/* clang-format off */
static const struct verdict verdicts[] = {
	/* state        refresh            verify             access             end */
	{ "live",       TOKEN_INVALID,     OK,                OK,                TOKEN_INVALID },
	{ "no_user",    ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_NOT_FOUND,    OK },
	{ "inactive",   ACCOUNT_REFUSED,   TOKEN_BLACKLISTED, USER_INACTIVE,     TOKEN_BLACKLISTED },
	{ "no_session", TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID,     TOKEN_INVALID },
	{ "epoch",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, PASSWORD_CHANGED,  TOKEN_BLACKLISTED },
	{ "ended",      TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED, TOKEN_BLACKLISTED },
	{ "expired",    TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED,     TOKEN_EXPIRED },
	{ "rotated",    TOKEN_INVALID,     TOKEN_BLACKLISTED, OK,                TOKEN_BLACKLISTED },
};
/* clang-format on */

enum outcome session_state(struct request *request, const struct claims *claims,
    const char *jti, const struct verdict **verdict)
{
	const struct config *config = request->config;
	const struct rows *rows = NULL;
	const char *state = NULL;
	enum outcome outcome = DB_RUN(request->db, request->arena,
	    &query_session_state, &rows, claims->sid, claims->user_id,
	    db_boolean(config->check_user_is_active), jti,
	    db_integer(request->arena, config->rotation_grace));

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
	const struct config *config = request->config;
	const struct verdict *verdict = NULL;
	bool is_refresh = claims->type == TOKEN_REFRESH;
	enum outcome outcome = OK;

	if (!session_is_possible(claims))
		return is_refresh ? TOKEN_INVALID : OK;
	outcome = session_state(request, claims,
	    is_refresh && config->blacklist_after_rotation ? claims->jti : NULL,
	    &verdict);
	return outcome == OK ? verdict->verify : outcome;
}

enum outcome session_check(struct request *request, const struct claims *claims)
{
	const struct verdict *verdict = NULL;
	enum outcome outcome = session_state(request, claims, NULL, &verdict);

	return outcome == OK ? verdict->access : outcome;
}
